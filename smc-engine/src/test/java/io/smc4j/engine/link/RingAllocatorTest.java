package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.SharedMemoryPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class RingAllocatorTest {

    private static final int BLOCK = SegmentLayout.BLOCK_SIZE;
    private static final int SMALLEST = SmcConfig.MIN_BUFFER_SIZE;

    private static SharedMemory memory(int blocks) throws OsException {
        return SharedMemory.create("smc4j-allocator", SegmentLayout.RINGS_OFFSET + (long) blocks * BLOCK);
    }

    private final MemoryBudget budget = new MemoryBudget(512L << 20);

    private RingAllocator allocator(SharedMemory memory) {
        return new RingAllocator(memory, memory.size(), budget);
    }

    /** Positive numbers are sizes to allocate, the others say which of the rings there are is freed. */
    @Provide
    Arbitrary<List<Integer>> steps() {
        Arbitrary<Integer> allocate = Arbitraries.integers().between(0, 6).map(i -> SMALLEST << i);
        Arbitrary<Integer> free = Arbitraries.integers().between(-1000, 0);
        return Arbitraries.frequencyOf(Tuple.of(5, allocate), Tuple.of(4, free)).list().ofMinSize(1).ofMaxSize(300);
    }

    @Property(tries = 100)
    void neverHandsOutTheSameMemoryTwice(@ForAll("steps") List<Integer> steps) throws OsException {
        try (SharedMemory memory = memory(6)) {
            RingAllocator allocator = allocator(memory);
            TreeMap<Long, Integer> model = new TreeMap<>();
            for (int step : steps) {
                if (step > 0) {
                    long offset = allocator.allocate(step);
                    if (offset < 0) {
                        assertThat(blocksInUse(model)).isGreaterThanOrEqualTo(6);
                        continue;
                    }
                    assertThat(offset).isBetween(SegmentLayout.RINGS_OFFSET, memory.size() - step);
                    assertThat((offset - SegmentLayout.RINGS_OFFSET) % step).isZero();
                    requireDisjoint(model, offset, step);
                    model.put(offset, step);
                } else if (!model.isEmpty()) {
                    long offset = new ArrayList<>(model.keySet()).get(-step % model.size());
                    model.remove(offset);
                    allocator.free(offset);
                }
            }
        }
    }

    private static long blocksInUse(Map<Long, Integer> rings) {
        return rings.keySet().stream().mapToLong(offset -> (offset - SegmentLayout.RINGS_OFFSET) / BLOCK).distinct()
                .count();
    }

    private static void requireDisjoint(TreeMap<Long, Integer> model, long offset, int size) {
        Map.Entry<Long, Integer> before = model.floorEntry(offset);
        Map.Entry<Long, Integer> after = model.ceilingEntry(offset);
        assertThat(before == null || before.getKey() + before.getValue() <= offset).as("overlap below").isTrue();
        assertThat(after == null || offset + size <= after.getKey()).as("overlap above").isTrue();
    }

    @Test
    void fillsABlockWithRingsOfOneSize() throws OsException {
        for (int size = SMALLEST; size <= BLOCK; size *= 2) {
            try (SharedMemory memory = memory(1)) {
                RingAllocator allocator = allocator(memory);
                for (int i = 0; i < BLOCK / size; i++) {
                    assertThat(allocator.allocate(size)).as("ring %d of %d", i, size).isNotNegative();
                }
                assertThat(allocator.allocate(size)).isNegative();
            }
        }
    }

    @Test
    void usesAFreedBlockForAnotherSize() throws OsException {
        try (SharedMemory memory = memory(1)) {
            RingAllocator allocator = allocator(memory);
            long first = allocator.allocate(SMALLEST);
            long second = allocator.allocate(SMALLEST);
            assertThat(allocator.allocate(BLOCK)).isNegative();

            allocator.free(first);
            assertThat(allocator.allocate(BLOCK)).isNegative();
            allocator.free(second);

            assertThat(allocator.allocate(BLOCK)).isNotNegative();
        }
    }

    @Test
    void handsOutRingsThatHaveTheirPages() throws OsException {
        try (SharedMemory memory = memory(4)) {
            RingAllocator allocator = allocator(memory);
            long pages = 0;
            for (int size = SMALLEST; size <= BLOCK; size *= 4) {
                assertThat(allocator.allocate(size)).isNotNegative();
                pages += size;
                assertThat(SharedMemoryPages.allocated(memory)).as("with a ring of %d", size).isEqualTo(pages);
            }
        }
    }

    @Test
    void keepsPagesOfFreeRingsAsTheBudgetAllows() throws OsException {
        try (SharedMemory memory = memory(40)) {
            RingAllocator allocator = allocator(memory);
            for (int round = 0; round < 3; round++) {
                List<Long> rings = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    rings.add(allocator.allocate(BLOCK));
                }
                assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(40L * BLOCK);
                assertThat(budget.kept()).isZero();

                rings.forEach(allocator::free);

                assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(16L * BLOCK);
                assertThat(budget.kept()).isEqualTo(16L * BLOCK);
            }
            allocator.close();
            assertThat(budget.kept()).isZero();
        }
    }

    @Test
    void sharesWhatIsKeptAmongAllSegments() throws OsException {
        try (SharedMemory memory = memory(16); SharedMemory other = memory(16)) {
            for (SharedMemory each : List.of(memory, other)) {
                RingAllocator allocator = allocator(each);
                List<Long> rings = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    rings.add(allocator.allocate(BLOCK));
                }
                rings.forEach(allocator::free);
            }
            assertThat(SharedMemoryPages.allocated(memory) + SharedMemoryPages.allocated(other)).isEqualTo(16L * BLOCK);
        }
    }

    @Test
    void trimsWhatWasNotNeededSinceTheLastTrim() throws OsException {
        try (SharedMemory memory = memory(2)) {
            RingAllocator allocator = allocator(memory);
            List<Long> rings = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                rings.add(allocator.allocate(SMALLEST));
            }
            rings.subList(10, 50).forEach(allocator::free);
            allocator.trim();
            assertThat(SharedMemoryPages.allocated(memory)).as("these were free for a moment only")
                    .isEqualTo(50L * SMALLEST);

            List<Long> again = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                again.add(allocator.allocate(SMALLEST));
            }
            again.forEach(allocator::free);
            allocator.trim();
            assertThat(SharedMemoryPages.allocated(memory)).as("fifteen of them were needed")
                    .isBetween(10L * SMALLEST, 25L * SMALLEST);

            allocator.trim();
            assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(10L * SMALLEST);
            assertThat(budget.kept()).isZero();
        }
    }

    @Property(tries = 100)
    void countsPagesRightWhateverIsHandedOutAndTrimmed(@ForAll("steps") List<Integer> steps) throws OsException {
        try (SharedMemory memory = memory(6)) {
            MemoryBudget small = new MemoryBudget(64L << 20);
            RingAllocator allocator = new RingAllocator(memory, memory.size(), small);
            TreeMap<Long, Integer> model = new TreeMap<>();
            for (int step : steps) {
                if (step > 0) {
                    long offset = allocator.allocate(step);
                    if (offset >= 0) {
                        model.put(offset, step);
                    }
                } else if (!model.isEmpty()) {
                    long offset = new ArrayList<>(model.keySet()).get(-step % model.size());
                    model.remove(offset);
                    allocator.free(offset);
                }
                if (step % 7 == 0) {
                    allocator.trim();
                }
                long handedOut = model.values().stream().mapToLong(size -> size).sum();
                assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(handedOut + small.kept());
                assertThat(small.kept()).isBetween(0L, 2L << 20);
            }
        }
    }

    @Test
    void hasNoRingWhereThereAreNoPages() throws Exception {
        try (SharedMemory memory = memory(2)) {
            RingAllocator allocator = allocator(memory);
            long ring = allocator.allocate(SMALLEST);
            memory.closeDescriptor();

            assertThat(allocator.allocate(SMALLEST)).as("as fallocate fails").isNegative();
            assertThat(allocator.allocate(BLOCK)).isNegative();
            allocator.free(ring);
            assertThat(allocator.allocate(SMALLEST)).as("it has its pages").isEqualTo(ring);
        }
    }
}
