package io.smc4j.samples.benchmark.peer;

import org.HdrHistogram.Histogram;

/**
 * What came of a run.
 *
 * @param requests answered, or messages sent
 * @param nanos from the first request to the last answer
 * @param latencies in nanoseconds
 */
record Result(long requests, long errors, long nanos, Histogram latencies) {

    String text() {
        return "requests=" + requests + " errors=" + errors + " nanos=" + nanos + " p50_ns="
                + latencies.getValueAtPercentile(50) + " p99_ns=" + latencies.getValueAtPercentile(99) + " max_ns="
                + latencies.getMaxValue();
    }
}
