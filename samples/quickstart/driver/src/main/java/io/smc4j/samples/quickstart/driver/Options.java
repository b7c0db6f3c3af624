package io.smc4j.samples.quickstart.driver;

import java.nio.file.Path;

/**
 * The command line.
 *
 * @param json where to write the figures, {@code null} for nowhere
 * @param restarts how often to restart an application in place of comparing, 0 to compare
 */
record Options(Path json, int restarts) {

    /**
     * @throws IllegalArgumentException if there is anything but {@code --json FILE} or {@code --restarts N}
     */
    static Options parse(String... args) {
        if (args.length == 0) {
            return new Options(null, 0);
        }
        if (args.length == 2 && args[0].equals("--json")) {
            return new Options(Path.of(args[1]), 0);
        }
        if (args.length == 2 && args[0].equals("--restarts") && args[1].matches("[1-9]\\d{0,4}")) {
            return new Options(null, Integer.parseInt(args[1]));
        }
        throw new IllegalArgumentException("usage: ./quickstart [--json FILE | --restarts N]");
    }
}
