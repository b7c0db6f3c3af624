package io.smc4j.engine.discovery;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.smcd.Gid;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Listeners with which an attempt has failed, and until when they are left alone. A failure is one process's: it says
 * nothing about who listens at the address next. A cause that may pass, as the peer's end or its slowness, is tried
 * again soon, and less soon each time; one that is likely to stay, as bytes that are no CLC message, after the full
 * time. Thread-safe.
 */
public final class RecentFailures {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MAX_REMEMBERED = 1024;

    /** @param peer the engine that shared memory with this one; {@code null} if none did */
    private record Failure(Gid peer, int number, long until) {
    }

    private final Map<InetSocketAddress, Failure> failures = new ConcurrentHashMap<>();
    private final long longestNanos;
    private final Predicate<Gid> isAlive;
    private final LongSupplier clock;

    /**
     * Remembers none yet.
     *
     * @param longestNanos how long a listener is left alone at most
     * @param isAlive whether an engine still shares memory with this one
     * @param clock as {@link System#nanoTime()}
     */
    RecentFailures(long longestNanos, Predicate<Gid> isAlive, LongSupplier clock) {
        this.longestNanos = longestNanos;
        this.isAlive = isAlive;
        this.clock = clock;
    }

    /** Whether a listener is to be left alone. */
    public boolean isLeftAlone(InetSocketAddress listener) {
        Failure failure = failures.get(listener);
        if (failure == null) {
            return false;
        }
        if (failure.peer != null && !isAlive.test(failure.peer)) {
            failures.remove(listener, failure);
            return false;
        }
        return clock.getAsLong() - failure.until < 0;
    }

    /** Whether anything is remembered of a listener. */
    public boolean knows(InetSocketAddress listener) {
        return failures.containsKey(listener);
    }

    /** Leaves a listener alone for a while. */
    public void remember(InetSocketAddress listener, Gid peer, FallbackReason reason) {
        if (failures.size() >= MAX_REMEMBERED) {
            failures.clear();
        }
        failures.compute(listener, (key, before) -> {
            int number = before == null ? 0 : before.number + 1;
            long doubled = FIRST_PAUSE_NANOS << Math.min(number, Integer.SIZE - 1);
            long pause = isPassing(reason) ? Math.min(longestNanos, doubled) : longestNanos;
            return new Failure(peer, number, clock.getAsLong() + pause);
        });
    }

    private static boolean isPassing(FallbackReason reason) {
        return reason == FallbackReason.PEER_LOST || reason == FallbackReason.TIMEOUT;
    }

    /** An attempt has succeeded. */
    public void forget(InetSocketAddress listener) {
        if (!failures.isEmpty()) {
            failures.remove(listener);
        }
    }
}
