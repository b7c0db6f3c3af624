package io.smc4j.engine.link;

import io.smc4j.engine.os.Level;
import java.util.concurrent.atomic.LongAdder;

/** What an engine may spend on receive rings, over all link groups. Thread-safe. */
public final class MemoryBudget {

    private final long limit;
    private final long overflowLimit;
    private final Level used = new Level();
    private final Level overflows = new Level();
    private final Level kept = new Level();
    private final LongAdder grown = new LongAdder();
    private final LongAdder reused = new LongAdder();

    /** @param limit in bytes */
    public MemoryBudget(long limit) {
        this(limit, limit / 16);
    }

    /** @param overflowLimit what writers may have of it for what they have no room for in their peers' rings */
    public MemoryBudget(long limit, long overflowLimit) {
        this.limit = limit;
        this.overflowLimit = overflowLimit;
    }

    /** Takes a part of the budget, if there is enough left. */
    public boolean tryReserve(long bytes) {
        return used.tryAdd(bytes, limit);
    }

    /** As {@link #tryReserve(long)}, for what is good to have: a quarter of the budget is left to new connections. */
    public boolean tryReserveMore(long bytes) {
        return used.tryAdd(bytes, limit - limit / 4);
    }

    /** As {@link #tryReserve(long)}, for what lies unread: half of the budget is left to others. */
    public boolean tryReserveBacklog(long bytes) {
        return used.tryAdd(bytes, limit / 2);
    }

    /** As {@link #tryReserve(long)}, for what writers have no room for in their peers' rings. */
    public boolean tryReserveOverflow(long bytes) {
        if (!overflows.tryAdd(bytes, overflowLimit)) {
            return false;
        }
        if (!tryReserveMore(bytes)) {
            overflows.add(-bytes);
            return false;
        }
        return true;
    }

    /** Whether {@link #tryReserveOverflow} would succeed now. */
    public boolean hasOverflow(long bytes) {
        return overflows.now() + bytes <= overflowLimit && used.now() + bytes <= limit - limit / 4;
    }

    /** Gives back what was reserved so. */
    public void giveBackOverflow(long bytes) {
        overflows.add(-bytes);
        giveBack(bytes);
    }

    /** Has memory that is not handed out kept for the next that need some; that may be a 32nd of the budget. */
    public boolean tryKeep(long bytes) {
        return kept.tryAdd(bytes, limit / 32);
    }

    /** Notes memory that has to be kept. */
    void keep(long bytes) {
        kept.add(bytes);
    }

    /** What was kept is no more. */
    public void unkeep(long bytes) {
        kept.add(-bytes);
    }

    /** Bytes of memory that is not handed out and yet not given back to the system. */
    public long kept() {
        return kept.now();
    }

    /** Gives back what was reserved. */
    public void giveBack(long bytes) {
        used.add(-bytes);
    }

    /** A larger ring was offered in place of a full one. */
    public void countGrown() {
        grown.increment();
    }

    /** Memory that served before was handed out as it was. */
    public void countReused() {
        reused.increment();
    }

    /** Larger rings offered in place of full ones. */
    public long grown() {
        return grown.sum();
    }

    /** Times that memory was handed out that had served before. */
    public long reused() {
        return reused.sum();
    }

    /** Bytes handed out now. */
    public long used() {
        return used.now();
    }

    /** Bytes that were handed out at most. */
    public long highest() {
        return used.highest();
    }

    /** Bytes that may be handed out at most. */
    public long limit() {
        return limit;
    }
}
