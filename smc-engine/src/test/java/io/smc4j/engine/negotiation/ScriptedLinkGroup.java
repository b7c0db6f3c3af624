package io.smc4j.engine.negotiation;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A link group of SMC-R with one connection, at whose other end is the test. */
final class ScriptedLinkGroup extends LinkGroup {

    static final int ID = 77;
    private static final int RING_SIZE = 16 * 1024;

    private final Ring ring = new Ring();
    private final Peer peer = new Peer();

    ScriptedLinkGroup() {
        super(ID, SmcSnapshot.Role.CLIENT, Arena.ofAuto().allocate(memorySize(RING_SIZE), 4096));
    }

    Ring ring() {
        return ring;
    }

    Peer peer() {
        return peer;
    }

    @Override
    public SmcMode mode() {
        return SmcMode.SMCR;
    }

    @Override
    public SmcSnapshot.LinkGroup snapshot() {
        return new SmcSnapshot.LinkGroup(ID, mode(), role(), "", 0, 1, 0, null);
    }

    @Override
    protected List<Member> members() {
        return ring.connection() == null ? List.of() : List.of(ring.connection());
    }

    @Override
    protected void disconnect() {
        // There is no other end.
    }

    @Override
    protected void sweep() {
        // There is nothing to be kept.
    }

    @Override
    protected void freeMemory() {
        // It goes with the garbage.
    }

    /** What the connection receives into. */
    final class Ring extends LocalRing {

        private long received;

        private Ring() {
            super(ScriptedLinkGroup.this, 0, ring());
        }

        private static MemorySegment ring() {
            return Arena.ofAuto().allocate(RING_SIZE);
        }

        private Member connection() {
            return member();
        }

        /** The peer has sent something. */
        void arrive(String text) {
            for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
                data().put((int) (received++ % RING_SIZE), each);
            }
            setProducer(received);
            tell();
        }

        /** The peer has shown its state. */
        void show(int flags) {
            setPeerState(flags);
            tell();
        }

        @Override
        public boolean publishConsumer(long position) {
            return false;
        }

        @Override
        public boolean isPeerBlocked() {
            return false;
        }

        @Override
        public void pairWith(PeerRing other) {
            // Nothing passes from one to the other.
        }

        @Override
        public void linger() {
            // The test keeps it.
        }

        @Override
        public void free() {
            // The test keeps it.
        }
    }

    /** What the connection sends into, and what it shows. */
    static final class Peer extends PeerRing {

        private final ByteBuffer data = ByteBuffer.allocateDirect(RING_SIZE);
        private volatile long sent;
        private volatile int shown;

        /** Everything sent, of which there must be little. */
        String text() {
            byte[] bytes = new byte[(int) sent];
            data.get(0, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        int shown() {
            return shown;
        }

        @Override
        public int size() {
            return RING_SIZE;
        }

        @Override
        public ByteBuffer data() {
            return data;
        }

        @Override
        public void setProducer(long value) {
            sent = value;
        }

        @Override
        public long consumer() {
            return sent;
        }

        @Override
        public void setState(int flags) {
            shown = flags;
        }

        @Override
        public void setBlocked() {
            // There is always room.
        }

        @Override
        public boolean ring() {
            // The test looks for itself.
            return false;
        }
    }
}
