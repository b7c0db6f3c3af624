package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.nio.file.Files;
import java.nio.file.Path;

/** The project's files. */
public final class Project {

    private Project() {
    }

    /** The top of the project, whatever directory a test is started in. */
    public static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("docs/adr"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}
