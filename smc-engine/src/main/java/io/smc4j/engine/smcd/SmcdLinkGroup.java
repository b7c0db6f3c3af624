package io.smc4j.engine.smcd;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.RingAllocator;
import io.smc4j.engine.link.RingGeneration;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.UnixSockets;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * The memory two processes share, one segment in each direction, and the control socket whose end tells of the peer's.
 * Thread-safe.
 */
public final class SmcdLinkGroup extends LinkGroup {

    private final Gid peerGid;
    private final int peerLinkGroupId;
    private final SharedMemory ownMemory;
    private final SharedMemory peerMemory;
    private final MemorySegment remote;
    private final ControlSocket control;
    private final PeerDoorbells peerDoorbells;
    private final Wakers wakers;
    private final LinkGroupLimits.Seat seat;

    /** The last of all withdrawals that the peer has told of. */
    private volatile long withdrawnAt;

    private final SmcdLocalRings rings;
    private final OverflowMemory overflowMemory;
    private final RingUpkeep upkeep;

    /**
     * Lays the link group over both segments, which it owns from now on.
     *
     * @param idleNanos how long nothing arrives before a grown ring becomes small again
     * @param encounter how the two processes have met
     * @param seat given back when nothing is left of it
     */
    SmcdLinkGroup(int id, SmcSnapshot.Role role, Gid peerGid, int peerLinkGroupId, SharedMemory ownMemory,
            SharedMemory peerMemory, MemoryBudget budget, long idleNanos, ControlSocket control,
            Encounter encounter, LinkGroupLimits.Seat seat) {
        super(id, role, ownMemory.segment());
        this.peerGid = peerGid;
        this.peerLinkGroupId = peerLinkGroupId;
        this.ownMemory = ownMemory;
        this.peerMemory = peerMemory;
        this.remote = peerMemory.segment();
        this.control = control;
        this.seat = seat;
        long overflowStart = SegmentLayout.overflows(ownMemory.size());
        this.rings = new SmcdLocalRings(this, new RingAllocator(ownMemory, overflowStart, budget), budget);
        this.overflowMemory = new OverflowMemory(ownMemory, overflowStart, budget);
        this.upkeep = new RingUpkeep(this, control, rings, overflowMemory, idleNanos);
        this.peerDoorbells = new PeerDoorbells(this, remote);
        this.wakers = encounter.wakers(control, peerDoorbells);
    }

    @Override
    public SmcMode mode() {
        return SmcMode.SMCD;
    }

    /** The peer's number for this link group. */
    public int peerLinkGroupId() {
        return peerLinkGroupId;
    }

    /** The engine at the other end. */
    public Gid peerGid() {
        return peerGid;
    }

    UnixSockets.Credentials peer() {
        return control.peer();
    }

    long withdrawnAt() {
        return withdrawnAt;
    }

    void setWithdrawnAt(long number) {
        withdrawnAt = number;
    }

    OverflowMemory overflowMemory() {
        return overflowMemory;
    }

    SharedMemory ownMemory() {
        return ownMemory;
    }

    MemorySegment remote() {
        return remote;
    }

    /**
     * Hands out a ring to receive into.
     *
     * @param size in bytes, a ring size
     * @param limit what it may grow to while it is used
     */
    public SmcdLocalRing allocate(int size, int limit) throws DeclineException {
        // A connection closed on both sides is freed by whoever comes next, at the latest by the sweep.
        reclaim(2);
        try {
            return tryAllocate(size, limit);
        } catch (DeclineException e) {
            if (reclaim(Integer.MAX_VALUE) == 0) {
                throw e;
            }
            return tryAllocate(size, limit);
        }
    }

    private int reclaim(int most) {
        List<SmcdLocalRing> oldest;
        synchronized (this) {
            oldest = rings.lingering(most);
        }
        int freed = 0;
        for (SmcdLocalRing ring : oldest) {
            if (ring.member().tryRelease()) {
                freed++;
            }
        }
        return freed;
    }

    private synchronized SmcdLocalRing tryAllocate(int size, int limit) throws DeclineException {
        if (!isActive()) {
            throw new DeclineException(FallbackReason.PEER_LOST);
        }
        SmcdLocalRing ring = rings.allocate(size, limit);
        retain();
        return ring;
    }

    /**
     * Finds the peer's ring by what its CLC message says. All of it is hostile: the token must be the one in the peer's
     * memory, which proves that whoever sent it over TCP is the process at the other end of this link group. A token
     * serves once, and not at all if its owner has revoked it meanwhile.
     *
     * @param mine the ring in the other direction, which the peer can find by this; {@code null} if it knows it already
     * @return {@code null} if there is no such ring
     */
    public synchronized SmcdPeerRing bind(long token, int size, SmcdLocalRing mine) {
        if (!isActive() || !SegmentLayout.isToken(token)) {
            return null;
        }
        long block = SegmentLayout.control(SegmentLayout.index(token));
        long offset = (long) LONG.getVolatile(remote, block + SegmentLayout.RING);
        if ((long) LONG.getAcquire(remote, block + SegmentLayout.TOKEN) != token
                || (int) INT.getVolatile(remote, block + SegmentLayout.RING_SIZE) != size
                || !SegmentLayout.isRing(offset, size, remote.byteSize())) {
            return null;
        }
        if (mine != null) {
            LONG.set(remote, block + SegmentLayout.OPPOSITE, mine.token());
        }
        return LONG.compareAndSet(remote, block + SegmentLayout.TOKEN, token, token | SegmentLayout.BOUND)
                ? new SmcdPeerRing(this, token, offset, size) : null;
    }

