package io.smc4j.engine.link;

import java.util.function.LongSupplier;

/**
 * Gives the processor to whoever else wants it, between two polls. Where others are slow to give it back, as threads that
 * compute are, each time costs a time slice: there is no more of it for a while then. For one thread at a time.
 */
final class Yielding {

    /** Longer than threads that wait for messages take for their work; less than a time slice. Nanoseconds. */
    static final long LONG = 2_000_000;
    /** So many long absences are a busy neighbour; a single one may be a garbage collection. */
    static final int TOLERATED = 3;
    /**
     * So many brief ones make up for a long one. A neighbour that has used up its share for now lets some pass briefly, too; and
     * threads that give way to each other meet with a long one now and then, which must not make them stop.
     */
    static final int BRIEF = 16;
    /** How long the busy neighbour is left alone. Nanoseconds. */
    static final long PAUSE = 1_000_000_000;

    private final LongSupplier clock;
    private final Runnable yield;
    private int longAbsences;
    private int briefAbsences;
    private long pausedAt;

    Yielding() {
        this(System::nanoTime, Thread::yield);
    }

    Yielding(LongSupplier clock, Runnable yield) {
        this.clock = clock;
        this.yield = yield;
    }

    /** Whether others are let run at that time. */
    boolean isDue(long now) {
        return longAbsences < TOLERATED || now - pausedAt >= PAUSE;
    }

    /**
     * Lets others run.
     *
     * @param now the time, which is also returned if others are not let run
     * @return the time at which this thread runs again
     */
    long giveWay(long now) {
        if (!isDue(now)) {
            return now;
        }
        yield.run();
        long back = clock.getAsLong();
        if (back - now >= LONG) {
            longAbsences = Math.min(longAbsences + 1, TOLERATED);
            briefAbsences = 0;
            pausedAt = back;
        } else if (longAbsences > 0 && ++briefAbsences >= BRIEF) {
            longAbsences--;
            briefAbsences = 0;
        }
        return back;
    }
}
