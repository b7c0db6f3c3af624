package io.smc4j.engine.smcd;

import static io.smc4j.engine.link.Overflow.STEP;

import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.Overflow;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** What the overflows of one link group are made of. Takes up memory only as far as they are filled. Thread-safe. */
final class OverflowMemory {

    /** A part of it that was handed out. */
    final class Place extends Overflow {

        private final int number;

        private Place(int number, int most, ByteBuffer data) {
            super(data, most);
            this.number = number;
        }

        @Override
        public int extend(long bytes) {
            OverflowMemory.this.extend(this, bytes);
            return room();
        }

        @Override
        public boolean canExtend() {
            return room() < most() && OverflowMemory.this.canExtend(this);
        }

        /** As far as there is memory. */
        private void show(int bytes) {
            setRoom(Math.min(bytes, most()));
        }

        /** Where it is in the segment. */
        long offset() {
            return OverflowMemory.this.offset(number);
        }

        void free() {
            OverflowMemory.this.free(this);
        }
    }

    /** When the system has refused memory, it is left alone for so long. */
    private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int COUNT = SegmentLayout.OVERFLOW_COUNT;
    private static final int SIZE = SegmentLayout.OVERFLOW_SIZE;

    private final SharedMemory memory;
    private final MemoryBudget budget;
    private final long start;
    /** Per place, the bytes from its beginning that have pages. */
    private final int[] backed = new int[COUNT];
    /** Per place, how many of these count against the budget; the others are kept for later. */
    private final int[] used = new int[COUNT];
    /** Places that were used since the last trim. */
    private final boolean[] recent = new boolean[COUNT];
    /** Free places; the last one that was used is the first to be used again, as it has pages. */
    private final int[] free = new int[COUNT];
    private int freeCount = COUNT;
    private boolean refused;
    private long refusedAt;
    private boolean ended;

    /** @param start where it begins in the segment, up to the end of which it goes */
    OverflowMemory(SharedMemory memory, long start, MemoryBudget budget) {
        this.memory = memory;
        this.start = start;
        this.budget = budget;
        for (int i = 0; i < COUNT; i++) {
            free[i] = COUNT - 1 - i;
        }
    }

    /**
     * Hands out a place.
     *
     * @param wanted bytes that are about to be written
     * @param most bytes that ever may be
     * @return {@code null} if there is none, or no memory
     */
    synchronized Place begin(long wanted, int most) {
        if (freeCount == 0 || ended || most < STEP) {
            return null;
        }
        int number = free[--freeCount];
        recent[number] = true;
        Place place = new Place(number, Math.min(most, SIZE) / STEP * STEP,
                memory.segment().asSlice(offset(number), SIZE).asByteBuffer());
        if (place.extend(wanted) == 0) {
            free[freeCount++] = number;
            return null;
        }
        return place;
    }

    /** Whether a place could be handed out now. */
    synchronized boolean canBegin() {
        return freeCount > 0 && !ended && (backed[free[freeCount - 1]] > 0 || !isRefused())
                && budget.hasOverflow(STEP);
    }

    private synchronized boolean canExtend(Place place) {
        return (used[place.number] < backed[place.number] || !isRefused()) && budget.hasOverflow(STEP);
    }

    private long offset(int number) {
        return start + (long) number * SIZE;
    }

    private synchronized void extend(Place place, long wanted) {
        int number = place.number;
        int target = (int) Math.min((wanted + STEP - 1) / STEP * STEP, place.most());
        int bytes = target - used[number];
        while (bytes >= STEP && !budget.tryReserveOverflow(bytes)) {
            bytes = bytes / 2 / STEP * STEP;
        }
        if (bytes >= STEP) {
            int taken = back(number, used[number] + bytes) - used[number];
            budget.giveBackOverflow(bytes - taken);
            used[number] += taken;
        }
        place.show(used[number]);
    }

    /** Sees to pages; returns how many of the bytes have some. */
    private int back(int number, int bytes) {
        budget.unkeep(Math.min(bytes, backed[number]) - used[number]);
        if (bytes > backed[number]) {
            try {
                memory.allocate(offset(number) + backed[number], bytes - backed[number]);
                backed[number] = bytes;
                refused = false;
            } catch (OsException e) {
                refused = true;
                refusedAt = System.nanoTime();
                LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no memory for an overflow", e);
            }
        }
        return Math.min(bytes, backed[number]);
    }

    private boolean isRefused() {
        return refused && System.nanoTime() - refusedAt < REFUSED_NANOS;
    }

    private synchronized void free(Place place) {
        int number = place.number;
        int bytes = used[number];
        used[number] = 0;
        free[freeCount++] = number;
        budget.giveBackOverflow(bytes);
        if (!ended && !budget.tryKeep(bytes)) {
            budget.unkeep(backed[number] - bytes);
            drop(number);
        }
    }

    /** Gives the pages of a place back, which are not counted. */
    private void drop(int number) {
        if (backed[number] == 0) {
            return;
        }
        try {
            memory.punchHole(offset(number), backed[number]);
        } catch (OsException e) {
            // The pages stay until the segment ends.
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "pages of an overflow not returned", e);
        }
        backed[number] = 0;
    }

    synchronized boolean isUsed() {
        return freeCount < COUNT;
    }

    /** Gives back the pages of places that were not needed since the last call. */
    synchronized void trim() {
        for (int i = 0; i < freeCount && !ended; i++) {
            int number = free[i];
            if (!recent[number]) {
                budget.unkeep(backed[number]);
                drop(number);
            }
        }
        for (int number = 0; number < COUNT; number++) {
            recent[number] = false;
        }
    }

    /** The link group has ended. Peers may go on reading, so nothing is given back or used again. */
    synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        for (int number = 0; number < COUNT; number++) {
            // Those still in use give the rest back when they are freed.
            budget.unkeep(backed[number] - used[number]);
            backed[number] = used[number];
        }
    }
}
