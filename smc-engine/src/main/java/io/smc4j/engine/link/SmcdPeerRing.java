package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.os.Futex;
import io.smc4j.engine.os.Processors;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** The ring a connection sends into, in the memory of a peer on this host. */
public final class SmcdPeerRing extends PeerRing {

    private final PeerDoorbells doorbells;
    private final long token;
    private final int index;
    private final int size;
    private final MemorySegment segment;
    private final long block;
    private final ByteBuffer data;
    private int shownState;

    SmcdPeerRing(SmcdLinkGroup group, long token, long offset, int size) {
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

    /** Has no effect once the peer has given the ring's place to another connection, as it may when a negotiation fails. */
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
    public void ring() {
        VarHandle.fullFence();
        int doorbell = (int) INT.getOpaque(segment, block + SegmentLayout.DOORBELL);
        if (doorbell > 0 && doorbell < SegmentLayout.DOORBELLS) {
            doorbells.ring(doorbell, index);
        }
        if ((int) INT.getOpaque(segment, block + SegmentLayout.WAITERS) != 0) {
            INT.setOpaque(segment, block + SegmentLayout.PROCESSOR, Processors.current());
            INT.getAndAdd(segment, block + SegmentLayout.EVENT, 1);
            Futex.wake(segment, block + SegmentLayout.EVENT, Integer.MAX_VALUE);
        }
    }
}
