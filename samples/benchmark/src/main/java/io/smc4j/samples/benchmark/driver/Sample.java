package io.smc4j.samples.benchmark.driver;

/**
 * One measurement.
 *
 * @param requests answered
 * @param rps requests/s
 * @param p50 microseconds
 * @param p99 microseconds
 * @param cpu microseconds of user and system time of both processes per request
 * @param foreign processors that others kept busy meanwhile
 * @param errors requests without the right answer
 */
record Sample(long requests, double rps, double p50, double p99, double cpu, double foreign, long errors) {

    /** What is foreign beyond this makes a figure doubtful. */
    static final double MOST_FOREIGN = 0.12;
}
