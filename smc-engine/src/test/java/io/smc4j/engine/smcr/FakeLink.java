package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.wire.CdcMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A link that notes what is sent over it. */
final class FakeLink implements SmcrPeerRing.Path {

    record Write(int offset, int length, long remoteAddress, int rkey) {
    }

    private final int number;
    final List<Write> writes = new ArrayList<>();
    final List<ByteBuffer> messages = new ArrayList<>();
    final List<Integer> sequences = new ArrayList<>();
    private boolean again;

    FakeLink(int number) {
        this.number = number;
    }

    @Override
    public void flush(SmcrPeerRing ring) {
        do {
            again = false;
            ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
            assertThat(ring.post(this, message, 0)).isZero();
            messages.add(message);
            sequences.add(ring.sequence());
        } while (again);
    }

    @Override
    public void flushAgain(SmcrPeerRing ring) {
        again = true;
    }

    @Override
    public void whileLocked(Runnable action) {
        action.run();
    }

    @Override
    public int write(RegisteredBuffer from, int offset, int length, long remoteAddress, int rkey) {
        writes.add(new Write(offset, length, remoteAddress, rkey));
        return 0;
    }

    @Override
    public int number() {
        return number;
    }
}
