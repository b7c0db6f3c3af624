package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;

/** Tells on standard error what is going on, and how long it will take. */
final class Progress {

    private static final double MOST_CORRECTION = 6;

    private final long start = System.nanoTime();
    private final List<String> leftOut = new ArrayList<>();
    private double expected;
    private double done;
    /** How long the last part took, divided by what was expected. */
    private double correction = 1;
    private double lastSeconds;

    /** Says how long all will take, in seconds. */
    void expect(double seconds) {
        expected = seconds;
    }

    /** There is a further part, which is expected to take so many seconds. */
    void more(double seconds) {
        expected += seconds;
    }

    /** A part that was expected to take so many seconds is done. */
    void done(double seconds) {
        done += seconds;
        double now = elapsed();
        if (seconds > 0) {
            correction = Math.clamp((now - lastSeconds) / seconds, 1 / MOST_CORRECTION, MOST_CORRECTION);
        }
        lastSeconds = now;
    }

    private double elapsed() {
        return (System.nanoTime() - start) / 1e9;
    }

    void step(String format, Object... arguments) {
        String left = expected > 0 ? ", " + left((expected - done) * correction) + " left" : "";
        System.err.println(Figures.text("[%6.1f s%s] %s", elapsed(), left, Figures.text(format, arguments)));
    }

    /** For people. */
    static String left(double seconds) {
        double minutes = seconds / 60;
        return minutes < 1 ? "under a minute" : "about " + Math.round(minutes) + " min";
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
