package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.UnixSockets;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory two processes share, one segment in each direction, and the control socket whose end tells of the peer's.
 *
 * <p>The memory lives until the link group has ended, every connection in it is released and every doorbell has given its
 * slot up; until then a connection may read what had arrived. Thread-safe.
 */
public final class LinkGroup {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.link");

    /** A connection, as its link group sees it. */
    public interface Member {
        /** The link group has ended: nothing more arrives and nothing can be sent. */
        void linkDown();

        /** The peer has closed its end and waits for its ring back. */
        void peerClosed();

        /** Gives the local ring back if the peer is done with it; returns whether it was. */
        boolean tryRelease();
    }

    private final int id;
    private final SmcSnapshot.Role role;
    private final Gid peerGid;
    private final int peerLinkGroupId;
    private final UnixSockets.Credentials peer;
    private final SharedMemory ownMemory;
    private final SharedMemory peerMemory;
    private final MemorySegment own;
    private final MemorySegment remote;
    private final ControlSocket control;
    private final PeerDoorbells peerDoorbells;

    private final LocalRings rings;
    private final DoorbellSlot[] slots = new DoorbellSlot[SegmentLayout.DOORBELLS];
    private int doorbellGenerations;
    private int references = 1;
    private volatile boolean active = true;

    LinkGroup(int id, SmcSnapshot.Role role, Gid peerGid, int peerLinkGroupId, UnixSockets.Credentials peer,
            SharedMemory ownMemory, SharedMemory peerMemory, MemoryBudget budget, ControlSocket control) {
        this.id = id;
        this.role = role;
        this.peerGid = peerGid;
        this.peerLinkGroupId = peerLinkGroupId;
        this.peer = peer;
        this.ownMemory = ownMemory;
        this.peerMemory = peerMemory;
        this.own = ownMemory.segment();
        this.remote = peerMemory.segment();
        this.control = control;
        this.rings = new LocalRings(this, new RingAllocator(ownMemory), budget);
        this.peerDoorbells = new PeerDoorbells(this, remote);
    }

    /** This side's number, as named in an Accept or Confirm. */
    public int id() {
        return id;
    }

    /** The peer's number for this link group. */
    public int peerLinkGroupId() {
        return peerLinkGroupId;
    }

    /** The engine at the other end. */
    public Gid peerGid() {
        return peerGid;
    }

    /** Whether connections can be made in it. */
    public boolean isActive() {
        return active;
    }

    MemorySegment own() {
        return own;
    }

    MemorySegment remote() {
        return remote;
    }

    /** Thrown when a connection cannot have a ring. */
    public static final class NoRingException extends Exception {

        private static final long serialVersionUID = 1L;
        private final FallbackReason reason;

        NoRingException(FallbackReason reason) {
            super(reason.text(), null, false, false);
            this.reason = reason;
        }

        /** What is exhausted. */
        public FallbackReason reason() {
            return reason;
        }
    }

    /**
     * Hands out a ring to receive into.
     *
     * @param size in bytes, a ring size
     */
    public LocalRing allocate(int size) throws NoRingException {
        // A connection closed on both sides is freed by whoever comes next, at the latest by the sweep.
        reclaim(2);
        try {
            return tryAllocate(size);
        } catch (NoRingException e) {
            if (reclaim(Integer.MAX_VALUE) == 0) {
                throw e;
            }
            return tryAllocate(size);
        }
    }

    private int reclaim(int most) {
        List<LocalRing> oldest;
        synchronized (this) {
            oldest = rings.lingering(most);
        }
        int freed = 0;
        for (LocalRing ring : oldest) {
            if (ring.member().tryRelease()) {
                freed++;
            }
        }
        return freed;
    }

    private synchronized LocalRing tryAllocate(int size) throws NoRingException {
        if (!active) {
            throw new NoRingException(FallbackReason.PEER_LOST);
        }
        LocalRing ring = rings.allocate(size);
        references++;
        return ring;
    }

    /**
     * Finds the peer's ring by what its CLC message says. All of it is hostile: the token must be the one in the peer's
     * memory, which proves that whoever sent it over TCP is the process at the other end of this link group. A token
     * serves once, and not at all if its owner has revoked it meanwhile.
     *
     * @return {@code null} if there is no such ring
     */
    public synchronized PeerRing bind(long token, int size) {
        int index = SegmentLayout.index(token);
        if (!active || token <= 0 || index >= SegmentLayout.CONNECTIONS) {
            return null;
        }
        long block = SegmentLayout.control(index);
        long offset = (long) LONG.getVolatile(remote, block + SegmentLayout.RING);
        if ((long) LONG.getAcquire(remote, block + SegmentLayout.TOKEN) != token
                || (int) INT.getVolatile(remote, block + SegmentLayout.RING_SIZE) != size
                || offset < SegmentLayout.RINGS_OFFSET || offset > remote.byteSize() - size || offset % 4096 != 0) {
            return null;
        }
        return LONG.compareAndSet(remote, block + SegmentLayout.TOKEN, token, token | SegmentLayout.BOUND)
                ? new PeerRing(this, token, offset, size) : null;
    }

