package io.smc4j.samples.benchmark.soak;

import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds while nobody works.
 *
 * @param mappings those of shared memory
 * @param threads the engine's
 * @param ringMemory in bytes
 */
record Leftovers(long descriptors, long mappings, long threads, long ringMemory, long connections) {

    private static final Path SELF = Path.of("/proc/self");
    /** The JDK opens some for itself when it first needs them. */
    private static final int DESCRIPTORS_OF_THE_JDK = 8;

    static Leftovers of(SmcSelectorProvider engine) throws IOException {
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("smc-")).count();
        try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"));
                Stream<String> mappings = Files.lines(SELF.resolve("maps"))) {
            return new Leftovers(descriptors.count(), mappings.filter(line -> line.contains("/memfd:")).count(),
                    threads, engine.snapshot().ringMemoryInUse(), engine.snapshot().connections().size());
        }
    }

    boolean isQuiet() {
        return ringMemory == 0 && connections == 0;
    }

    /** Whether it is no more than what there was before. */
    boolean isWithin(Leftovers before) {
        return isQuiet() && descriptors <= before.descriptors + DESCRIPTORS_OF_THE_JDK
                && mappings <= before.mappings && threads <= before.threads;
    }
}
