package io.smc4j.engine.discovery;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Listeners that have said, over connections without anybody in between, that they understand SMC. Such knowledge is
 * of a process, and must not outlive it: who listens at the address next may not know CLC. So it lasts as long as the
 * link group with that process; before there is one, a while. Thread-safe.
 */
public final class LearnedListeners {

    /** As long as an unused link group lives. */
    private static final long VALID_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long SHORTEST_DISTRUST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_DISTRUST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int MAX_REMEMBERED = 1024;

    /**
     * One listener.
     *
     * @param known whether it is taken for one that understands SMC
     * @param proof whether the link group with its process is alive; {@code null} while there was none
     * @param failures how many attempts have failed since one succeeded
     * @param until how long it is known without a proof; or, if it is not known, how long it is not believed
     */
    private record Listener(boolean known, BooleanSupplier proof, int failures, long until) {
    }

    private final Map<InetSocketAddress, Listener> listeners = new ConcurrentHashMap<>();
    private final long distrustNanos;
    private final LongSupplier clock;

    /**
     * Knows none yet.
     *
     * @param distrustNanos how long a listener is not believed after a first failure
     * @param clock as {@link System#nanoTime()}
     */
    LearnedListeners(long distrustNanos, LongSupplier clock) {
        this.distrustNanos = Math.max(SHORTEST_DISTRUST_NANOS, distrustNanos);
        this.clock = clock;
    }

    /** Whether a listener may be sent a Proposal. */
    public boolean contains(InetSocketAddress address) {
        Listener listener = listeners.get(address);
        if (listener == null || !listener.known) {
            return false;
        }
        if (isValid(listener)) {
            return true;
        }
        listeners.remove(address, listener);
        return false;
    }

    private boolean isValid(Listener listener) {
        return listener.proof == null ? clock.getAsLong() - listener.until < 0 : listener.proof.getAsBoolean();
    }

    /** Whether a listener that says so is believed. */
    public boolean mayLearn(InetSocketAddress address) {
        Listener listener = listeners.get(address);
        return listener == null || listener.known || clock.getAsLong() - listener.until >= 0;
    }

    /**
     * A listener has said so.
     *
     * @return whether that is news, and believed
     */
    public boolean add(InetSocketAddress address) {
        if (contains(address) || !mayLearn(address)) {
            return false;
        }
        if (listeners.size() >= MAX_REMEMBERED) {
            listeners.clear();
        }
        listeners.compute(address, (key, before) -> new Listener(true, null, before == null ? 0 : before.failures,
                clock.getAsLong() + VALID_NANOS));
        return true;
    }

    /**
     * A connection to a listener is SMC.
     *
     * @param linkGroupAlive whether the link group with its process is alive
     */
    public void confirm(InetSocketAddress address, BooleanSupplier linkGroupAlive) {
        listeners.computeIfPresent(address, (key, before) -> before.known ? new Listener(true, linkGroupAlive, 0, 0)
                : before);
    }

    /** An attempt with a listener has failed: it is forgotten, and not believed for longer each time. */
    public void failed(InetSocketAddress address) {
        listeners.computeIfPresent(address, (key, before) -> {
            if (!before.known) {
                return before;
            }
            long doubled = distrustNanos << Math.min(before.failures, 12);
            return new Listener(false, null, before.failures + 1,
                    clock.getAsLong() + Math.min(LONGEST_DISTRUST_NANOS, doubled));
        });
    }

    /** Nobody listens there now. */
    public void forget(InetSocketAddress address) {
        if (!listeners.isEmpty()) {
            listeners.computeIfPresent(address, (key, before) -> before.known ? null : before);
        }
    }

    /** Those that are known now. */
    public List<InetSocketAddress> known() {
        List<InetSocketAddress> known = new ArrayList<>();
        listeners.forEach((address, listener) -> {
            if (listener.known && isValid(listener)) {
                known.add(address);
            }
        });
        return known;
    }
}
