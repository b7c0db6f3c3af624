package io.smc4j.samples.benchmark.driver;

/**
 * One figure of a table.
 *
 * @param scenario under which circumstances, empty for the plain ones
 * @param transport the variant's label
 * @param body bytes of an answer, a message or a buffer
 * @param rate requests/s at fixed times, 0 for closed loops
 */
record Cell(String scenario, String pair, String transport, int connections, int body, int loops, int rate) {

    /** For people. */
    String title() {
        return (scenario.isEmpty() ? "" : scenario + ", ") + pair + " " + transport + ", " + connections
                + " connections, " + body
                + " B" + (loops > 0 ? ", " + loops + " loops" : "") + (rate > 0 ? ", " + rate + " requests/s" : "");
    }
}