    /** If the link group has ended already, nobody else will say so. */
    void attached(Member member) {
        if (!active) {
            member.linkDown();
        }
    }

    void free(LocalRing ring) {
        synchronized (this) {
            rings.free(ring);
        }
        release();
    }

    /** The connection is closed here, but its peer may still write; the ring is freed when that is over. */
    void linger(LocalRing ring) {
        synchronized (this) {
            rings.linger(ring);
            if (active) {
                return;
            }
        }
        // The last sweep may have been before.
        ring.member().tryRelease();
    }

    /** Frees what the peers are done with and asks for the rest; called now and then by the control loop. */
    void sweep() {
        List<LocalRing> lingering;
        synchronized (this) {
            lingering = rings.lingering(Integer.MAX_VALUE);
        }
        for (LocalRing ring : lingering) {
            if (!ring.member().tryRelease()) {
                control.send(ControlMessage.peerClosed(ring.peer().token()));
            }
        }
    }

    void received(ControlMessage message, int descriptor) {
        switch (message.type()) {
            case ControlMessage.DOORBELL ->
                    peerDoorbells.setEventFd(message.argument(), (int) message.first(), descriptor);
            case ControlMessage.RING -> rung(message.argument());
            case ControlMessage.PEER_CLOSED -> peerClosed(message.first());
            default -> LOG.log(System.Logger.Level.DEBUG, "unknown control message {0}", message.type());
        }
    }

    void announceWithdrawal() {
        control.send(ControlMessage.markerWithdrawn());
    }

    /** Whether the peer has said something that has not been heard yet. */
    boolean hasNews() {
        return control.hasUnread();
    }

    private void rung(int number) {
        DoorbellSlot slot;
        synchronized (this) {
            slot = number >= 0 && number < slots.length ? slots[number] : null;
        }
        if (slot != null) {
            slot.doorbell().signal();
        }
    }

    private void peerClosed(long token) {
        LocalRing ring;
        synchronized (this) {
            ring = rings.find(token);
        }
        if (ring != null && ring.member() != null) {
            ring.member().peerClosed();
        }
    }

    void sendRing(int number) {
        control.send(ControlMessage.ring(number));
    }

    /** Called with the doorbell's lock held. */
    synchronized DoorbellSlot openDoorbell(Doorbell doorbell) {
        if (!active) {
            return null;
        }
        for (int number = 1; number < slots.length; number++) {
            if (slots[number] == null) {
                DoorbellSlot slot = new DoorbellSlot(this, doorbell, number, own);
                int generation = ++doorbellGenerations;
                slot.reset(generation);
                slots[number] = slot;
                references++;
                control.send(ControlMessage.doorbell(number, generation), doorbell.eventFd());
                return slot;
            }
        }
        return null;
    }

    void closeDoorbell(DoorbellSlot slot) {
        control.forget(slot.doorbell().eventFd());
        synchronized (this) {
            slots[slot.number()] = null;
        }
        release();
    }

    PeerDoorbells peerDoorbells() {
        return peerDoorbells;
    }

    /** Ends the link group; its connections see a reset once they have read what had arrived. */
    void down() {
        List<Member> told;
        List<DoorbellSlot> retired = new ArrayList<>();
        synchronized (this) {
            if (!active) {
                return;
            }
            active = false;
            told = rings.members();
            for (DoorbellSlot slot : slots) {
                if (slot != null) {
                    retired.add(slot);
                }
            }
        }
        control.close();
        told.forEach(Member::linkDown);
        retired.forEach(slot -> slot.doorbell().retire(slot));
        sweep();
        release();
    }

    void release() {
        synchronized (this) {
            if (--references > 0) {
                return;
            }
        }
        peerDoorbells.close();
        peerMemory.close();
        ownMemory.close();
    }

    /** Whether no connection uses it. */
    synchronized boolean isIdle() {
        return rings.count() == 0;
    }

    SmcSnapshot.Role role() {
        return role;
    }

    synchronized SmcSnapshot.LinkGroup snapshot() {
        return new SmcSnapshot.LinkGroup(id, role, peerGid.toString(), peer.pid(), rings.count(), rings.memory());
    }
}
