package io.smc4j.engine.smcd;

import io.smc4j.engine.link.LinkGroup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What a link group does about its rings now and then, on the control loop: frees what the peer is done with, changes
 * rings that have the wrong size, and gives memory back. The link group's lock guards it.
 */
final class RingUpkeep {

    private final SmcdLinkGroup group;
    private final ControlSocket control;
    private final SmcdLocalRings rings;
    private final OverflowMemory overflowMemory;
    private final RingChanges changes;
    private final long idleNanos;
    /** Those of closed connections whose peers may still read what was written to an overflow. */
    private final List<SmcdPeerRing> unread = new ArrayList<>();
    private boolean fillScheduled;
    private long trimmedAt = System.nanoTime();

    /** @param idleNanos how long nothing arrives before a grown ring becomes small again */
    RingUpkeep(SmcdLinkGroup group, ControlSocket control, SmcdLocalRings rings, OverflowMemory overflowMemory,
            long idleNanos) {
        this.group = group;
        this.control = control;
        this.rings = rings;
        this.overflowMemory = overflowMemory;
        this.idleNanos = idleNanos;
        this.changes = new RingChanges(rings, idleNanos);
    }

    /** With the lock held. */
    RingChanges changes() {
        return changes;
    }

    /** The connection has ended, and writes no more; with the lock held. */
    void forget(SmcdLocalRing ring) {
        changes.forget(ring);
        SmcdPeerRing peer = ring.peer();
        if (peer != null && peer.hasOverflow()) {
            // A peer that has seen the end may have all that was sent before still to read.
            unread.add(peer);
            freeRead();
        }
    }

    /** Asks for what the peer is not done with yet, and changes rings that have the wrong size. */
    void sweep() {
        List<SmcdLocalRing> lingering;
        synchronized (group) {
            lingering = rings.lingering(Integer.MAX_VALUE);
        }
        for (SmcdLocalRing ring : lingering) {
            if (!ring.member().tryRelease()) {
                control.send(ControlMessage.peerClosed(ring.peer().token()));
            }
        }
        reclaimOverflows();
        changeRings();
        trim();
    }

    /** Has connections give back what their peers have read. */
    private void reclaimOverflows() {
        List<LinkGroup.Member> members = List.of();
        synchronized (group) {
            freeRead();
            if (group.isActive() && overflowMemory.isUsed()) {
                members = rings.withOverflow();
            }
        }
        members.forEach(LinkGroup.Member::reclaimOverflow);
    }

    private void freeRead() {
        for (Iterator<SmcdPeerRing> all = unread.iterator(); all.hasNext();) {
            SmcdPeerRing ring = all.next();
            if (!group.isActive() || ring.isPeerDoneReading()) {
                all.remove();
                ring.freeOverflow();
            }
        }
    }

    private void trim() {
        synchronized (group) {
            long now = System.nanoTime();
            if (group.isActive() && now - trimmedAt >= idleNanos) {
                trimmedAt = now;
                rings.trim();
                overflowMemory.trim();
            }
        }
    }

    private void changeRings() {
        RingChanges.News news;
        synchronized (group) {
            if (!group.isActive()) {
                return;
            }
            news = changes.sweep(System.nanoTime());
            // The connections may end before their peers were told.
            group.keep();
            fillLater();
        }
        try {
            news.toRing().forEach(RingUpkeep::ringPeer);
            for (SmcdLocalRing ring : news.toAsk()) {
                if (ring.peer() != null) {
                    control.send(ControlMessage.ringOffered(ring.peer().token()));
                }
            }
        } finally {
            group.letGo();
        }
    }

    /** With the lock held, on the control loop. */
    private void fillLater() {
        if (!fillScheduled && changes.isFilling()) {
            fillScheduled = true;
            control.loop().schedule(RingChanges.BACKLOG_NANOS, this::fill);
        }
    }

    /** Has rings grow whose readers do not read. */
    private void fill() {
        List<SmcdLocalRing> toRing;
        synchronized (group) {
            fillScheduled = false;
            if (!group.isActive()) {
                return;
            }
            toRing = changes.fill(System.nanoTime());
            group.keep();
            fillLater();
        }
        try {
            toRing.forEach(RingUpkeep::ringPeer);
        } finally {
            group.letGo();
        }
    }

    /** The peer has no room in the ring of an offer. */
    void roomWanted(long token, int offer) {
        SmcdLocalRing ring;
        synchronized (group) {
            ring = group.isActive() ? rings.find(token) : null;
            if (ring == null) {
                return;
            }
            boolean offered = changes.roomWanted(ring, offer, System.nanoTime());
            fillLater();
            if (!offered) {
                return;
            }
            group.keep();
        }
        try {
            ringPeer(ring);
        } finally {
            group.letGo();
        }
    }

    /**
     * Whoever writes to a ring looks what there is for him; if there is no connection yet, a sweep comes back to it.
     */
    private static void ringPeer(SmcdLocalRing ring) {
        if (ring.peer() != null) {
            ring.peer().ring();
        }
    }

    /** Has whoever waits for a connection look at it after some time; any thread. */
    void tellLater(SmcdLocalRing ring, long nanos) {
        control.loop().schedule(nanos, () -> tell(ring));
    }

    private void tell(SmcdLocalRing ring) {
        synchronized (group) {
            if (!group.isActive() || rings.find(ring.token()) != ring) {
                return;
            }
            group.keep();
        }
        try {
            ring.lookAgain();
        } finally {
            group.letGo();
        }
    }
}
