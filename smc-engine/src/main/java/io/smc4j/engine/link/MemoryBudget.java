package io.smc4j.engine.link;

import java.util.concurrent.atomic.AtomicLong;

/** What an engine may spend on receive rings, over all link groups. Thread-safe. */
public final class MemoryBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes */
    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** Takes a part of the budget, if there is enough left. */
    public boolean tryReserve(long bytes) {
        return tryReserve(bytes, limit);
    }

    /** As {@link #tryReserve(long)}, for what is good to have: a quarter of the budget is left to new connections. */
    public boolean tryReserveMore(long bytes) {
        return tryReserve(bytes, limit - limit / 4);
    }

    private boolean tryReserve(long bytes, long most) {
        for (;;) {
            long now = used.get();
            if (now + bytes > most) {
                return false;
            }
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /** Gives back what was reserved. */
    public void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes handed out now. */
    public long used() {
        return used.get();
    }

    /** Bytes that may be handed out at most. */
    public long limit() {
        return limit;
    }
}
