package io.smc4j.engine.link;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.os.Nap;
import io.smc4j.engine.os.Processors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether and how long one waiting thread polls before it sleeps. The rule for the time is the one KVM uses for halted
 * processors: sleeps that were short give the full budget, long ones halve it away. There is no poll where it would
 * keep from the processor who is to be waited for: the peer, if it last ran on this one, or other threads of this
 * process. Polls that are mostly in vain become rare.
 *
 * <p>Who polls does not yield. Where more event loops are awake than half of the processors, as many of their peers may
 * be, and wait for a processor. A loop that has much to do then naps instead of polling: others get on meanwhile,
 * nobody has to wake it, and it finds more at once. Now and then it naps without having waited. For one thread at a
 * time.
 */
public final class Spinner {

    /** Turns between two looks at the clock: about a microsecond. */
    private static final int TURNS = 32;
    /** How long an event loop may find work without a nap. Nanoseconds; time slices are two to five times as long. */
    static final long SHARE = 1_000_000;
    /** Nanoseconds. */
    private static final long NAP = 25_000;
    /**
     * With less than so much to do in a turn a loop is done before a nap would be over. To break up two loops that
     * answer each other quickly would cost more than it brings others.
     */
    static final int MUCH = 8;
    /** How long a loop that has found so much is taken to be one that has. Nanoseconds; some time slices. */
    static final long MEMORY = 10_000_000;

    /** A poll in vain costs more than two that succeed save, in processor time. */
    private static final int COST_IN_VAIN = 2;
    private static final int MOST_CREDIT = 8;
    /** So many waits without a poll, if polls were mostly in vain, and then one that tries again. */
    static final int RETRY_AFTER = 64;
    /** So many polls or naps are counted here before they are told to the policy; a sleep tells of them as well. */
    private static final int TOLD_AFTER = 64;

    /** What an engine's spinners share: no more threads poll at a time than there are processors. */
    public static final class Policy {

        private final SpinMode mode;
        private final long limit;
        private final Semaphore permits;
        private final AtomicInteger awake = new AtomicInteger();
        /** Places for half as many threads as there are processors: who waited last of those that share one. */
        private final AtomicLongArray waited;
        private final int half;
        private final LongAdder met = new LongAdder();
        private final LongAdder inVain = new LongAdder();
        private final LongAdder naps = new LongAdder();

        /** @param limitNanos the longest poll */
        public Policy(SpinMode mode, long limitNanos) {
            this(mode, limitNanos, Processors.available());
        }

        Policy(SpinMode mode, long limitNanos, double processors) {
            // With less than two processors the peer cannot run while this thread polls, or the quota pays for both.
            this.mode = processors < 2 && mode == SpinMode.ADAPTIVE ? SpinMode.NEVER : mode;
            this.limit = limitNanos;
            this.permits = new Semaphore(Math.max(1, (int) processors));
            this.half = Math.max(1, (int) processors / 2);
            this.waited = new AtomicLongArray(half);
        }

        /** Polls that found what was waited for, as far as the threads have told. */
        public long pollsMet() {
            return met.sum();
        }

        /** Polls that did not. */
        public long pollsInVain() {
            return inVain.sum();
        }

        /** Naps of event loops. */
        public long naps() {
            return naps.sum();
        }

        private boolean isFull() {
            return awake.get() > half;
        }
    }

    /** What is waited for. */
    public interface Condition {
        /** Whether the wait is over; cheap and without side effects. */
        boolean isMet();
    }

    private final Policy policy;
    private final Runnable nap;
    private long budget;
    /** Above zero while at least two of three polls find something. */
    private int credit = MOST_CREDIT;
    private int unpolled;
    private long restedAt = System.nanoTime();
    private long foundMuchAt = restedAt - MEMORY;
    private boolean awake;
    /** Not yet told to the policy: many threads share that. */
    private int met;
    private int inVain;
    private int naps;

