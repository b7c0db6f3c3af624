package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return SharedMemory.create("smc4j-allocator", SegmentLayout.segmentSize((long) blocks * BLOCK));
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
            RingAllocator allocator = new RingAllocator(memory);
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
        return rings.keySet().stream().mapToLong(offset -> (offset - SegmentLayout.RINGS_OFFSET) / BLOCK).distinct().count();
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
                RingAllocator allocator = new RingAllocator(memory);
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
            RingAllocator allocator = new RingAllocator(memory);
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
    void givesPagesBackBeyondASmallReserve() throws OsException, IOException {
        try (SharedMemory memory = memory(40)) {
            RingAllocator allocator = new RingAllocator(memory);
            List<Long> rings = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                long ring = allocator.allocate(BLOCK);
                memory.segment().asSlice(ring, BLOCK).fill((byte) 1);
                rings.add(ring);
            }
            assertThat(residentBlocks(memory)).isEqualTo(40);

            rings.forEach(allocator::free);

            assertThat(residentBlocks(memory)).isEqualTo(16);
        }
    }

    @Test
    void findsAReturnedBlockUsableAgain() throws OsException, IOException {
        try (SharedMemory memory = memory(40)) {
            RingAllocator allocator = new RingAllocator(memory);
            for (int round = 0; round < 3; round++) {
                List<Long> rings = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    long ring = allocator.allocate(BLOCK);
                    memory.segment().asSlice(ring, BLOCK).fill((byte) 1);
                    rings.add(ring);
                }
                assertThat(residentBlocks(memory)).isEqualTo(40);
                rings.forEach(allocator::free);
                assertThat(residentBlocks(memory)).isEqualTo(16);
            }
        }
    }

    /** Whole megabytes of the memory that take up pages. */
    private static long residentBlocks(SharedMemory memory) throws IOException {
        String address = Long.toHexString(memory.segment().address());
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(address + "-")) {
                for (String line : lines.subList(i, lines.size())) {
                    if (line.startsWith("Rss:")) {
                        return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / BLOCK;
                    }
                }
            }
        }
        throw new AssertionError("not mapped");
    }
}
