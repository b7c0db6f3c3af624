package io.smc4j.engine.smcd;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.Overflow;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.Futex;
import io.smc4j.engine.os.Processors;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** The ring a connection sends into, in the memory of a peer on this host. */
public final class SmcdPeerRing extends PeerRing {

    private static final int NEVER = -1;
    /** A peer that had no reason to offer another ring is asked again after this time. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SmcdLinkGroup group;
    private final PeerDoorbells doorbells;
    private final long token;
    private final int index;
    private final int size;
    private final MemorySegment segment;
    private final long block;
    private final ByteBuffer data;
    private int shownState;
    private int overflows;
    private volatile OverflowMemory.Place overflow;
    /** The offer in whose ring the peer was asked for more room, and when. */
    private volatile int wantedIn = NEVER;
    private volatile long wantedAt;
    private volatile SmcdLocalRing opposite;
    private volatile boolean lookingAgain;
    private boolean movable;

    SmcdPeerRing(SmcdLinkGroup group, long token, long offset, int size) {
        this.group = group;
        this.doorbells = group.peerDoorbells();
        this.token = token;
        this.index = SegmentLayout.index(token);
        this.size = size;
        this.segment = group.remote();
        this.block = SegmentLayout.control(index);
        this.data = segment.asSlice(offset, size).asByteBuffer();
        this.shownState = SegmentLayout.stateTag(token);
    }

    long token() {
        return token;
    }

    /** @param ring the one in the other direction */
    void pairWith(SmcdLocalRing ring) {
        opposite = ring;
    }

    /** Both sides can move the connection to TCP; before there is one. */
    void agreeToMove() {
        movable = true;
    }

    @Override
    public boolean isMovable() {
        return movable;
    }

    @Override
    public void tellMoved() {
        group.tellMoved(token);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ByteBuffer data() {
        return data;
    }

    @Override
    public void setProducer(long value) {
        LONG.setRelease(segment, block + SegmentLayout.PRODUCER, value);
    }

    @Override
    public long consumer() {
        return (long) LONG.getAcquire(segment, block + SegmentLayout.CONSUMER);
    }

    /**
     * Has no effect once the peer has given the ring's place to another connection, as it may when a negotiation fails.
     */
    @Override
    public synchronized void setState(int flags) {
        int state = SegmentLayout.stateTag(token) | flags;
        if (INT.compareAndSet(segment, block + SegmentLayout.STATE, shownState, state)) {
            shownState = state;
        }
    }

    @Override
    public void setBlocked() {
        INT.setOpaque(segment, block + SegmentLayout.BLOCKED, 1);
        VarHandle.fullFence();
    }

    @Override
    public int offer() {
        return (int) INT.getAcquire(segment, block + SegmentLayout.OFFER);
    }

    @Override
    public ByteBuffer take(int number, long position) {
        long nextOffset = (long) LONG.getOpaque(segment, block + SegmentLayout.NEXT_RING);
        int nextSize = (int) INT.getOpaque(segment, block + SegmentLayout.NEXT_SIZE);
        if (!SegmentLayout.isRing(nextOffset, nextSize, segment.byteSize())) {
            return null;
        }
        LONG.setOpaque(segment, block + SegmentLayout.SWITCH_AT, position);
        // After the position, and before a producer cursor beyond it, which is a release, too: a reader that sees such
        // a cursor sees that it has to change rings, and where.
        INT.setRelease(segment, block + SegmentLayout.TAKEN, number);
        return segment.asSlice(nextOffset, nextSize).asByteBuffer();
    }

    @Override
    public void wantRoom(int ringSize, int number) {
        if (ringSize >= (int) INT.getOpaque(segment, block + SegmentLayout.LIMIT)) {
            return;
        }
        long now = System.nanoTime();
        boolean again = wantedIn == number;
        if (!again || now - wantedAt >= AGAIN_NANOS) {
            wantedIn = number;
            wantedAt = now;
            group.wantRoom(token, number, again);
        }
    }

    @Override
    public Overflow beginOverflow(long from, long wanted, int most) {
        OverflowMemory.Place begun = group.overflowMemory().begin(wanted, most);
        if (begun != null) {
            overflow = begun;
            LONG.setOpaque(segment, block + SegmentLayout.OVERFLOW_FROM, from);
            LONG.setOpaque(segment, block + SegmentLayout.OVERFLOW_MEMORY, begun.offset());
            // After the two, and before a producer cursor beyond it, which is a release, too.
            INT.setRelease(segment, block + SegmentLayout.OVERFLOWS, ++overflows);
        }
        return begun;
    }

    @Override
    public boolean canBeginOverflow() {
        return group.overflowMemory().canBegin();
    }

    @Override
    public void lookAgain(long nanos) {
        if (!lookingAgain) {
            lookingAgain = true;
            group.tellLater(opposite, nanos);
        }
    }

    @Override
    public void endOverflow(long to) {
        LONG.setOpaque(segment, block + SegmentLayout.OVERFLOW_TO, to);
        // As at the beginning.
        INT.setRelease(segment, block + SegmentLayout.OVERFLOWS, ++overflows);
    }

    @Override
    public void freeOverflow() {
        OverflowMemory.Place done = overflow;
        if (done != null) {
            overflow = null;
            done.free();
        }
    }

    boolean hasOverflow() {
        return overflow != null;
    }

    /** The time of {@link #lookAgain} is over. */
    void lookedAgain() {
        lookingAgain = false;
    }

    /**
     * Whether the peer will read nothing more of what was written: it has read all, or has given its ring up. Only when
     * nothing more is written. What it says may be wrong, but then only its own bytes are.
     */
    boolean isPeerDoneReading() {
        long producer = (long) LONG.getOpaque(segment, block + SegmentLayout.PRODUCER);
        long consumer = consumer();
        // After the two: if the block is another connection's already, this shows it.
        VarHandle.acquireFence();
        long now = (long) LONG.getAcquire(segment, block + SegmentLayout.TOKEN);
        return consumer == producer || now != (token | SegmentLayout.BOUND);
    }

    @Override
    public boolean ring() {
        VarHandle.fullFence();
        boolean rung = false;
        int doorbell = (int) INT.getOpaque(segment, block + SegmentLayout.DOORBELL);
        if (doorbell > 0 && doorbell < SegmentLayout.DOORBELLS) {
            rung = doorbells.ring(doorbell, index);
        }
        if ((int) INT.getOpaque(segment, block + SegmentLayout.WAITERS) != 0) {
            INT.setOpaque(segment, block + SegmentLayout.PROCESSOR, Processors.current());
            INT.getAndAdd(segment, block + SegmentLayout.EVENT, 1);
            // Not all: a peer may have thousands of threads wait there. Who is woken wakes more, see LocalRing.await.
            Futex.wake(segment, block + SegmentLayout.EVENT, LocalRing.WOKEN_AT_ONCE);
            return true;
        }
        return rung;
    }
}
