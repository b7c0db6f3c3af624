package io.smc4j.engine.nio;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Lets threads wait for what a negotiation decides; virtual ones too. */
final class NegotiationSignal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Something was decided, or the channel closed. */
    void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a condition holds. An interrupt does not end the wait, but closes the channel if that is in its
     * bracket, and then the condition holds: to leave before the close would take the bracket away, and the interrupt
     * would be lost.
     *
     * @param timeoutNanos -1 for no limit
     * @return {@code false} if the time was over before
     */
    boolean await(BooleanSupplier condition, long timeoutNanos) {
        long start = System.nanoTime();
        boolean interrupted = false;
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                long left = timeoutNanos < 0 ? Long.MAX_VALUE : timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                try {
                    if (timeoutNanos < 0) {
                        changed.await();
                    } else {
                        changed.awaitNanos(left);
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
