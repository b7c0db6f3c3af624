package io.smc4j.engine.os;

import java.util.concurrent.atomic.AtomicLong;

/** A quantity that goes up and down, and the highest it has been. Thread-safe. */
public final class Level {

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong highest = new AtomicLong();

    /** Makes it higher, or lower by a negative number. */
    public void add(long amount) {
        raised(now.addAndGet(amount));
    }

    /** Makes it higher, but not higher than {@code most}; returns whether it did. */
    public boolean tryAdd(long amount, long most) {
        for (;;) {
            long before = now.get();
            if (before + amount > most) {
                return false;
            }
            if (now.compareAndSet(before, before + amount)) {
                raised(before + amount);
                return true;
            }
        }
    }

    private void raised(long value) {
        for (long known = highest.get(); value > known; known = highest.get()) {
            if (highest.compareAndSet(known, value)) {
                return;
            }
        }
    }

    /** How high it is now. */
    public long now() {
        return now.get();
    }

    /** How high it has been. */
    public long highest() {
        return highest.get();
    }
}
