package io.smc4j.samples.quickstart.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Collects what the loops of one run see. Thread-safe and without locks. */
final class LoadRecorder {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Histogram nanos = new ConcurrentHistogram(LONGEST_NANOS, 3);
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<Throwable> firstError = new AtomicReference<>();
    private final long start = System.nanoTime();
    private final long limit;

    LoadRecorder(Duration time) {
        limit = time.toNanos();
    }

    boolean timeIsLeft() {
        return System.nanoTime() - start < limit;
    }

    void answered(long startedAt) {
        nanos.recordValue(Math.min(System.nanoTime() - startedAt, LONGEST_NANOS));
    }

    void failed(Throwable error) {
        errors.increment();
        firstError.compareAndSet(null, error);
    }

    LoadResult result() {
        double seconds = (System.nanoTime() - start) / 1e9;
        Throwable error = firstError.get();
        return new LoadResult(nanos.getTotalCount(), errors.sum(), error == null ? null : error.toString(), seconds,
                nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3);
    }
}
