package io.smc4j.engine.link;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Hands out rings of one segment: blocks of 1 MiB, each cut into rings of one size, so that freeing cannot fragment.
 * A block whose rings are all free can take another size. Not thread-safe.
 *
 * <p>A ring that is handed out has all of its pages: whoever touches them first pays for them, as control groups count,
 * and that would be the peer. Pages of free rings are kept as far as the {@linkplain MemoryBudget#tryKeep budget}
 * allows, so that short-lived connections need not ask for them again, until {@link #trim()} finds that they were not
 * needed.
 */
public final class RingAllocator {

    /** Bytes of the smallest ring. */
    private static final int UNIT = SmcConfig.MIN_BUFFER_SIZE;
    private static final int SIZES = Integer.numberOfTrailingZeros(SmcConfig.MAX_RING_SIZE / UNIT) + 1;
    /** Units in a block, one for each bit of a long. */
    private static final int UNITS = SegmentLayout.BLOCK_SIZE / UNIT;

    private final SharedMemory memory;
    private final MemoryBudget budget;
    private final int blocks;
    private final BitSet used = new BitSet();
    /** Per block, one bit for each free ring in it. */
    private long[] free = new long[8];
    /** Per block, one bit for each unit that has pages. */
    private long[] backed = new long[8];
    private int[] ringSize = new int[8];
    private final BitSet[] withRoom = new BitSet[SIZES];
    /** Bytes of free rings that have pages, and the fewest since the last trim: those were not needed. */
    private long kept;
    private long leastKept;

    /**
     * Hands out the rings of a segment.
     *
     * @param memory the segment
     * @param end where its rings end
     * @param budget what pages of free rings count against
     */
    public RingAllocator(SharedMemory memory, long end, MemoryBudget budget) {
        this.memory = memory;
        this.budget = budget;
        this.blocks = (int) ((end - SegmentLayout.RINGS_OFFSET) / SegmentLayout.BLOCK_SIZE);
        Arrays.setAll(withRoom, i -> new BitSet());
    }

    /** Returns the ring's offset in the segment, or -1 if there is no room for it or no memory. */
    public long allocate(int size) {
        BitSet room = withRoom[sizeClass(size)];
        int block = room.nextSetBit(0);
        if (block < 0) {
            block = takeBlock(size);
            if (block < 0) {
                return -1;
            }
            room.set(block);
        }
        int ring = Long.numberOfTrailingZeros(free[block]);
        free[block] &= ~(1L << ring);
        if (free[block] == 0) {
            room.clear(block);
        }
        long offset = offset(block) + (long) ring * size;
        if (!back(block, units(ring, size), offset, size)) {
            release(block, ring);
            return -1;
        }
        return offset;
    }

    private boolean back(int block, long units, long offset, int size) {
        long present = backed[block] & units;
        unkeep(present);
        if (present == units) {
            budget.countReused();
            return true;
        }
        try {
            memory.allocate(offset, size);
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no memory for a ring", e);
            drop(block, present);
            return false;
        }
        backed[block] |= units;
        return true;
    }

    /** Takes a ring back. */
    public void free(long offset) {
        long position = offset - SegmentLayout.RINGS_OFFSET;
        int block = (int) (position / SegmentLayout.BLOCK_SIZE);
        int size = ringSize[block];
        int ring = (int) (position % SegmentLayout.BLOCK_SIZE / size);
        release(block, ring);
        if (budget.tryKeep(size)) {
            kept += size;
        } else {
            drop(block, units(ring, size));
        }
    }

    private void release(int block, int ring) {
        int size = ringSize[block];
        BitSet room = withRoom[sizeClass(size)];
        free[block] |= 1L << ring;
        room.set(block);
        if (free[block] == allFree(size)) {
            room.clear(block);
            used.clear(block);
        }
    }

    private int takeBlock(int size) {
        int block = used.nextClearBit(0);
        if (block >= blocks) {
            return -1;
        }
        if (block >= free.length) {
            free = Arrays.copyOf(free, free.length * 2);
            backed = Arrays.copyOf(backed, backed.length * 2);
            ringSize = Arrays.copyOf(ringSize, ringSize.length * 2);
        }
        used.set(block);
        free[block] = allFree(size);
        ringSize[block] = size;
        return block;
    }

    /** Gives back the pages of free rings that were not needed since the last call. */
    public void trim() {
        long excess = leastKept;
        for (int block = free.length - 1; block >= 0 && excess > 0; block--) {
            long units = backed[block] & freeUnits(block);
            if (units != 0) {
                unkeep(units);
                drop(block, units);
                excess -= (long) Long.bitCount(units) * UNIT;
            }
        }
        leastKept = kept;
    }

    /** The segment ends, and with it what was kept. */
    public void close() {
        budget.unkeep(kept);
        kept = 0;
        leastKept = 0;
    }

    /** Those of which no ring is handed out. */
    private long freeUnits(int block) {
        if (!used.get(block)) {
            return -1L;
        }
        int size = ringSize[block];
        long units = 0;
        for (long rest = free[block]; rest != 0; rest &= rest - 1) {
            units |= units(Long.numberOfTrailingZeros(rest), size);
        }
        return units;
    }

    private void unkeep(long units) {
        long bytes = (long) Long.bitCount(units) * UNIT;
        if (bytes > 0) {
            budget.unkeep(bytes);
            kept -= bytes;
            leastKept = Math.min(leastKept, kept);
        }
    }

    /** Gives the pages of free rings back, which are not counted as kept. */
    private void drop(int block, long units) {
        for (long rest = units; rest != 0;) {
            int first = Long.numberOfTrailingZeros(rest);
            int count = Long.numberOfTrailingZeros(~(rest >>> first));
            long run = unitsOf(first, count);
            rest &= ~run;
            try {
                memory.punchHole(offset(block) + (long) first * UNIT, (long) count * UNIT);
                backed[block] &= ~run;
            } catch (OsException e) {
                // The pages stay and serve the next ring.
                LinkGroup.LOG.log(System.Logger.Level.DEBUG, "pages of a free ring not returned", e);
                long bytes = (long) count * UNIT;
                budget.keep(bytes);
                kept += bytes;
            }
        }
    }

    private static long offset(int block) {
        return SegmentLayout.RINGS_OFFSET + (long) block * SegmentLayout.BLOCK_SIZE;
    }

    private static long allFree(int size) {
        int rings = SegmentLayout.BLOCK_SIZE / size;
        return rings == Long.SIZE ? -1L : (1L << rings) - 1;
    }

    /** The bits of a ring in {@link #backed}. */
    private static long units(int ring, int size) {
        int count = size / UNIT;
        return unitsOf(ring * count, count);
    }

    private static long unitsOf(int first, int count) {
        return count == UNITS ? -1L : (1L << count) - 1 << first;
    }

    private static int sizeClass(int size) {
        return Integer.numberOfTrailingZeros(size / UNIT);
    }
}
