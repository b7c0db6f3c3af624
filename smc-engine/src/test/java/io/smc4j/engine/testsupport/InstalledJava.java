package io.smc4j.engine.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Java runtimes beside the one in use, and where distributions put them. */
public final class InstalledJava {

    private InstalledJava() {
    }

    /** The home of one whose feature version, such as 17, is wanted. */
    public static Optional<Path> find(IntPredicate wanted) throws IOException {
        Path current = Path.of(System.getProperty("java.home"));
        for (Path directory : Stream.of(current.getParent(), Path.of("/usr/lib/jvm")).distinct().toList()) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> homes = Files.list(directory)) {
                Optional<Path> found = homes.filter(home -> isWanted(home, wanted)).sorted().findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isWanted(Path home, IntPredicate wanted) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isRegularFile(release)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(release)) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").replaceFirst("^1\\.", ""))
                    .anyMatch(version -> wanted.test(Integer.parseInt(version.split("\\.")[0])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
