package io.smc4j.engine.link;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.os.Processors;
import java.util.concurrent.Semaphore;

/**
 * How long one waiting thread polls before it sleeps. The rule is the one KVM uses for halted processors: sleeps that were
 * short give the full budget, long ones halve it away. Other threads that want the processor get it every few polls, and from
 * one that finds work without waiting now and then. Where that is not done for the sake of a busy neighbour, and the peer last
 * ran on this very processor, polling would keep it from running, so there is none. For one thread at a time.
 */
public final class Spinner {

    /** Turns between two looks at the clock and at whether others want to run: about a microsecond. */
    private static final int TURNS = 32;
    /** A processor given away for longer has been used by another. Nanoseconds; a switch there and back takes two thousand. */
    private static final long CONTENDED = 1_500;
    /** How long a thread that finds work keeps the processor from others that want it: a few requests. Nanoseconds. */
    private static final long SHARE = 100_000;
    /** How many times its budget a poll may take, with the time that others had in between. */
    private static final int PATIENCE = 20;

    /** What an engine's spinners share: no more threads poll at a time than there are processors. */
    public static final class Policy {

        private final SpinMode mode;
        private final long limit;
        private final Semaphore permits;

        /** @param limitNanos the longest poll */
        public Policy(SpinMode mode, long limitNanos) {
            this(mode, limitNanos, Processors.available());
        }

        Policy(SpinMode mode, long limitNanos, double processors) {
            // With less than two processors the peer cannot run while this thread polls, or the quota pays for both.
            this.mode = processors < 2 && mode == SpinMode.ADAPTIVE ? SpinMode.NEVER : mode;
            this.limit = limitNanos;
            this.permits = new Semaphore(Math.max(1, (int) processors));
        }
    }

    /** What is waited for. */
    public interface Condition {
        /** Whether the wait is over; cheap and without side effects. */
        boolean isMet();
    }

    private final Policy policy;
    private final Yielding yielding;
    private long budget;
    private long gaveWayAt = System.nanoTime();

    /** A spinner that begins with the full budget. */
    public Spinner(Policy policy) {
        this(policy, new Yielding());
    }

    Spinner(Policy policy, Yielding yielding) {
        this.policy = policy;
        this.yielding = yielding;
        this.budget = policy.limit;
    }

    /**
     * Polls for a while.
     *
     * @param peerProcessor where the peer last ran, or -1
     * @return whether the condition was met
     */
    public boolean spin(Condition condition, int peerProcessor) {
        long nanos = policy.mode == SpinMode.ALWAYS ? policy.limit : budget;
        if (policy.mode == SpinMode.NEVER || nanos <= 0
                || policy.mode == SpinMode.ADAPTIVE && isInTheWay(peerProcessor)
                || !policy.permits.tryAcquire()) {
            return false;
        }
        try {
            long start = System.nanoTime();
            long now = start;
            long polled = 0;
            int turns = TURNS;
            do {
                for (int i = 0; i < turns; i++) {
                    if (condition.isMet()) {
                        return true;
                    }
                    Thread.onSpinWait();
                }
                long before = System.nanoTime();
                polled += before - now;
                now = yielding.giveWay(before);
                gaveWayAt = now;
                // While others have work, this thread only looks whether it has some, too.
                turns = now - before > CONTENDED ? 1 : TURNS;
            } while (polled < nanos && (now - start) / PATIENCE < nanos);
            return condition.isMet();
        } finally {
            policy.permits.release();
        }
    }

    private boolean isInTheWay(int peerProcessor) {
        return peerProcessor == Processors.current() && !yielding.isDue(System.nanoTime());
    }

    /** There was something to do without a wait: lets others run if they have not for a while. */
    public void worked() {
        if (policy.mode == SpinMode.NEVER) {
            return;
        }
        long now = System.nanoTime();
        if (now - gaveWayAt >= SHARE) {
            gaveWayAt = yielding.giveWay(now);
        }
    }

    /** Learns from a sleep that followed. */
    public void slept(long nanos) {
        long max = policy.limit;
        if (nanos <= 2 * max) {
            budget = max;
        } else if (budget > 0) {
            budget /= 2;
            if (budget < 2_000) {
                budget = nanos < 20 * max ? 2_000 : 0;
            }
        }
    }
}
