package io.smc4j.engine.smcr;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.wire.CdcMessage;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/** Both ends of an SMC-R connection, over a link that copies what is written and keeps messages until delivery. */
public final class LoopedPair implements AutoCloseable {

    private final class End implements SmcrPeerRing.Path {

        private final SmcrLocalRing rmb;
        private final SmcrLocalRing sendBuffer;
        private final Queue<ByteBuffer> messages = new ConcurrentLinkedQueue<>();
        private SmcrLocalRing peer;
        private SmcConnection connection;
        private boolean again;

        End(int size, int sendSize) throws Exception {
            rmb = group.allocate(size);
            sendBuffer = group.allocate(Math.min(size, sendSize));
        }

        void connect(End other, int sendSize) {
            peer = other.rmb;
            Rtokens rtokens = new Rtokens();
            rtokens.put(number(), 1, peer.buffer().address());
            SmcrPeerRing ring = new SmcrPeerRing(rmb, sendBuffer.buffer(), this, rtokens, peer.token(), peer.size(),
                    () -> { });
            rmb.tie(ring);
            connection = new SmcConnection(rmb, ring, sendSize, new ReentrantLock(), engine.loop,
                    new Spinner.Policy(SpinMode.NEVER, 0), () -> { });
        }

        @Override
        public synchronized void flush(SmcrPeerRing ring) {
            do {
                again = false;
                ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
                ring.post(this, message, 0);
                messages.add(message);
            } while (again);
        }

        @Override
        public void flushAgain(SmcrPeerRing ring) {
            again = true;
        }

        @Override
        public synchronized void whileLocked(Runnable action) {
            action.run();
        }

        @Override
        public int write(RegisteredBuffer from, int offset, int length, long remoteAddress, int rkey) {
            MemorySegment.copy(from.memory(), offset, peer.buffer().memory(), remoteAddress - peer.buffer().address(),
                    length);
            return 0;
        }

        @Override
        public int number() {
            return 1;
        }

        boolean deliver() {
            return deliver(Integer.MAX_VALUE);
        }

        boolean deliver(int most) {
            boolean any = false;
            for (int i = 0; i < most && !messages.isEmpty(); i++) {
                group.cdc(null, messages.poll(), 0);
                any = true;
            }
            return any;
        }
    }

    private final RdmaWithoutDevices engine = new RdmaWithoutDevices(1, 255);
    private final SmcrLinkGroup group = engine.group();
    private final End client;
    private final End server;

    /**
     * Opens it.
     *
     * @param size of both rings
     * @param sendSize bytes that may be under way
     */
    public LoopedPair(int size, int sendSize) throws Exception {
        client = new End(size, sendSize);
        server = new End(size, sendSize);
        client.connect(server, sendSize);
        server.connect(client, sendSize);
    }

    /** Both sides agree that it goes on over TCP. */
    public void setResumable() {
        group.setResumable(true);
    }

    /** Does something on the control loop. */
    public void onLoop(Runnable action) {
        engine.onLoop(action);
    }

    public SmcConnection client() {
        return client.connection;
    }

    public SmcConnection server() {
        return server.connection;
    }

    /** Has all messages come, and those that answer them. */
    public void deliver() {
        engine.onLoop(() -> {
            // Not short-circuited: both have to be asked.
            while (client.deliver() | server.deliver()) {
                Thread.onSpinWait();
            }
        });
    }

    /**
     * Has the oldest messages of one end come.
     *
     * @param byClient whose messages
     * @param most how many
     */
    public void deliver(boolean byClient, int most) {
        engine.onLoop(() -> (byClient ? client : server).deliver(most));
    }

    /** Loses all messages that are on their way. */
    public void drop() {
        client.messages.clear();
        server.messages.clear();
    }

    /** Closes both ends; returns how many rings are left then. */
    public int closeAndCount() {
        client.connection.close(false);
        server.connection.close(false);
        deliver();
        engine.onLoop(() -> {
            group.free(client.sendBuffer);
            group.free(server.sendBuffer);
        });
        int left = group.rmbsInUse().size();
        engine.onLoop(() -> group.down("the test is over"));
        return left;
    }

    @Override
    public void close() {
        engine.close();
    }
}
