package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** SMC switched off or not possible: everything stays on TCP, and the report says why. */
final class TcpSmcRuntime implements SmcRuntime {

    private final String cause;
    private final SmcProperties properties;

    TcpSmcRuntime(String cause, SmcProperties properties) {
        this.cause = cause;
        this.properties = properties;
    }

    @Override
    public boolean isAvailable() {
        return false;
    }

    @Override
    public SelectorProvider selectorProvider() {
        return SelectorProvider.provider();
    }

    @Override
    public SmcReport report() {
        return new SmcReport(false, cause, Platform.java(), Platform.os(), null,
                SmcReport.Configuration.of(properties, properties.policy()), List.of(), List.of(),
                all(Outcome.class, (outcome) -> 0L), List.of(),
                all(Mode.class, (mode) -> new SmcReport.Traffic(0, 0)),
                new SmcReport.RingMemory(0, properties.memory().limit().toBytes()),
                new SmcReport.Rdma(SmcProperties.RdmaProvider.NONE, null), List.of());
    }

    @Override
    public List<SmcReport.Reason> fallbackReasons() {
        return List.of();
    }

    @Override
    public void setPolicy(List<PolicyRule> rules) {
        throw new IllegalStateException("SMC is off: " + cause);
    }

    private static <E extends Enum<E>, V> Map<E, V> all(Class<E> type, Function<E, V> value) {
        return Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toMap(Function.identity(), value, (a, b) -> a, () -> new EnumMap<>(type)));
    }
}
