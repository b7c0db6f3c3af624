package io.smc4j.samples.benchmark.peer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Says when requests are due, and when there are no more. For any number of threads. */
final class Pace {

    private final long start = System.nanoTime();
    private final long end;
    private final double intervalNanos;
    private final AtomicLong next = new AtomicLong();

    Pace(int rate, long nanos) {
        this.end = start + nanos;
        this.intervalNanos = rate == 0 ? 0 : 1e9 / rate;
    }

    boolean isFixed() {
        return intervalNanos > 0;
    }

    /** When the next request is due, as {@link System#nanoTime} tells; -1 if there is no more. Without a rate: now. */
    long take() {
        long due = isFixed() ? start + (long) (next.getAndIncrement() * intervalNanos) : System.nanoTime();
        return due - end >= 0 ? -1 : due;
    }

    static void await(long due) {
        for (long left; (left = due - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(left);
        }
    }
}
