package io.smc4j.samples.quickstart.driver;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Figures of one round, or the medians of several.
 *
 * @param rps requests per second
 * @param p50 median time of a request in microseconds
 * @param p99 99th percentile of it
 * @param cpu CPU time per request of both processes in microseconds
 */
record Sample(
        double rps,
        @JsonProperty("p50_us") double p50,
        @JsonProperty("p99_us") double p99,
        @JsonProperty("cpu_us") double cpu) {

    static Sample of(LoadResult load, Duration cpuTime) {
        return new Sample(load.requests() / load.seconds(), load.p50Micros(), load.p99Micros(),
                cpuTime.toNanos() / 1e3 / load.requests());
    }

    /** The median of each figure by itself. */
    static Sample median(List<Sample> rounds) {
        return new Sample(median(rounds, Sample::rps), median(rounds, Sample::p50), median(rounds, Sample::p99),
                median(rounds, Sample::cpu));
    }

    private static double median(List<Sample> rounds, ToDoubleFunction<Sample> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
