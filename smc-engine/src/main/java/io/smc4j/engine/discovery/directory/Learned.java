package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.smcd.Gid;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** What was learned of addresses that were called. Thread-safe. */
final class Learned {

    private static final int MOST_REMEMBERED = 4096;
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How often nobody has a connection to an address before it is no longer that of who had one. */
    private static final int MISSES_BETWEEN = 16;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * One address.
     *
     * @param engine who had the last SMC connection to it; {@code null} if nobody
     * @param proven whether an SMC connection to it stood with that engine, so that it does not only say so
     * @param misses how often nobody had a connection since somebody had
     * @param nobodyUntil how long it is taken for granted that nobody has one; means nothing without misses
     * @param liar who said to have one and had not
     * @param liarUntil how long that one is not believed
     */
    private record Target(Gid engine, boolean proven, int misses, long nobodyUntil, Gid liar, long liarUntil) {
        static final Target UNKNOWN = new Target(null, false, 0, 0, null, 0);
    }

    private final Map<InetSocketAddress, Target> targets = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private final long distrustNanos;

    /**
     * Has learned nothing yet.
     *
     * @param distrustNanos how long an engine is not believed that has claimed a connection and did not have it
     * @param clock as {@link System#nanoTime()}
     */
    Learned(long distrustNanos, LongSupplier clock) {
        this.distrustNanos = distrustNanos;
        this.clock = clock;
    }

    /** Of how many addresses anything is remembered. */
    int size() {
        return targets.size();
    }

    private Target target(InetSocketAddress called) {
        return targets.getOrDefault(called, Target.UNKNOWN);
    }

    private void update(InetSocketAddress called, UnaryOperator<Target> change) {
        if (targets.size() >= MOST_REMEMBERED) {
            targets.clear();
        }
        targets.compute(called, (key, before) -> change.apply(before == null ? Target.UNKNOWN : before));
    }

    /** Whether nobody has connections to an address, as was found not long ago. */
    boolean isNobodys(InetSocketAddress called) {
        Target target = target(called);
        return target.misses > 0 && clock.getAsLong() - target.nobodyUntil < 0;
    }

    /** Somebody new has come, who may have connections to any address. */
    void forgetNobodys() {
        targets.replaceAll((called, target) -> target.misses == 0 ? target
                : new Target(target.engine, target.proven, 0, 0, target.liar, target.liarUntil));
    }

    /** Nobody has the connection. */
    void nobody(InetSocketAddress called) {
        update(called, target -> {
            // Where somebody had one, as behind a balanced address, the next may be that one's again.
            int more = target.misses - (target.engine == null ? 0 : MISSES_BETWEEN);
            long pause = more < 0 ? 0 : Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(more, 30));
            return new Target(target.engine, target.proven, target.misses + 1, clock.getAsLong() + pause, target.liar,
                    target.liarUntil);
        });
    }

    /** Who had the last connection to an address; {@code null} if nobody. */
    Gid owner(InetSocketAddress called) {
        Target target = target(called);
        return target.misses == 0 ? target.engine : null;
    }

    boolean isProven(InetSocketAddress called, Gid engine) {
        Target target = target(called);
        return target.proven && engine.equals(target.engine);
    }

    /** Whether an engine is not believed to have a connection to an address. */
    boolean isLiar(InetSocketAddress called, Gid engine) {
        Target target = target(called);
        return engine.equals(target.liar) && clock.getAsLong() - target.liarUntil < 0;
    }

    /** An SMC connection with an engine stands. */
    void prove(InetSocketAddress called, Gid engine) {
        update(called, target -> new Target(engine, true, 0, 0, null, 0));
    }

    /** An engine has said to have a connection, and none with it came about. */
    void disprove(InetSocketAddress called, Gid engine) {
        update(called, target -> target.proven && engine.equals(target.engine) ? target
                : new Target(null, false, target.misses, target.nobodyUntil, engine,
                        clock.getAsLong() + distrustNanos));
    }
}
