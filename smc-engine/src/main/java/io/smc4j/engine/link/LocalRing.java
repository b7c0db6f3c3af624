package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.os.Futex;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The ring a connection receives into, and what the peer tells about it. Lies in memory the peer can write: whatever is
 * read from here is checked by the caller.
 */
public final class LocalRing {

    private final LinkGroup group;
    private final long token;
    private final int index;
    private final long offset;
    private final int size;
    private final int stateTag;
    private final MemorySegment segment;
    private final long block;
    private final ByteBuffer data;
    private volatile LinkGroup.Member member;
    private volatile PeerRing peer;

    LocalRing(LinkGroup group, long token, long offset, int size) {
        this.group = group;
        this.token = token;
        this.index = SegmentLayout.index(token);
        this.offset = offset;
        this.size = size;
        this.stateTag = SegmentLayout.stateTag(token);
        this.segment = group.own();
        this.block = SegmentLayout.control(index);
        this.data = segment.asSlice(offset, size).asByteBuffer();
    }

    /** Sets the control block up for a connection on which nothing has happened yet. */
    void initialize() {
        segment.asSlice(block, SegmentLayout.CONTROL_STRIDE).fill((byte) 0);
        LONG.set(segment, block + SegmentLayout.RING, offset);
        INT.set(segment, block + SegmentLayout.RING_SIZE, size);
        INT.set(segment, block + SegmentLayout.STATE, stateTag);
        INT.set(segment, block + SegmentLayout.PROCESSOR, SegmentLayout.NO_PROCESSOR);
        LONG.setRelease(segment, block + SegmentLayout.TOKEN, token);
    }

    /** From now on no CLC message can be about this ring. */
    void invalidate() {
        LONG.setRelease(segment, block + SegmentLayout.TOKEN, 0L);
    }

    /** The link group it belongs to. */
    public LinkGroup group() {
        return group;
    }

    int index() {
        return index;
    }

    long offset() {
        return offset;
    }

    /** In bytes, a power of two. */
    public int size() {
        return size;
    }

    /** What names it in a CLC message. */
    public long token() {
        return token;
    }

    /** Its memory; use absolute access only. */
    public ByteBuffer data() {
        return data;
    }

    /** Bytes ever written, as the peer says; everything before is visible. */
    public long producer() {
        return (long) LONG.getAcquire(segment, block + SegmentLayout.PRODUCER);
    }

    /** Publishes how many bytes were ever read; what they were may be overwritten from now on. */
    public void setConsumer(long value) {
        LONG.setRelease(segment, block + SegmentLayout.CONSUMER, value);
    }

    /** The peer's state flags, all of them if it wrote something else; data it wrote before is visible. */
    public int peerState() {
        int state = (int) INT.getAcquire(segment, block + SegmentLayout.STATE);
        return (state & ~SegmentLayout.STATE_FLAGS) == stateTag ? state & SegmentLayout.STATE_FLAGS
                : SegmentLayout.STATE_FLAGS;
    }

    /** Whether the peer waits for space. */
    public boolean isPeerBlocked() {
        return (int) INT.getOpaque(segment, block + SegmentLayout.BLOCKED) != 0;
    }

    /** Takes the peer's wish to be told of space; only one taker gets {@code true}. */
    public boolean takePeerBlocked() {
        return INT.compareAndSet(segment, block + SegmentLayout.BLOCKED, 1, 0);
    }

    /** Ties the two rings of a connection together. */
    public void pairWith(PeerRing ring) {
        peer = ring;
    }

    PeerRing peer() {
        return peer;
    }

    /** Names whom to tell when the connection is closed under the peer or the link group ends. */
    public void attach(LinkGroup.Member value) {
        member = value;
        group.attached(value);
    }

    /** {@code null} while there is no connection yet. */
    LinkGroup.Member member() {
        return member;
    }

    /**
     * Has the peer ring this slot from now on. News from before may have rung another; a look at the connection after this
     * call, which is a full fence, sees it.
     */
    public void ringAt(DoorbellSlot slot, Doorbell.Listener listener) {
        slot.listen(index, listener);
        INT.setVolatile(segment, block + SegmentLayout.DOORBELL, slot.number());
        VarHandle.fullFence();
    }

    /** Stops a slot from telling its listener about this connection. */
    public void silence(DoorbellSlot slot) {
        INT.compareAndSet(segment, block + SegmentLayout.DOORBELL, slot.number(), 0);
        slot.listen(index, null);
    }

    /** One more thread is about to wait; a full fence. */
    public void beginWait() {
        INT.getAndAdd(segment, block + SegmentLayout.WAITERS, 1);
        VarHandle.fullFence();
    }

    /** The event count: take it, look whether the wait is over, then {@link #await} with it. */
    public int event() {
        return (int) INT.getVolatile(segment, block + SegmentLayout.EVENT);
    }

    /** Sleeps while the event count is still the given one; may return early. */
    public void await(int event, long timeoutNanos) {
        Futex.await(segment, block + SegmentLayout.EVENT, event, timeoutNanos);
    }

    /** The thread waits no more. */
    public void endWait() {
        INT.getAndAdd(segment, block + SegmentLayout.WAITERS, -1);
    }

    /** Wakes the threads that wait here, from within this process. */
    public void wake() {
        INT.getAndAdd(segment, block + SegmentLayout.EVENT, 1);
        Futex.wake(segment, block + SegmentLayout.EVENT, Integer.MAX_VALUE);
    }

    /** The processor on which the peer last told news to a waiting thread, or -1. */
    public int peerProcessor() {
        return (int) INT.getOpaque(segment, block + SegmentLayout.PROCESSOR);
    }

    /**
     * Makes sure that the peer will not take the ring for a connection.
     *
     * @return {@code false} if it has already
     */
    public boolean revoke() {
        return LONG.compareAndSet(segment, block + SegmentLayout.TOKEN, token, 0L);
    }

    /** Keeps the ring until the peer is done with it. */
    public void linger() {
        group.linger(this);
    }

    /** Gives the ring back; nothing of it may be used any more. */
    public void free() {
        group.free(this);
    }
}
