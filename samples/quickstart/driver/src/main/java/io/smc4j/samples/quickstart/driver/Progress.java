package io.smc4j.samples.quickstart.driver;

import java.io.PrintStream;

/** Says what is being done, with the seconds since the start before each line. */
final class Progress {

    private final PrintStream out;
    private final long startMillis;

    /**
     * @param startMillis when the quickstart began, in milliseconds since the epoch
     */
    Progress(PrintStream out, long startMillis) {
        this.out = out;
        this.startMillis = startMillis;
    }

    void step(String format, Object... args) {
        out.printf("[%5.1f s] %s%n", (System.currentTimeMillis() - startMillis) / 1e3, format.formatted(args));
    }
}
