package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.os.Futex;
import io.smc4j.engine.os.Processors;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The ring a connection receives into, and what the peer tells about it. Lies in memory the peer can write, or says
 * what the peer said: whatever is read from here is checked by the caller.
 */
public abstract class LocalRing {

    /** Threads that the peer wakes. Seldom do more than two wait for one connection. */
    public static final int WOKEN_AT_ONCE = 16;

    private final LinkGroup group;
    private final int index;
    private final int stateTag;
    public final MemorySegment segment;
    public final long block;
    private RingGeneration oldest;
    private volatile LinkGroup.Member member;

    /**
     * Ties a ring to its control block.
     *
     * @param index number of the control block
     * @param first what it receives into
     * @param stateTag upper bits of the state word
     */
    protected LocalRing(LinkGroup group, int index, RingGeneration first, int stateTag) {
        this.group = group;
        this.index = index;
        this.stateTag = stateTag;
        this.segment = group.own();
        this.block = SegmentLayout.control(index);
        this.oldest = first;
    }

    /** For a link group whose peer tells its news by messages, see {@link #tell}. */
    protected LocalRing(LinkGroup group, int index, MemorySegment memory) {
        this(group, index, new RingGeneration(memory, 0), 0);
        clearControl();
    }

    protected final void clearControl() {
        segment.asSlice(block, SegmentLayout.CONTROL_STRIDE).fill((byte) 0);
        INT.set(segment, block + SegmentLayout.STATE, stateTag);
        INT.set(segment, block + SegmentLayout.PROCESSOR, SegmentLayout.NO_PROCESSOR);
    }

    /** The link group it belongs to. */
    public LinkGroup group() {
        return group;
    }

    /** Number of the link that carries the connection now; 0 where there are none. */
    public int link() {
        return 0;
    }

    public final int index() {
        return index;
    }

    /** In bytes, a power of two; what the peer fills now if it has changed. */
    public int size() {
        return oldest.size();
    }

    /** The memory of the bytes to read next; use absolute access only. */
    public final ByteBuffer data() {
        return oldest.data();
    }

    /** Where reading begins, and not kept here for longer than it is used. */
    public final RingGeneration oldest() {
        return oldest;
    }

    public final void setOldest(RingGeneration stretch) {
        oldest = stretch;
    }

    /**
     * Whether the peer has gone over to a stretch that follows another one. If it tells impossible things, it has, and
     * {@link RingGeneration#from()} is out of any range.
     */
    public boolean isTaken(RingGeneration stretch) {
        return stretch.isTaken();
    }

    /** How many overflows the peer has begun and ended, as it says; all that it told about them before is visible. */
    public final int overflows() {
        return (int) INT.getAcquire(segment, block + SegmentLayout.OVERFLOWS);
    }

    /**
     * What the peer says about the overflow that the reader comes to next, or is in.
     *
     * @param known what it has said before; {@code null} if the reader has passed all it knows of
     * @param passed how many overflows were begun and ended when the reader had passed the last one
     * @param position of the reader
     * @return {@code null} if the peer tells impossible things
     */
    public PeerOverflow overflow(PeerOverflow known, int passed, long position) {
        return null;
    }

    /** The reader has come to the beginning of an overflow: all of the ring is free. */
    public void enteredOverflow() {
    }

    /** The reader has come to the beginning of a stretch, and touches no earlier one any more. */
    public void reached(RingGeneration stretch) {
    }

    /** Bytes ever written, as the peer says; everything before is visible. */
    public final long producer() {
        return (long) LONG.getAcquire(segment, block + SegmentLayout.PRODUCER);
    }

    /** The peer's state flags, all of them if it wrote something else; data it wrote before is visible. */
    public final int peerState() {
        int state = (int) INT.getAcquire(segment, block + SegmentLayout.STATE);
        return (state & ~SegmentLayout.STATE_FLAGS) == stateTag ? state & SegmentLayout.STATE_FLAGS
                : SegmentLayout.STATE_FLAGS;
    }

    /**
     * Publishes how many bytes were ever read; what they were may be overwritten from now on.
     *
     * @return whether the peer waits for space and is to be told now, by {@link PeerRing#ring()}: not for every bit of
     *         space, so that it writes in large pieces
     */
    public abstract boolean publishConsumer(long position);

    /** Whether the peer has said last that it waits for space; it may have found some since. */
    public abstract boolean isPeerBlocked();

