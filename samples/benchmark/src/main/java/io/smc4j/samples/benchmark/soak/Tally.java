package io.smc4j.samples.benchmark.soak;

import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Thread-safe. */
final class Tally {

    final LongAdder exchanges = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder aborts = new LongAdder();
    final LongAdder restarts = new LongAdder();
    /** As the engine has counted them. */
    volatile long moves;
    /** Ended by the death of the server, as they should be. */
    final LongAdder cutOff = new LongAdder();
    /** Bytes missing, doubled, wrong or out of order. */
    final LongAdder wrong = new LongAdder();
    /** Failed though the server was alive. */
    final LongAdder failed = new LongAdder();
    /** Took longer than anything may. */
    final LongAdder hung = new LongAdder();
    /** Of which there was more at the end than at the beginning. */
    final LongAdder left = new LongAdder();

    boolean isFaultless() {
        return wrong.sum() + failed.sum() + hung.sum() + left.sum() == 0;
    }

    String line() {
        return ("%,d exchanges, %,d MB; %d restarts, %,d moves to TCP, %,d aborts, %,d cut off by restarts; "
                + "wrong %d, failed %d, hung %d, left over %d").formatted(exchanges.sum(), bytes.sum() >> 20,
                restarts.sum(), moves, aborts.sum(), cutOff.sum(), wrong.sum(), failed.sum(), hung.sum(),
                left.sum());
    }
}
