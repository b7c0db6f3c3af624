package io.smc4j.engine.negotiation;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Cidr;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.SmcPolicy.Rule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Puts rules in force for listeners that SMC does not pay with: each for one listener, last in the table, and for a
 * while. What somebody has written about a listener stands. Thread-safe.
 */
public final class AdaptiveRules {

    /** A handshake is paid for by a connection that lives so many times as long. */
    private static final int LIFE = 10;
    /** Or by one that moves so many bytes, however quickly. */
    private static final long MUCH = 64 * 1024;
    /** A row that takes longer costs too little to matter. */
    private static final long ROW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_LISTENERS = 1024;

    private record Row(int count, long begun) {
    }

    private final AdaptiveConfig config;
    private final PolicyTable policy;
    private final LongSupplier nanoTime;
    private final Map<InetSocketAddress, Row> rows = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Row> slow = new ConcurrentHashMap<>();

    AdaptiveRules(AdaptiveConfig config, PolicyTable policy, LongSupplier nanoTime) {
        this.config = config;
        this.policy = policy;
        this.nanoTime = nanoTime;
    }

    /**
     * A client's SMC connection is over.
     *
     * @param handshakeNanos from the begin of the connect until it was SMC
     * @param lifeNanos since then
     * @param bytes payload in both directions
     */
    public void ended(InetSocketAddress listener, long handshakeNanos, long lifeNanos, long bytes) {
        if (!config.enabled() || config.shortLived() == 0) {
            return;
        }
        if (lifeNanos >= LIFE * handshakeNanos || bytes >= MUCH) {
            rows.remove(listener);
            return;
        }
        int count = count(rows, listener, ROW_NANOS, config.shortLived());
        if (count > 0) {
            deny(listener, count + " connections in a row ended before they were worth their handshake");
        }
    }

    /** The reader at the other end of a client's SMC connection has taken nothing for long, while the writer waits. */
    public void readerStalled(InetSocketAddress listener) {
        if (!config.enabled() || config.slowReaders() == 0) {
            return;
        }
        int count = count(slow, listener, config.duration().toNanos(), config.slowReaders());
        if (count > 0) {
            deny(listener, count + " times a reader there took nothing for long");
        }
    }

    /** Returns the count when it is what it takes for a rule, which begins it anew, else 0. */
    private int count(Map<InetSocketAddress, Row> counts, InetSocketAddress listener, long withinNanos, int enough) {
        if (counts.size() >= MOST_LISTENERS) {
            // One that matters comes up again at once.
            counts.clear();
        }
        long now = nanoTime.getAsLong();
        Row row = counts.compute(listener, (key, before) -> before == null || now - before.begun > withinNanos
                ? new Row(1, now) : new Row(before.count + 1, before.begun));
        return row.count >= enough && counts.remove(listener, row) ? row.count : 0;
    }

    private void deny(InetSocketAddress listener, String why) {
        PolicyTable.Decision before = policy.checkOutbound(listener);
        if (before.rule() != null) {
            return;
        }
        InetAddress address = listener.getAddress();
        Rule rule = new Rule(Action.DENY, Direction.OUTBOUND, null, new Cidr(address, address.getAddress().length * 8),
                new PortRange(listener.getPort(), listener.getPort()));
        try {
            policy.add(rule, Origin.ADAPTIVE, new Terms(why, Instant.now().plus(config.duration()), false), 0);
        } catch (IllegalStateException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "no rule for " + listener, e);
            return;
        }
        Negotiation.LOG.log(System.Logger.Level.INFO, "connections to {0} go by TCP for {1}: {2}", listener,
                config.duration(), why);
    }
}