    /** Ties the two rings of a connection together. */
    public abstract void pairWith(PeerRing ring);

    /** Names whom to tell when the connection is closed under the peer or the link group ends. */
    public final void attach(LinkGroup.Member value) {
        member = value;
        group.attached(value);
    }

    /** {@code null} while there is no connection yet. */
    public final LinkGroup.Member member() {
        return member;
    }

    /**
     * The peer's stream goes on elsewhere: what comes into the ring from now on counts no more. On the control loop.
     */
    public void leave() {
        throw new IllegalStateException("not agreed on");
    }

    /** After {@link #leave}, whether the peer has said that it writes to the ring no more. */
    public boolean isLeftByPeer() {
        return false;
    }

    /** Ends the connection for a reason that is not the peer's word. On the control loop. */
    public void breakOff(String reason) {
        throw new IllegalStateException("not agreed on");
    }

    /** Why the connection was reset if its peer did not do it; {@code null} otherwise. */
    public String resetReason() {
        return group.endReason();
    }

    // ---- news that came by message

    /** Takes note of the bytes ever written by the peer; the payload is there. */
    protected final void setProducer(long position) {
        LONG.setRelease(segment, block + SegmentLayout.PRODUCER, position);
    }

    /** Takes note of the peer's state flags. */
    protected final void setPeerState(int flags) {
        INT.setRelease(segment, block + SegmentLayout.STATE, flags & SegmentLayout.STATE_FLAGS);
    }

    /** Makes whoever waits for this connection look at it, as a peer on this host does by itself. */
    protected final void tell() {
        // Between what was noted and the looks at who waits; they announce themselves, then look at the connection.
        VarHandle.fullFence();
        DoorbellSlot slot = group.slot((int) INT.getOpaque(segment, block + SegmentLayout.DOORBELL));
        if (slot != null && ReadyBits.set(segment, slot.number(), index)) {
            slot.doorbell().signal();
        }
        if ((int) INT.getOpaque(segment, block + SegmentLayout.WAITERS) != 0) {
            INT.setOpaque(segment, block + SegmentLayout.PROCESSOR, Processors.current());
            wake();
        }
    }

    // ---- waiting

    /**
     * Has the peer ring this slot from now on. News from before may have rung another; a look at the connection after
     * this call, which is a full fence, sees it.
     */
    public final void ringAt(DoorbellSlot slot, Doorbell.Listener listener) {
        slot.listen(index, listener);
        INT.setVolatile(segment, block + SegmentLayout.DOORBELL, slot.number());
        VarHandle.fullFence();
    }

    /** Stops a slot from telling its listener about this connection. */
    public final void silence(DoorbellSlot slot) {
        INT.compareAndSet(segment, block + SegmentLayout.DOORBELL, slot.number(), 0);
        slot.listen(index, null);
    }

    /** One more thread is about to wait; a full fence. */
    public final void beginWait() {
        INT.getAndAdd(segment, block + SegmentLayout.WAITERS, 1);
        VarHandle.fullFence();
    }

    /** The event count: take it, look whether the wait is over, then {@link #await} with it. */
    public final int event() {
        return (int) INT.getVolatile(segment, block + SegmentLayout.EVENT);
    }

    /** Sleeps while the event count is still the given one; may return early. */
    public final void await(int event, long timeoutNanos) {
        Futex.await(segment, block + SegmentLayout.EVENT, event, timeoutNanos);
        if ((int) INT.getOpaque(segment, block + SegmentLayout.WAITERS) > WOKEN_AT_ONCE && event() != event) {
            Futex.wake(segment, block + SegmentLayout.EVENT, WOKEN_AT_ONCE);
        }
    }

    /** The thread waits no more. */
    public final void endWait() {
        INT.getAndAdd(segment, block + SegmentLayout.WAITERS, -1);
    }

    /** Wakes the threads that wait here, from within this process. */
    public final void wake() {
        INT.getAndAdd(segment, block + SegmentLayout.EVENT, 1);
        Futex.wake(segment, block + SegmentLayout.EVENT, Integer.MAX_VALUE);
    }

    /** The processor on which the peer last told news to a waiting thread, or -1. */
    public final int peerProcessor() {
        return (int) INT.getOpaque(segment, block + SegmentLayout.PROCESSOR);
    }

    /** Keeps the ring until the peer is done with it. */
    public abstract void linger();

    /** Gives the ring back; nothing of it may be used any more. */
    public abstract void free();
}
