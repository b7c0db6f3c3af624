package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that are gone when this process is. */
final class TemporaryDirectory {

    private TemporaryDirectory() {
    }

    static Path create() throws IOException {
        Path directory = Files.createTempDirectory("smc4j-benchmark");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        return directory;
    }

    private static void delete(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> innerFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : innerFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("cannot delete " + directory + ": " + e);
        }
    }
}
