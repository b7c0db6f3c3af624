package io.smc4j.engine.smcd;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.RingGeneration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces the rings of one link group by larger ones where the peer fills them, and by small ones where they lie idle. Not
 * thread-safe; rings are offered on the control loop only.
 *
 * <p>The owner offers a ring, and the peer goes over to it when it has no room in the one before, or when it is asked to
 * because it has nothing to write; it says from which byte on. The reader follows when it comes to that byte. Several rings may
 * be full behind each other, but a ring is offered only when the one before was taken. A ring's memory is free when all of it
 * was read and another one was taken.
 */
final class RingChanges {

    private static final int GROWTH = 4;
    /** Peers that are asked in one turn to take another ring, so that the control loop comes to other things. */
    private static final int MOST = 500;

    /** What a turn has left to do outside of the lock. */
    record News(List<SmcdLocalRing> toRing, List<SmcdLocalRing> toAsk) {
    }

    private final SmcdLocalRings rings;
    private final long idleNanos;
    /** Those that are not as they were at first, or want not to be. */
    private final Set<SmcdLocalRing> watched = new LinkedHashSet<>();

    /** @param idleNanos how long nothing arrives before a grown ring becomes small again */
    RingChanges(SmcdLocalRings rings, long idleNanos) {
        this.rings = rings;
        this.idleNanos = idleNanos;
    }

    /** The peer has no room. Returns whether there is something for it to take now. */
    boolean roomWanted(SmcdLocalRing ring, long now) {
        ring.settle();
        freeConsumed(ring);
        if (!ring.newest().isTaken()) {
            return true;
        }
        if (ring.newest().size() >= ring.largest() || rings.isLingering(ring)) {
            return false;
        }
        if (watched.add(ring)) {
            ring.watch(now);
        }
        return grow(ring);
    }

    private boolean grow(SmcdLocalRing ring) {
        boolean offered = offer(ring, Math.min(ring.newest().size() * GROWTH, ring.largest()), true);
        // A peer asks once. If there is no memory now, the next turns see to it.
        ring.setWanting(!offered);
        return offered;
    }

    private boolean offer(SmcdLocalRing ring, int size, boolean larger) {
        try {
            ring.offer(rings.stretch(ring.newest().number() + 1, size, larger));
            return true;
        } catch (DeclineException e) {
            return false;
        }
    }

    /** The reader has come to a stretch. */
    void reached(SmcdLocalRing ring, RingGeneration stretch) {
        while (ring.oldest().number() - stretch.number() < 0) {
            freeOldest(ring);
        }
    }

    private void freeConsumed(SmcdLocalRing ring) {
        long consumed = ring.consumed();
        for (RingGeneration next = ring.oldest().next(); next != null && next.isTaken() && consumed >= next.from();
                next = ring.oldest().next()) {
            freeOldest(ring);
        }
    }

    private void freeOldest(SmcdLocalRing ring) {
        RingGeneration done = ring.oldest();
        ring.setOldest(done.next());
        rings.giveBack(done);
    }

    /** Looks after the rings that have changed. */
    News sweep(long now) {
        List<SmcdLocalRing> toRing = new ArrayList<>();
        List<SmcdLocalRing> toAsk = new ArrayList<>();
        for (Iterator<SmcdLocalRing> all = watched.iterator(); all.hasNext();) {
            SmcdLocalRing ring = all.next();
            ring.settle();
            freeConsumed(ring);
            boolean quiet = ring.isQuiet(now, idleNanos);
            // A peer that found room after all leaves its flag; one that waits is told when the last byte was read.
            if (ring.isPeerBlocked() && ring.producer() != ring.consumed()) {
                if (!ring.newest().isTaken() || ring.isWanting() && !rings.isLingering(ring) && grow(ring)) {
                    toRing.add(ring);
                }
            } else if (quiet && toAsk.size() < MOST && (!ring.newest().isTaken() || shrink(ring))) {
                toAsk.add(ring);
            }
            if (ring.oldest() == ring.newest() && ring.newest().size() == ring.initialSize() && !ring.isWanting()) {
                all.remove();
            }
        }
        return new News(toRing, toAsk);
    }

    private boolean shrink(SmcdLocalRing ring) {
        if (ring.newest().size() == ring.initialSize() || ring.producer() != ring.consumed() || rings.isLingering(ring)
                || !offer(ring, ring.initialSize(), false)) {
            return false;
        }
        ring.setWanting(false);
        return true;
    }

    void forget(SmcdLocalRing ring) {
        watched.remove(ring);
    }
}
