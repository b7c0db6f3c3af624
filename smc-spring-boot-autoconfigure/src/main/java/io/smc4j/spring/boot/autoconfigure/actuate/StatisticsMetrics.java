package io.smc4j.spring.boot.autoconfigure.actuate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcStatistics;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The meters of the statistics since the start. Tags take values from closed sets only. */
final class StatisticsMetrics {

    private final Supplier<SmcStatistics> statistics;
    private final MeterRegistry registry;

    /** @param statistics must be cheap */
    StatisticsMetrics(Supplier<SmcStatistics> statistics, MeterRegistry registry) {
        this.statistics = statistics;
        this.registry = registry;
    }

    void bind() {
        for (Role role : Role.values()) {
            bindConnections(role);
        }
        for (SmcMode mode : SmcMode.values()) {
            for (String size : SmcStatistics.SIZE_CLASSES) {
                bindCalls(mode, "write", size, (now) -> now.traffic().get(mode).writes().sizes().get(size));
                bindCalls(mode, "read", size, (now) -> now.traffic().get(mode).reads().sizes().get(size));
            }
        }
        bindRings();
        bindWaiting();
    }

    private void bindConnections(Role role) {
        bindConnections(role, "smc", SmcStatistics.Connections::smc);
        bindConnections(role, "fallback", SmcStatistics.Connections::onTcp);
        bindConnections(role, "failed", SmcStatistics.Connections::failed);
    }

    private void bindConnections(Role role, String outcome, ToDoubleFunction<SmcStatistics.Connections> value) {
        counter("smc.connections.made", "Connections by role and by what became of them",
                (now) -> value.applyAsDouble(now.connections().get(role)), "role", SmcMetrics.tagValue(role), "outcome",
                outcome);
    }

    private void bindCalls(SmcMode mode, String operation, String size, ToDoubleFunction<SmcStatistics> value) {
        counter("smc.calls", "Reads and writes by size", value, "mode", SmcMetrics.tagValue(mode), "operation",
                operation, "size", size);
    }

    private void bindRings() {
        counter("smc.ring.full", "Times that a ring was found full", (now) -> now.rings().fullLocal(), "side",
                "local");
        counter("smc.ring.full", "Times that a ring was found full", (now) -> now.rings().fullRemote(), "side",
                "remote");
        counter("smc.ring.too.small", "Writes of more than may be under way", (now) -> now.rings().tooSmall());
        counter("smc.ring.grown", "Larger rings offered in place of full ones", (now) -> now.rings().grown());
        counter("smc.ring.reused", "Buffers that had served before", (now) -> now.rings().reused());
        for (String size : SmcStatistics.SIZE_CLASSES) {
            Gauge.builder("smc.rings", statistics, (source) -> source.get().rings().inUse().get(size))
                    .description("Receive rings of open connections")
                    .tag("size", size)
                    .register(registry);
        }
    }

    private void bindWaiting() {
        counter("smc.doorbells", "News told to peers", (now) -> now.waiting().doorbellsRung(), "outcome", "rung");
        counter("smc.doorbells", "News told to peers", (now) -> now.waiting().doorbellsSpared(), "outcome", "spared");
        counter("smc.polls", "Polls before a sleep", (now) -> now.waiting().pollsMet(), "outcome", "met");
        counter("smc.polls", "Polls before a sleep", (now) -> now.waiting().pollsInVain(), "outcome", "in_vain");
        counter("smc.naps", "Short sleeps of busy event loops", (now) -> now.waiting().naps());
    }

    private void counter(String name, String description, ToDoubleFunction<SmcStatistics> value, String... tags) {
        FunctionCounter.builder(name, statistics, (source) -> value.applyAsDouble(source.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
