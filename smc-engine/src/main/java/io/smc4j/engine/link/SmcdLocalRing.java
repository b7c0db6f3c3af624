package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** A ring that a peer on this host writes to. */
public final class SmcdLocalRing extends LocalRing {

    private final SmcdLinkGroup group;
    private final long token;
    private final long offset;
    private volatile SmcdPeerRing peer;

    SmcdLocalRing(SmcdLinkGroup group, long token, long offset, int size) {
        super(group, SegmentLayout.index(token), group.own().asSlice(offset, size), SegmentLayout.stateTag(token));
        this.group = group;
        this.token = token;
        this.offset = offset;
    }

    /** Sets the control block up for a connection on which nothing has happened yet. */
    void initialize() {
        clearControl();
        LONG.set(segment, block + SegmentLayout.RING, offset);
        INT.set(segment, block + SegmentLayout.RING_SIZE, size());
        LONG.setRelease(segment, block + SegmentLayout.TOKEN, token);
    }

    /** From now on no CLC message can be about this ring. */
    void invalidate() {
        LONG.setRelease(segment, block + SegmentLayout.TOKEN, 0L);
    }

    @Override
    public SmcdLinkGroup group() {
        return group;
    }

    long offset() {
        return offset;
    }

    /** What names it in a CLC message. */
    public long token() {
        return token;
    }

    @Override
    public boolean publishConsumer(long position) {
        LONG.setRelease(segment, block + SegmentLayout.CONSUMER, position);
        // Between our store and the look at the flag; the peer sets the flag, then looks at the cursor.
        VarHandle.fullFence();
        return isPeerBlocked() && producer() - position <= size() / 2
                && INT.compareAndSet(segment, block + SegmentLayout.BLOCKED, 1, 0);
    }

    /** Whether the peer waits for space. */
    public boolean isPeerBlocked() {
        return (int) INT.getOpaque(segment, block + SegmentLayout.BLOCKED) != 0;
    }

    @Override
    public void pairWith(PeerRing ring) {
        peer = (SmcdPeerRing) ring;
    }

    SmcdPeerRing peer() {
        return peer;
    }

    /** What names the peer's own ring, as it says; once {@link #revoke} has come too late. */
    long opposite() {
        return (long) LONG.getVolatile(segment, block + SegmentLayout.OPPOSITE);
    }

    /**
     * Makes sure that the peer will not take the ring for a connection.
     *
     * @return {@code false} if it has already
     */
    public boolean revoke() {
        return LONG.compareAndSet(segment, block + SegmentLayout.TOKEN, token, 0L);
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
