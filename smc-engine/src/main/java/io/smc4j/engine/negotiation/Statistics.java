package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcSnapshot.Traffic;
import io.smc4j.engine.SmcStatistics;
import io.smc4j.engine.events.EngineEvents;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters that never decrease. Thread-safe. Bytes are added when a connection ends, so that moving them costs nothing.
 */
public final class Statistics {

    private static final EngineEvents EVENTS = EngineEvents.get();

    private final Map<Role, Map<HandshakeOutcome, LongAdder>> handshakes = byRole(HandshakeOutcome.class);
    private final Map<Role, Map<FallbackReason, LongAdder>> fallbacks = byRole(FallbackReason.class);
    private final Map<SmcMode, LongAdder> sent = counters(SmcMode.class);
    private final Map<SmcMode, LongAdder> received = counters(SmcMode.class);

    private static <K extends Enum<K>> Map<Role, Map<K, LongAdder>> byRole(Class<K> type) {
        Map<Role, Map<K, LongAdder>> map = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            map.put(role, counters(type));
        }
        return map;
    }

    private static <K extends Enum<K>> Map<K, LongAdder> counters(Class<K> type) {
        Map<K, LongAdder> map = new EnumMap<>(type);
        for (K key : type.getEnumConstants()) {
            map.put(key, new LongAdder());
        }
        return map;
    }

    /** A handshake has ended, but not in a fallback, which {@link #fallback} counts. */
    public void handshake(Role role, HandshakeOutcome outcome) {
        handshakes.get(role).get(outcome).increment();
    }

    /**
     * A connection runs on TCP.
     *
     * @param peerDiagnosis the code in the peer's Decline, or 0
     */
    public void fallback(Role role, FallbackReason reason, InetSocketAddress peer, int peerDiagnosis) {
        fallbacks.get(role).get(reason).increment();
        EVENTS.fallback(role, peer, reason, peerDiagnosis);
    }

    /** A connection that was SMC runs on TCP from now on. */
    public void moved(Role role, FallbackReason reason, InetSocketAddress peer) {
        fallback(role, reason, peer, 0);
    }

    /** A connection has ended. */
    public void traffic(SmcMode mode, long bytesSent, long bytesReceived) {
        sent.get(mode).add(bytesSent);
        received.get(mode).add(bytesReceived);
    }

    /**
     * What became of connections. One that went to TCP is a fallback, whether or not the peers said a word about SMC,
     * unless it was SMC before.
     *
     * @param fallbacks what {@link #fallbacks} has returned, with which the result agrees
     */
    public Map<HandshakeOutcome, Long> handshakes(Map<FallbackReason, Long> fallbacks) {
        Map<HandshakeOutcome, Long> values = sum(HandshakeOutcome.class, handshakes);
        values.put(HandshakeOutcome.FALLBACK, fallbacks.entrySet().stream().filter(entry -> !entry.getKey().isMove())
                .mapToLong(Map.Entry::getValue).sum());
        return values;
    }

    /** Connections on TCP by reason; only reasons that have occurred. */
    public Map<FallbackReason, Long> fallbacks() {
        Map<FallbackReason, Long> values = sum(FallbackReason.class, fallbacks);
        values.values().removeIf(count -> count == 0);
        return values;
    }

    /** What became of the connections of each role. */
    public Map<Role, SmcStatistics.Connections> connections() {
        Map<Role, SmcStatistics.Connections> all = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            Map<FallbackReason, Long> tcp = new EnumMap<>(FallbackReason.class);
            long total = 0;
            for (Map.Entry<FallbackReason, LongAdder> reason : fallbacks.get(role).entrySet()) {
                long count = reason.getValue().sum();
                total += reason.getKey().isMove() ? 0 : count;
                if (count > 0) {
                    tcp.put(reason.getKey(), count);
                }
            }
            long smc = handshakes.get(role).get(HandshakeOutcome.SMC).sum();
            long failed = handshakes.get(role).get(HandshakeOutcome.FAILED).sum();
            all.put(role, new SmcStatistics.Connections(total + smc + failed, smc, failed, tcp));
        }
        return all;
    }

    /** Bytes of ended connections. */
    public Traffic traffic(SmcMode mode) {
        return new Traffic(sent.get(mode).sum(), received.get(mode).sum());
    }

    private static <K extends Enum<K>> Map<K, Long> sum(Class<K> type, Map<Role, Map<K, LongAdder>> counters) {
        Map<K, Long> values = new EnumMap<>(type);
        counters.values().forEach(role -> role.forEach((key, counter) -> values.merge(key, counter.sum(), Long::sum)));
        return values;
    }
}
