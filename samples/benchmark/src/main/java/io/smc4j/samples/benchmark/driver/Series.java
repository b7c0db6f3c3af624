package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The measurements of a cell, one for each round. */
final class Series {

    private static final double MOST_TREND = 0.10;

    private final Cell cell;
    private final List<Sample> samples = new ArrayList<>();

    Series(Cell cell) {
        this.cell = cell;
    }

    Cell cell() {
        return cell;
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    int rounds() {
        return samples.size();
    }

    double median(ToDoubleFunction<Sample> figure) {
        return median(samples.stream().mapToDouble(figure).sorted().toArray());
    }

    static double median(double[] sorted) {
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    double min(ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).min().orElse(Double.NaN);
    }

    double max(ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).max().orElse(Double.NaN);
    }

    long errors() {
        return samples.stream().mapToLong(Sample::errors).sum();
    }

    /** Whether the figures are of rounds that differ too much to be one figure. */
    boolean isUnsteady() {
        return isUnsteady(trend());
    }

    static boolean isUnsteady(double trend) {
        return Math.abs(trend) > MOST_TREND;
    }

    /**
     * How much faster the later half of the rounds was than the earlier, as a part of it: 0.1 and the JIT was still at
     * work.
     */
    double trend() {
        int half = samples.size() / 2;
        if (half == 0) {
            return 0;
        }
        double early = median(samples.subList(0, half).stream().mapToDouble(Sample::rps).sorted().toArray());
        double late = median(samples.subList(samples.size() - half, samples.size()).stream().mapToDouble(Sample::rps)
                .sorted()
                .toArray());
        return late / early - 1;
    }
}
