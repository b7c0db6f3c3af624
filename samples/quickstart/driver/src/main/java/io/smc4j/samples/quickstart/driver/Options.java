package io.smc4j.samples.quickstart.driver;

import java.nio.file.Path;

/**
 * The command line.
 *
 * @param json where to write the figures, {@code null} for nowhere
 */
record Options(Path json) {

    /**
     * @throws IllegalArgumentException if there is anything but {@code --json FILE}
     */
    static Options parse(String... args) {
        if (args.length == 0) {
            return new Options(null);
        }
        if (!args[0].equals("--json") || args.length != 2) {
            throw new IllegalArgumentException("usage: ./quickstart [--json FILE]");
        }
        return new Options(Path.of(args[1]));
    }
}
