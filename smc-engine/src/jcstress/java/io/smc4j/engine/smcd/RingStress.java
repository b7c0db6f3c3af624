package io.smc4j.engine.smcd;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.RingGeneration;
import io.smc4j.engine.os.OsException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What the two ends of one ring in shared memory tell each other, with the classes that the engine uses for it. */
abstract class RingStress {

    static final int SIZE = 16 * 1024;
    private static final LinkPair LINKS = links();

    final SmcdLocalRing ring;
    final SmcdPeerRing remote;

    RingStress(boolean bound) {
        try {
            ring = LINKS.server.group.allocate(SIZE, 4 * SIZE);
        } catch (DeclineException e) {
            throw new IllegalStateException(e);
        }
        remote = bound ? bind() : null;
    }

    private static LinkPair links() {
        try {
            return new LinkPair(256 << 20);
        } catch (OsException e) {
            throw new UncheckedIOException(e);
        }
    }

    final SmcdPeerRing bind() {
        return LINKS.client.group.bind(ring.token(), SIZE, null);
    }

    /**
     * Bytes, then the producer cursor by a release; the cursor by an acquire, then bytes. No fence is needed: nobody
     * looks after a store.
     */
    @JCStressTest
    @Outcome(id = {"0, 0", "8, 7"}, expect = Expect.ACCEPTABLE, desc = "nothing yet, or all of it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a cursor without its bytes")
    @State
    public static class PublishAndConsume extends RingStress {

        public PublishAndConsume() {
            super(true);
            ring.data().putLong(0, 0);
        }

        @Actor
        public void writer() {
            remote.data().putLong(0, 0x0707070707070707L);
            remote.setProducer(Long.BYTES);
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = (int) ring.producer();
            ByteBuffer data = ring.data();
            result.r2 = result.r1 == 0 ? 0 : data.get(0) & data.get(Long.BYTES - 1);
        }

        @Arbiter
        public void free(II_Result result) {
            ring.free();
        }
    }

    /**
     * The writer that finds no room sets its flag, then looks at the consumer cursor once more; the reader moves the
     * cursor, then looks for the flag. Both have stored before they look, so both need a full fence between.
     */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "told of room, or seen")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a writer that waits for room that is there")
    @State
    public static class BlockAndConsume extends RingStress {

        public BlockAndConsume() {
            super(true);
            remote.setProducer(SIZE);
        }

        @Actor
        public void writer(II_Result result) {
            remote.setBlocked();
            result.r2 = remote.consumer() == SIZE ? 1 : 0;
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = ring.publishConsumer(SIZE) ? 1 : 0;
        }

        @Arbiter
        public void free(II_Result result) {
            ring.free();
        }
    }

    /**
     * The reader that finds nothing counts itself as waiting, then looks once more; the writer moves its cursor, then
     * looks whether anybody waits. A full fence in {@code beginWait} and in {@code ring}, as above.
     */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "woken, or seen before it slept")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class WaitAndRing extends RingStress {

        public WaitAndRing() {
            super(true);
        }

        @Actor
        public void writer(II_Result result) {
            remote.setProducer(1);
            result.r1 = remote.ring() ? 1 : 0;
        }

        @Actor
        public void reader(II_Result result) {
            ring.beginWait();
            result.r2 = ring.producer() != 0 ? 1 : 0;
        }

        @Arbiter
        public void free(II_Result result) {
            ring.endWait();
            ring.free();
        }
    }

    /**
     * A writer takes the ring that it was offered, then writes to it and moves its cursor. Who sees the cursor sees
     * that the other ring was taken, and what is in it: where the change is, that it is, and the cursor are stored in
     * this order, the last two by releases, and looked at in the opposite one.
     */
    @JCStressTest
    @Outcome(id = {"0, 0", "1, 7"}, expect = Expect.ACCEPTABLE, desc = "nothing yet, or in the ring that was taken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "read from a ring that is not written to any more")
    @State
    public static class TakeAndRead extends RingStress {

        private final RingGeneration next;
        private final SmcdLocalRing memory;

        public TakeAndRead() {
            super(true);
            try {
                memory = LINKS.server.group.allocate(SIZE, SIZE);
            } catch (DeclineException e) {
                throw new IllegalStateException(e);
            }
            long offset = memory.oldest().offset();
            next = new RingGeneration(1, ring.segment.asSlice(offset, SIZE), offset);
            next.data().put(0, (byte) 0);
            synchronized (LINKS.server.group) {
                ring.offer(next);
            }
        }

        @Actor
        public void writer() {
            ByteBuffer data = remote.take(remote.offer(), 0);
            data.put(0, (byte) 7);
            remote.setProducer(1);
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = (int) ring.producer();
            if (result.r1 != 0) {
                result.r2 = ring.isTaken(next) && next.from() == 0 ? next.data().get(0) : -1;
            }
        }

        @Arbiter
        public void free(II_Result result) {
            // Its second ring is the other one's, which gives it back.
            ring.oldest().setNext(null);
            ring.free();
            memory.free();
        }
    }

    /** A ring is withdrawn or bound, and both sides know which: each changes the token by one atomic operation. */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1"}, expect = Expect.ACCEPTABLE, desc = "withdrawn, or bound")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two minds about one ring")
    @State
    public static class RevokeAndBind extends RingStress {

        public RevokeAndBind() {
            super(false);
        }

        @Actor
        public void owner(II_Result result) {
            result.r1 = ring.revoke() ? 1 : 0;
        }

        @Actor
        public void peer(II_Result result) {
            result.r2 = bind() != null ? 1 : 0;
        }

        @Arbiter
        public void free(II_Result result) {
            ring.free();
        }
    }
}
