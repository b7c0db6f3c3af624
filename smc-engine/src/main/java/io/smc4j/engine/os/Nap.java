package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps of some microseconds. The kernel lets a thread oversleep by 50 microseconds, unless the thread says otherwise;
 * one that naps says so once, and its other timers are as exact from then on. For one thread at a time.
 */
public final class Nap implements Runnable {

    /** Nanoseconds. */
    private static final long TIMER_SLACK = 1_000;
    /** From {@code linux/prctl.h}. */
    private static final int PR_SET_TIMERSLACK = 29;
    private static final MethodHandle PRCTL =
            LibC.variadicWithoutErrno("prctl", 1, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final long nanos;
    private Thread exact;

    /** @param nanos how long a nap is, if nobody unparks or interrupts the thread */
    public Nap(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public void run() {
        Thread self = Thread.currentThread();
        if (exact != self && !self.isVirtual()) {
            exact = self;
            setTimerSlack();
        }
        LockSupport.parkNanos(this, nanos);
    }

    private static void setTimerSlack() {
        try {
            // If the kernel refuses, naps are longer than they should be, which is no reason to fail.
            int ignored = (int) PRCTL.invokeExact(PR_SET_TIMERSLACK, TIMER_SLACK, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
