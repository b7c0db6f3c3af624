package io.smc4j.engine.nio;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Lets threads wait for what a negotiation decides; virtual ones too. */
final class Outcome {

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
     * Waits until a condition holds or the thread is interrupted.
     *
     * @param timeoutNanos -1 for no limit
     * @return whether it holds
     */
    boolean await(BooleanSupplier condition, long timeoutNanos) {
        long left = timeoutNanos;
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (timeoutNanos < 0) {
                    changed.await();
                } else if (left > 0) {
                    left = changed.awaitNanos(left);
                } else {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            // The channel is closed by the interrupt; the caller finds it so.
            Thread.currentThread().interrupt();
            return condition.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
