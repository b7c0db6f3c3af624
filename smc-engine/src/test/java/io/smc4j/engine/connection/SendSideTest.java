package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.link.PeerRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How much room a writer waits for. */
class SendSideTest {

    private static final int SIZE = 16 * 1024;

    private final ScriptedRing ring = new ScriptedRing();
    private final SendSide out = new SendSide(ring, SIZE);

    private int write(int length) throws IOException {
        return out.write(ByteBuffer.allocate(length), 0);
    }

    @Test
    void aWriterWaitsForAQuarterOfTheWindow() throws Exception {
        assertThat(write(SIZE - 100)).isEqualTo(SIZE - 100);

        assertThat(out.hasRoom()).isFalse();
        assertThat(write(1000)).isZero();
        assertThat(write(100)).isEqualTo(100);
    }

    @Test
    void aWriterUsesAnyRoomIfThePeerIsStuck() throws Exception {
        write(SIZE - 100);
        ring.stuck = true;

        assertThat(out.hasRoom()).isTrue();
        assertThat(write(1000)).isEqualTo(100);
        assertThat(out.hasRoom()).isFalse();
        assertThat(write(1)).isZero();
    }

    /** A peer that reads nothing. */
    private static final class ScriptedRing extends PeerRing {

        private final ByteBuffer data = ByteBuffer.allocateDirect(SIZE);
        private boolean stuck;

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public ByteBuffer data() {
            return data;
        }

        @Override
        public void setProducer(long value) {
            // Nobody looks.
        }

        @Override
        public long consumer() {
            return 0;
        }

        @Override
        public void setState(int flags) {
            // Nobody looks.
        }

        @Override
        public void setBlocked() {
            // Nobody reads.
        }

        @Override
        public boolean isStuck() {
            return stuck;
        }

        @Override
        public boolean ring() {
            // Nobody looks.
            return false;
        }
    }
}
