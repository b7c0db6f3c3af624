package io.smc4j.samples.quickstart.driver;

import java.io.PrintStream;
import java.time.Duration;

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
        out.printf("[%5.1f s] %s%n", elapsed().toMillis() / 1e3, format.formatted(args));
    }

    /** A line that belongs to the last step. */
    void detail(String format, Object... args) {
        out.printf("            %s%n", format.formatted(args));
    }

    Duration elapsed() {
        return Duration.ofMillis(System.currentTimeMillis() - startMillis);
    }
}
