package io.smc4j.samples.benchmark.driver;

import java.util.List;

/**
 * Variants to be compared with one another.
 *
 * @param scenario under which circumstances, empty for the plain ones
 */
record Task(String scenario, List<Variant> variants, List<Load> loads, Conditions conditions) {

    private static final int START_SECONDS = 2;
    /** What a sample takes beside the run itself: connections, CPU times, one in a few taken again. */
    private static final double SAMPLE_EXTRA_SECONDS = 0.35;

    /** What starting and warming up takes if it goes as usual. */
    double warmUpSeconds() {
        return variants.size() * (START_SECONDS + (WarmUp.LEAST_TURNS + 1) * WarmUp.TURN_MILLIS / 1e3);
    }

    double roundSeconds(int millis) {
        return variants.size() * loads.size() * (millis / 1e3 + SAMPLE_EXTRA_SECONDS);
    }

    double seconds(Options options) {
        return warmUpSeconds() + options.rounds() * roundSeconds(options.millis());
    }

    /** For people. */
    String title() {
        String pair = variants.isEmpty() ? "" : variants.get(0).pair();
        return scenario.isEmpty() ? pair : scenario + ", " + pair;
    }
}