    /** A spinner that begins with the full budget. */
    public Spinner(Policy policy) {
        // However short, it lets others run. A yield would cost this thread a time slice.
        this(policy, new Nap(NAP));
    }

    Spinner(Policy policy, Runnable nap) {
        this.policy = policy;
        this.nap = nap;
        this.budget = policy.limit;
    }

    /**
     * Polls for a while, or naps.
     *
     * @param peerProcessor where the peer last ran, or -1
     * @param othersWork whether threads of this process want the processors
     * @return whether the condition was met
     */
    public boolean spin(Condition condition, int peerProcessor, boolean othersWork) {
        if (hasMuchToDo()) {
            nap();
            return condition.isMet();
        }
        if (!mayPoll(peerProcessor, othersWork) || !policy.permits.tryAcquire()) {
            return false;
        }
        boolean found;
        try {
            found = poll(condition, policy.mode == SpinMode.ALWAYS ? policy.limit : budget);
        } finally {
            policy.permits.release();
        }
        if (found) {
            met++;
            credit = Math.min(credit + 1, MOST_CREDIT);
        } else {
            inVain++;
            credit = Math.max(credit - COST_IN_VAIN, 0);
        }
        if (met + inVain >= TOLD_AFTER) {
            tell();
        }
        return found;
    }

    private boolean hasMuchToDo() {
        return awake && policy.mode == SpinMode.ADAPTIVE && policy.isFull() && System.nanoTime() - foundMuchAt < MEMORY;
    }

    private void nap() {
        nap.run();
        if (++naps >= TOLD_AFTER) {
            tell();
        }
        restedAt = System.nanoTime();
    }

    private void tell() {
        policy.met.add(met);
        policy.inVain.add(inVain);
        policy.naps.add(naps);
        met = 0;
        inVain = 0;
        naps = 0;
    }

    private boolean mayPoll(int peerProcessor, boolean othersWork) {
        if (policy.mode != SpinMode.ADAPTIVE) {
            return policy.mode == SpinMode.ALWAYS && policy.limit > 0;
        }
        if (budget == 0 || othersWork || peerProcessor == Processors.current()) {
            return false;
        }
        if (credit > 0 || ++unpolled >= RETRY_AFTER) {
            unpolled = 0;
            return true;
        }
        return false;
    }

    private static boolean poll(Condition condition, long nanos) {
        long start = System.nanoTime();
        do {
            for (int i = 0; i < TURNS; i++) {
                if (condition.isMet()) {
                    return true;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() - start < nanos);
        return condition.isMet();
    }

    /**
     * Whether another thread has waited since this one did last, of those that share a place: with more threads than
     * half of the processors that is the rule, and one that polls keeps another from its work. For threads that block,
     * which call this before each wait.
     */
    public boolean isCrowded() {
        long self = Thread.currentThread().threadId();
        int place = (int) (self % policy.waited.length());
        if (policy.waited.getOpaque(place) == self) {
            return false;
        }
        policy.waited.setOpaque(place, self);
        return true;
    }

    /**
     * An event loop has found something to do. It naps if it has been at work for long and others may be waiting for
     * the processor.
     *
     * @param count for how many connections
     */
    public void found(int count) {
        if (count < MUCH || policy.mode == SpinMode.NEVER) {
            return;
        }
        long now = System.nanoTime();
        foundMuchAt = now;
        if (policy.isFull() && now - restedAt >= SHARE) {
            nap();
        }
    }

    /** The event loop is about to sleep, or ends. */
    public void asleep() {
        if (awake) {
            awake = false;
            policy.awake.decrementAndGet();
        }
    }

    /** A sleep of the event loop is over. */
    public void awake() {
        if (!awake) {
            awake = true;
            policy.awake.incrementAndGet();
        }
    }

    /** Learns from a sleep that followed. */
    public void slept(long nanos) {
        tell();
        restedAt = System.nanoTime();
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
