package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Traffic;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters that never decrease. Thread-safe. Bytes are added when a connection ends, so that moving them costs nothing.
 */
public final class Statistics {

    private final Map<HandshakeOutcome, LongAdder> handshakes = counters(HandshakeOutcome.class);
    private final Map<FallbackReason, LongAdder> fallbacks = counters(FallbackReason.class);
    private final Map<SmcMode, LongAdder> sent = counters(SmcMode.class);
    private final Map<SmcMode, LongAdder> received = counters(SmcMode.class);

    private static <K extends Enum<K>> Map<K, LongAdder> counters(Class<K> type) {
        Map<K, LongAdder> map = new EnumMap<>(type);
        for (K key : type.getEnumConstants()) {
            map.put(key, new LongAdder());
        }
        return map;
    }

    /** A handshake has ended, but not in a fallback, which {@link #fallback} counts. */
    public void handshake(HandshakeOutcome outcome) {
        handshakes.get(outcome).increment();
    }

    /** A connection runs on TCP. */
    public void fallback(FallbackReason reason) {
        fallbacks.get(reason).increment();
    }

    /** A connection has ended. */
    public void traffic(SmcMode mode, long bytesSent, long bytesReceived) {
        sent.get(mode).add(bytesSent);
        received.get(mode).add(bytesReceived);
    }

    /**
     * What became of connections. One that went to TCP is a fallback, whether or not the peers said a word about SMC.
     *
     * @param fallbacks what {@link #fallbacks} has returned, with which the result agrees
     */
    public Map<HandshakeOutcome, Long> handshakes(Map<FallbackReason, Long> fallbacks) {
        Map<HandshakeOutcome, Long> values = values(handshakes);
        values.put(HandshakeOutcome.FALLBACK, fallbacks.values().stream().mapToLong(Long::longValue).sum());
        return values;
    }

    /** Connections on TCP by reason; only reasons that have occurred. */
    public Map<FallbackReason, Long> fallbacks() {
        Map<FallbackReason, Long> values = values(fallbacks);
        values.values().removeIf(count -> count == 0);
        return values;
    }

    /** Bytes of ended connections. */
    public Traffic traffic(SmcMode mode) {
        return new Traffic(sent.get(mode).sum(), received.get(mode).sum());
    }

    private static <K extends Enum<K>> Map<K, Long> values(Map<K, LongAdder> counters) {
        Map<K, Long> values = new EnumMap<>(counters.keySet().iterator().next().getDeclaringClass());
        counters.forEach((key, counter) -> values.put(key, counter.sum()));
        return values;
    }
}
