package io.smc4j.engine.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the kernel's text files. What cannot be read counts as empty: on another system, in a container that hides it
 * and without the right to see it alike, the answer is "not there".
 *
 * @param root the directory that holds {@code proc} and {@code sys}
 */
record ProcFiles(Path root) {

    List<String> lines(String file) {
        try {
            return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.ISO_8859_1).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The first line, trimmed; empty if there is none. */
    String line(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().trim();
    }

    /** The names in a directory, sorted. */
    List<String> names(String directory) {
        try (Stream<Path> entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