    /** Whether the peer has revoked the ring that it has named by a token, and not handed its place out again. */
    public boolean isWithdrawn(long token) {
        return SegmentLayout.isToken(token) && (long) LONG.getAcquire(remote,
                SegmentLayout.control(SegmentLayout.index(token)) + SegmentLayout.TOKEN) == ~token;
    }

    /**
     * Finds the peer's ring of a connection for which the peer has bound ours, without a message that names it.
     *
     * @return {@code null} if there is no such ring
     */
    public SmcdPeerRing bindOpposite(SmcdLocalRing ring) {
        long token = ring.opposite();
        if (!SegmentLayout.isToken(token)) {
            return null;
        }
        int size = (int) INT.getVolatile(remote,
                SegmentLayout.control(SegmentLayout.index(token)) + SegmentLayout.RING_SIZE);
        return bind(token, size, null);
    }

    void free(SmcdLocalRing ring) {
        synchronized (this) {
            upkeep.forget(ring);
            rings.free(ring);
        }
        release();
    }

    /** The connection is closed here, but its peer may still write; the ring is freed when that is over. */
    void linger(SmcdLocalRing ring) {
        synchronized (this) {
            rings.linger(ring);
            if (isActive()) {
                return;
            }
        }
        // The last sweep may have been before.
        ring.member().tryRelease();
    }

    @Override
    protected void sweep() {
        upkeep.sweep();
    }

    /** Has the memory stay until {@link #letGo}; with the lock held. */
    void keep() {
        retain();
    }

    void letGo() {
        release();
    }

    /**
     * The peer has taken what was offered in place of a ring, or something is wrong with it. Returns which is so now.
     */
    synchronized boolean settle(SmcdLocalRing ring, RingGeneration stretch) {
        ring.settle();
        return stretch.isTaken();
    }

    synchronized void reached(SmcdLocalRing ring, RingGeneration stretch) {
        if (rings.find(ring.token()) == ring) {
            upkeep.changes().reached(ring, stretch);
        }
    }

    /** @param again whether the peer was told before, and there is no need if it listens to nothing now */
    void wantRoom(long token, int offer, boolean again) {
        ControlMessage message = ControlMessage.roomWanted(token, offer);
        if (again) {
            control.offer(message);
        } else {
            control.send(message);
        }
    }

    void tellMoved(long token) {
        control.send(ControlMessage.moved(token));
    }

    void tellLater(SmcdLocalRing ring, long nanos) {
        upkeep.tellLater(ring, nanos);
    }

    void received(ControlMessage message) {
        switch (message.type()) {
            case ControlMessage.DOORBELL -> wakers.doorbell(message.argument(),
                    (int) message.first(), message.second());
            case ControlMessage.WAKER -> wakerOpened(message.argument(), (int) message.first(), message.second());
            case ControlMessage.RING -> rung(message.argument());
            case ControlMessage.PEER_CLOSED -> tell(message.first(), Member::peerClosed);
            case ControlMessage.ROOM_WANTED -> upkeep.roomWanted(message.first(), message.argument());
            case ControlMessage.RING_OFFERED -> tell(message.first(), Member::ringOffered);
            case ControlMessage.MOVED -> tell(message.first(), Member::peerMoved);
            default -> LOG.log(System.Logger.Level.DEBUG, "unknown control message {0}", message.type());
        }
    }

    void offer(ControlMessage message) {
        control.offer(message);
    }

    void announceWithdrawal() {
        control.send(ControlMessage.markerWithdrawn());
    }

    /** Whether the peer has said something that has not been heard yet. */
    boolean hasNews() {
        return control.hasUnread();
    }

    private void wakerOpened(int number, int generation, long sender) {
        DoorbellSlot slot = slot(number);
        if (slot != null) {
            wakers.waker(slot, generation, sender);
        }
    }

    private void rung(int number) {
        DoorbellSlot slot = slot(number);
        if (slot != null) {
            slot.wakeForPeer();
        }
    }

    private void tell(long token, Consumer<Member> news) {
        Member member = memberOf(token);
        if (member != null) {
            news.accept(member);
        }
    }

    private synchronized Member memberOf(long token) {
        SmcdLocalRing ring = rings.find(token);
        return ring == null ? null : ring.member();
    }

    void sendRing(int number) {
        control.send(ControlMessage.ring(number));
    }

    @Override
    protected void opened(DoorbellSlot slot, int generation) {
        wakers.opened(slot, generation);
    }

    PeerDoorbells peerDoorbells() {
        return peerDoorbells;
    }

    @Override
    protected List<Member> members() {
        return rings.members();
    }

    @Override
    protected void disconnect() {
        overflowMemory.end();
        wakers.close();
        control.close();
    }

    @Override
    protected void freeMemory() {
        rings.close();
        peerDoorbells.close();
        peerMemory.close();
        ownMemory.close();
        // Behind what is still to be closed.
        control.peerFiles().execute(seat::release);
    }

    /** Connections that use it. */
    synchronized int count() {
        return rings.count();
    }

    /** Messages that the peer has not taken. */
    int pendingMessages() {
        return control.pendingMessages();
    }

    /** Whether no connection uses it. */
    synchronized boolean isIdle() {
        return rings.count() == 0;
    }

    @Override
    public synchronized SmcSnapshot.LinkGroup snapshot() {
        return new SmcSnapshot.LinkGroup(id(), SmcMode.SMCD, role(), peerGid.toString(), control.peer().pid(),
                rings.count(), rings.memory(), null);
    }
}
