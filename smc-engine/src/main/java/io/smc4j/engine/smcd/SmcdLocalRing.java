package io.smc4j.engine.smcd;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerOverflow;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.link.RingGeneration;
import io.smc4j.engine.link.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A ring that a peer on this host writes to. It can be replaced by others while it is used, see {@link RingChanges}.
 */
public final class SmcdLocalRing extends LocalRing {

    private static final long NEVER = -1;
    private static final VarHandle CONSUMED;

    static {
        try {
            CONSUMED = MethodHandles.lookup().findVarHandle(SmcdLocalRing.class, "consumed", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SmcdLinkGroup group;
    private final long token;
    private final int initialSize;
    private final int limit;
    private volatile SmcdPeerRing peer;
    /** Bytes ever read, where the peer cannot write. */
    private long consumed;
    private volatile int size;
    private boolean overflowEntered;

    // Guarded by the link group.
    private RingGeneration newest;
    private boolean wanting;
    private long quietAt;
    private long quietSince;
    private long movedTo;
    private long readTo = NEVER;
    private long readAt;
    private int held;

    /** @param limit bytes that it and its successors may have together, or not by much more */
    SmcdLocalRing(SmcdLinkGroup group, long token, RingGeneration first, int limit) {
        super(group, SegmentLayout.index(token), first, SegmentLayout.stateTag(token));
        this.group = group;
        this.token = token;
        this.newest = first;
        this.initialSize = first.size();
        this.size = initialSize;
        this.limit = limit;
        this.held = initialSize;
    }

    /** Sets the control block up for a connection on which nothing has happened yet. */
    void initialize() {
        clearControl();
        LONG.set(segment, block + SegmentLayout.RING, newest.offset());
        INT.set(segment, block + SegmentLayout.RING_SIZE, initialSize);
        INT.set(segment, block + SegmentLayout.LIMIT, limit);
        LONG.setRelease(segment, block + SegmentLayout.TOKEN, token);
    }

    /** From now on no CLC message can be about this ring. */
    void invalidate() {
        LONG.setRelease(segment, block + SegmentLayout.TOKEN, ~token);
    }

    @Override
    public SmcdLinkGroup group() {
        return group;
    }

    /** What names it in a CLC message. */
    public long token() {
        return token;
    }

    @Override
    public int size() {
        return size;
    }

    int initialSize() {
        return initialSize;
    }

    /** Bytes it may grow to. */
    int limit() {
        return limit;
    }

    /** Bytes of all rings of the connection, also of those that are taken but not yet read. */
    int held() {
        return held;
    }

    @Override
    public boolean publishConsumer(long position) {
        // After the last access to those bytes: whoever sees it may free what they were in.
        CONSUMED.setRelease(this, position);
        LONG.setRelease(segment, block + SegmentLayout.CONSUMER, position);
        // Between our store and the look at the flag; the peer sets the flag, then looks at the cursor.
        VarHandle.fullFence();
        return isPeerBlocked() && (producer() - position <= size / 2 || isRingFree())
                && INT.compareAndSet(segment, block + SegmentLayout.BLOCKED, 1, 0);
    }

    /**
     * Whether it is told for the first time that the peer has its ring back, while what is in an overflow is unread.
     */
    private boolean isRingFree() {
        boolean told = overflowEntered;
        overflowEntered = false;
        return told;
    }

    /** Bytes ever read, none of which is touched any more. */
    long consumed() {
        return (long) CONSUMED.getAcquire(this);
    }

    @Override
    public boolean isPeerBlocked() {
        return (int) INT.getOpaque(segment, block + SegmentLayout.BLOCKED) != 0;
    }

    @Override
    public void pairWith(PeerRing ring) {
        SmcdPeerRing paired = (SmcdPeerRing) ring;
        paired.pairWith(this);
        peer = paired;
    }

    /** Has whoever waits for this connection look at it, though the peer has told no news. */
    void lookAgain() {
        peer.lookedAgain();
        tell();
    }

    SmcdPeerRing peer() {
        return peer;
    }

    /** What names the peer's own ring, as it says; once {@link #revoke} has come too late. */
    long opposite() {
        return (long) LONG.getVolatile(segment, block + SegmentLayout.OPPOSITE);
    }

    // ---- changes

    @Override
    public boolean isTaken(RingGeneration stretch) {
        if (stretch.isTaken()) {
            return true;
        }
        return taken() != stretch.number() - 1 && group.settle(this, stretch);
    }

    @Override
    public void reached(RingGeneration stretch) {
        group.reached(this, stretch);
    }

    @Override
    public PeerOverflow overflow(PeerOverflow known, int passed, long position) {
        int count = overflows();
        int news = count - (known == null ? passed : known.count());
        if (known != null && (known.count() & 1) != 0) {
            if (news == 1) {
                long to = (long) LONG.getOpaque(segment, block + SegmentLayout.OVERFLOW_TO);
                return to < Math.max(known.from(), position) ? null
                        : new PeerOverflow(known.data(), known.from(), to, count);
            }
            // The peer begins another one when all before is read: the reader is where it ended.
            if (position < known.from()) {
                return null;
            }
            news--;
        } else if (known != null) {
            return null;
        }
        if (news != 1 && news != 2) {
            return null;
        }
        long from = (long) LONG.getOpaque(segment, block + SegmentLayout.OVERFLOW_FROM);
        long to = news == 1 ? PeerOverflow.OPEN : (long) LONG.getOpaque(segment, block + SegmentLayout.OVERFLOW_TO);
        long offset = (long) LONG.getOpaque(segment, block + SegmentLayout.OVERFLOW_MEMORY);
        MemorySegment remote = group.remote();
        if (from < position || to < from || !SegmentLayout.isOverflow(offset, remote.byteSize())) {
            return null;
        }
        return new PeerOverflow(remote.asSlice(offset, SegmentLayout.OVERFLOW_SIZE).asByteBuffer(), from, to, count);
    }

    @Override
    public void enteredOverflow() {
        overflowEntered = true;
    }

    private int taken() {
        return (int) INT.getAcquire(segment, block + SegmentLayout.TAKEN);
    }

    /** What was offered last. This and all below with the link group's lock held. */
    RingGeneration newest() {
        return newest;
    }

    void offer(RingGeneration stretch) {
        held += stretch.size();
        // The reader first: it looks for it when it sees a byte in it, which the peer writes after it has seen the
        // offer.
        newest.setNext(stretch);
        newest = stretch;
        LONG.setOpaque(segment, block + SegmentLayout.NEXT_RING, stretch.offset());
        INT.setOpaque(segment, block + SegmentLayout.NEXT_SIZE, stretch.size());
        INT.setRelease(segment, block + SegmentLayout.OFFER, stretch.number());
    }

    /** Takes note if the peer has taken what was offered. */
    void settle() {
        if (newest.isTaken()) {
            return;
        }
        int number = taken();
        if (number == newest.number() - 1) {
            return;
        }
        long position = (long) LONG.getOpaque(segment, block + SegmentLayout.SWITCH_AT);
        // No reader gets beyond it before this; that it is not too far off either is seen when the reader comes near.
        boolean possible = number == newest.number() && position >= consumed();
        newest.setTaken(possible ? position : RingGeneration.IMPOSSIBLE);
        size = newest.size();
    }

    /** Frees the oldest, which was read. */
    RingGeneration dropOldest() {
        RingGeneration done = oldest();
        held -= done.size();
        setOldest(done.next());
        return done;
    }

    /** Whether a ring was wanted that there was no memory for, or no need. */
    boolean isWanting() {
        return wanting;
    }

    void setWanting(boolean value) {
        wanting = value;
    }

    /** Whether nothing has arrived for some time, as far as somebody has looked. */
    boolean isQuiet(long now, long nanos) {
        long position = producer();
        if (position != quietAt) {
            quietAt = position;
            quietSince = now;
        }
        return now - quietSince >= nanos;
    }

    /** Whether something has arrived since this was asked last. */
    boolean hasMoved() {
        long position = producer();
        boolean moved = position != movedTo;
        movedTo = position;
        return moved;
    }

    /** Whether nothing was read for some time, as far as somebody has looked. */
    boolean liesUnread(long now, long nanos) {
        long position = consumed();
        if (position != readTo) {
            readTo = position;
            readAt = now;
        }
        return now - readAt >= nanos;
    }

    /** It begins to matter how long nothing arrives. */
    void watch(long now) {
        quietAt = producer();
        quietSince = now;
    }

    /**
     * Makes sure that the peer will not take the ring for a connection.
     *
     * @return {@code false} if it has already
     */
    public boolean revoke() {
        return LONG.compareAndSet(segment, block + SegmentLayout.TOKEN, token, ~token);
    }

    @Override
    public void linger() {
        group.linger(this);
    }

    @Override
    public void free() {
        group.free(this);
    }
}
