package io.smc4j.engine.link;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Hands out rings of one segment: blocks of 1 MiB, each cut into rings of one size, so that freeing cannot fragment.
 * A block whose rings are all free can take another size; beyond a small reserve its pages go back to the system.
 * Not thread-safe.
 */
public final class RingAllocator {

    /** Free blocks that keep their pages, so that short-lived connections do not fault them in again. */
    private static final int RESERVE = 16;
    private static final int SIZES = Integer.numberOfTrailingZeros(SmcConfig.MAX_BUFFER_SIZE / SmcConfig.MIN_BUFFER_SIZE) + 1;

    private final SharedMemory memory;
    private final int blocks;
    private final BitSet used = new BitSet();
    private final BitSet touched = new BitSet();
    /** Per block, one bit for each free ring in it. */
    private long[] free = new long[8];
    private int[] ringSize = new int[8];
    private final BitSet[] withRoom = new BitSet[SIZES];

    /** @param memory of {@link LinkGroup#memorySize} */
    public RingAllocator(SharedMemory memory) {
        this.memory = memory;
        this.blocks = (int) ((memory.size() - SegmentLayout.RINGS_OFFSET) / SegmentLayout.BLOCK_SIZE);
        Arrays.setAll(withRoom, i -> new BitSet());
    }

    /** Returns the ring's offset in the segment, or -1 if there is no room. */
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
        return SegmentLayout.RINGS_OFFSET + (long) block * SegmentLayout.BLOCK_SIZE + (long) ring * size;
    }

    /** Takes a ring back. */
    public void free(long offset) {
        long position = offset - SegmentLayout.RINGS_OFFSET;
        int block = (int) (position / SegmentLayout.BLOCK_SIZE);
        int size = ringSize[block];
        BitSet room = withRoom[sizeClass(size)];
        free[block] |= 1L << (position % SegmentLayout.BLOCK_SIZE / size);
        room.set(block);
        if (free[block] == allFree(size)) {
            room.clear(block);
            used.clear(block);
            trim(block);
        }
    }

    private int takeBlock(int size) {
        int block = used.nextClearBit(0);
        if (block >= blocks) {
            return -1;
        }
        if (block >= free.length) {
            free = Arrays.copyOf(free, free.length * 2);
            ringSize = Arrays.copyOf(ringSize, ringSize.length * 2);
        }
        used.set(block);
        touched.set(block);
        free[block] = allFree(size);
        ringSize[block] = size;
        return block;
    }

    private void trim(int block) {
        if (touched.cardinality() - used.cardinality() <= RESERVE) {
            return;
        }
        try {
            memory.punchHole(SegmentLayout.RINGS_OFFSET + (long) block * SegmentLayout.BLOCK_SIZE, SegmentLayout.BLOCK_SIZE);
            touched.clear(block);
        } catch (OsException e) {
            // The pages stay and serve the next ring; the block counts as touched, so it is tried again then.
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "pages of a free ring block not returned", e);
        }
    }

    private static long allFree(int size) {
        int rings = SegmentLayout.BLOCK_SIZE / size;
        return rings == Long.SIZE ? -1L : (1L << rings) - 1;
    }

    private static int sizeClass(int size) {
        return Integer.numberOfTrailingZeros(size / SmcConfig.MIN_BUFFER_SIZE);
    }
}
