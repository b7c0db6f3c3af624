package io.smc4j.engine.smcd;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.RingGeneration;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.smcd.SmcdLocalRings.Use;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Replaces the rings of one link group by larger ones where the peer fills them, and by small ones where they lie idle.
 * Not thread-safe; rings are offered on the control loop only.
 *
 * <p>The owner offers a ring, and the peer goes over to it when it has no room in the one before, or when it is asked
 * to because it has nothing to write; it says from which byte on. The reader follows when it comes to that byte.
 * Several rings may be full behind each other, but a ring is offered only when the one before was taken. A ring's
 * memory is free when all of it was read and another one was taken.
 *
 * <p>A ring grows at once to a size at which writer and reader work well together. Beyond that it grows for a reader
 * that does not read, as a socket's buffers do: a writer that is only faster than its reader gains nothing by more.
 */
final class RingChanges {

    private static final int GROWTH = 4;
    /** The size up to which a ring grows for speed, in bytes. */
    static final int STEADY = 256 * 1024;
    /** How long nothing is read from a full ring before it counts as a backlog. */
    static final long BACKLOG_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Peers that are asked in one turn to take another ring, so that the control loop comes to other things. */
    private static final int MOST = 500;

    /** What a turn has left to do outside of the lock. */
    record News(List<SmcdLocalRing> toRing, List<SmcdLocalRing> toAsk) {
    }

    private final SmcdLocalRings rings;
    private final long idleNanos;
    /** Those that are not as they were at first, or want not to be. */
    private final Set<SmcdLocalRing> watched = new LinkedHashSet<>();
    /** Those that grow if nothing is read. */
    private final Set<SmcdLocalRing> filling = new LinkedHashSet<>();

    /** @param idleNanos how long nothing arrives before a grown ring becomes small again */
    RingChanges(SmcdLocalRings rings, long idleNanos) {
        this.rings = rings;
        this.idleNanos = idleNanos;
    }

    /**
     * The peer has no room. Returns whether there is something for it to take now.
     *
     * @param offer number of the ring it has no room in
     */
    boolean roomWanted(SmcdLocalRing ring, int offer, long now) {
        ring.settle();
        freeConsumed(ring);
        if (!ring.newest().isTaken()) {
            return true;
        }
        if (offer != ring.newest().number() || ring.initialSize() >= ring.limit() || rings.isLingering(ring)) {
            return false;
        }
        if (watched.add(ring)) {
            ring.watch(now);
        }
        // A peer asks seldom. If there is no memory now or no need, the next turns see to it.
        ring.setWanting(true);
        return relieve(ring, now);
    }

    /** Offers a larger ring to a peer that wants one, if it may. Returns whether there is something to take. */
    private boolean relieve(SmcdLocalRing ring, long now) {
        if (!ring.newest().isTaken()) {
            return true;
        }
        if (!ring.isWanting() || !mayGrow(ring) || rings.isLingering(ring)) {
            return false;
        }
        int size = ring.newest().size();
        boolean backlog = size >= STEADY;
        if (backlog) {
            filling.add(ring);
            if (!ring.liesUnread(now, BACKLOG_NANOS)) {
                return false;
            }
        }
        int larger = Math.min(Math.min(size * GROWTH, SegmentLayout.BLOCK_SIZE), ring.limit());
        return offer(ring, larger, backlog ? Use.BACKLOG : Use.SPEED);
    }

    /** Also what the peer keeps in its own memory counts, for as long as it is not read. */
    private static boolean mayGrow(SmcdLocalRing ring) {
        return ring.held() < ring.limit()
                && (ring.newest().size() < STEADY || ring.producer() - ring.consumed() < ring.limit());
    }

    private boolean offer(SmcdLocalRing ring, int size, Use use) {
        try {
            boolean larger = size > ring.newest().size();
            ring.offer(rings.stretch(ring.newest().number() + 1, size, use));
            if (larger) {
                rings.countGrown();
            }
            ring.setWanting(false);
            return true;
        } catch (DeclineException e) {
            return false;
        }
    }

    /** The reader has come to a stretch. */
    void reached(SmcdLocalRing ring, RingGeneration stretch) {
        while (ring.oldest().number() - stretch.number() < 0) {
            rings.giveBack(ring.dropOldest());
        }
    }

    private void freeConsumed(SmcdLocalRing ring) {
        long consumed = ring.consumed();
        for (RingGeneration next = ring.oldest().next(); next != null && next.isTaken() && consumed >= next.from();
                next = ring.oldest().next()) {
            rings.giveBack(ring.dropOldest());
        }
    }

    /** Whether {@link #fill} is to be called soon. */
    boolean isFilling() {
        return !filling.isEmpty();
    }

    /** Offers more to those whose readers do not read. Returns those that have something to take. */
    List<SmcdLocalRing> fill(long now) {
        List<SmcdLocalRing> toRing = new ArrayList<>();
        for (Iterator<SmcdLocalRing> all = filling.iterator(); all.hasNext();) {
            SmcdLocalRing ring = all.next();
            ring.settle();
            freeConsumed(ring);
            boolean moved = ring.hasMoved();
            boolean full = isFull(ring);
            if (full && relieve(ring, now)) {
                toRing.add(ring);
            }
            // What grew wants again when it is full again; what lies still is left to the sweeps.
            if (!ring.isWanting() || !full && !moved || full && !mayGrow(ring)) {
                all.remove();
            }
        }
        return toRing;
    }

    /**
     * Whether the peer waits. One that found room after all leaves its flag; one that waits is told when the last byte
     * was read.
     */
    private static boolean isFull(SmcdLocalRing ring) {
        return ring.isPeerBlocked() && ring.producer() != ring.consumed();
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
            if (isFull(ring)) {
                if (relieve(ring, now)) {
                    toRing.add(ring);
                }
            } else if (quiet && toAsk.size() < MOST && (!ring.newest().isTaken() || shrink(ring))) {
                toAsk.add(ring);
            }
            steady(ring);
            if (ring.oldest() == ring.newest() && ring.newest().size() == ring.initialSize() && !ring.isWanting()) {
                all.remove();
            }
        }
        return new News(toRing, toAsk);
    }

    private boolean shrink(SmcdLocalRing ring) {
        return ring.newest().size() != ring.initialSize() && ring.producer() == ring.consumed()
                && !rings.isLingering(ring) && offer(ring, ring.initialSize(), Use.NEEDED);
    }

    /** A reader that has caught up needs no backlog; the peer goes over when the ring is full once more. */
    private void steady(SmcdLocalRing ring) {
        if (ring.newest().size() > Math.max(STEADY, ring.initialSize()) && ring.newest().isTaken()
                && ring.oldest() == ring.newest() && ring.producer() - ring.consumed() < STEADY
                && !rings.isLingering(ring)) {
            offer(ring, STEADY, Use.SPEED);
        }
    }

    void forget(SmcdLocalRing ring) {
        watched.remove(ring);
        filling.remove(ring);
    }
}
