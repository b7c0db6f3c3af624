package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.os.Futex;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The ring a connection receives into, and what the peer tells about it. Lies in memory the peer can write: whatever is
 * read from here is checked by the caller.
 */
public final class LocalRing {

    private static final int UNBOUND = -1;

    private final LinkGroup group;
    private final int index;
    private final long offset;
    private final int size;
    private final long token;
    private final MemorySegment segment;
    private final long block;
    private final ByteBuffer data;
    private volatile int peerIndex = UNBOUND;

    LocalRing(LinkGroup group, int index, long offset, int size, long token) {
        this.group = group;
        this.index = index;
        this.offset = offset;
        this.size = size;
        this.token = token;
        this.segment = group.own();
        this.block = SegmentLayout.control(index);
        this.data = segment.asSlice(offset, size).asByteBuffer();
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

    int peerIndex() {
        return peerIndex;
    }

    void setPeerIndex(int value) {
        peerIndex = value;
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

    /** The peer's state flags; data it wrote before is visible. */
    public int peerState() {
        return (int) INT.getAcquire(segment, block + SegmentLayout.STATE);
    }

    /** Whether the peer waits for space. */
    public boolean isPeerBlocked() {
        return (int) INT.getOpaque(segment, block + SegmentLayout.BLOCKED) != 0;
    }

    /** Takes the peer's wish to be told of space; only one taker gets {@code true}. */
    public boolean takePeerBlocked() {
        return INT.compareAndSet(segment, block + SegmentLayout.BLOCKED, 1, 0);
    }

    /** Names whom to tell when the connection is closed under the peer or the link group ends. */
    public void attach(LinkGroup.Member member) {
        group.attach(this, member);
    }

    /**
     * Has the peer ring this slot from now on, or none if {@code null}. News from before may have rung another: look at
     * the connection once more afterwards.
     */
    public void ringAt(DoorbellSlot slot, Doorbell.Listener listener) {
        if (slot != null) {
            slot.listen(index, listener);
        }
        INT.setVolatile(segment, block + SegmentLayout.DOORBELL, slot == null ? 0 : slot.number());
    }

    /** Stops a slot from telling its listener about this connection. */
    public void silence(DoorbellSlot slot) {
        INT.compareAndSet(segment, block + SegmentLayout.DOORBELL, slot.number(), 0);
        slot.listen(index, null);
    }

    /** One more thread is about to wait; a full fence. */
    public void beginWait() {
        INT.getAndAdd(segment, block + SegmentLayout.WAITERS, 1);
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

    /** The processor on which the peer last told news to a waiting thread. */
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
