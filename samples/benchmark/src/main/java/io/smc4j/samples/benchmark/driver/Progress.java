package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;

/** Tells on standard error what is going on. */
final class Progress {

    private final long start = System.nanoTime();
    private final List<String> leftOut = new ArrayList<>();

    void step(String format, Object... arguments) {
        System.err.printf("[%6.1f s] %s%n", (System.nanoTime() - start) / 1e9, format.formatted(arguments));
    }

    void leftOut(String what) {
        leftOut.add(what);
        step("left out: %s", what);
    }

    /** What could not be measured, with the reasons. */
    List<String> leftOut() {
        return leftOut;
    }
}
