package io.smc4j.samples.benchmark.peer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * Collects the latencies of one run, each thread in a histogram of its own. What fails is counted, but is no request.
 */
final class Recorder {

    private static final long HIGHEST_NANOS = 100_000_000_000L;

    private final List<Histogram> histograms = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Histogram> own = ThreadLocal.withInitial(() -> {
        Histogram histogram = empty();
        histograms.add(histogram);
        return histogram;
    });
    private final LongAdder errors = new LongAdder();
    private final long start = System.nanoTime();

    private static Histogram empty() {
        return new Histogram(HIGHEST_NANOS, 2);
    }

    /** A request that got the right answer. */
    void record(long nanos) {
        own.get().recordValue(Math.min(HIGHEST_NANOS, Math.max(0, nanos)));
    }

    /** A request that did not. */
    void error() {
        errors.increment();
    }

    /** When all threads are done. */
    Result result() {
        long nanos = System.nanoTime() - start;
        Histogram all = empty();
        histograms.forEach(all::add);
        return new Result(all.getTotalCount(), errors.sum(), nanos, all);
    }
}
