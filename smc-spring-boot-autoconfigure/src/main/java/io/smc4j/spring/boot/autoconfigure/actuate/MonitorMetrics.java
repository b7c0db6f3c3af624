package io.smc4j.spring.boot.autoconfigure.actuate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** The meters of what the monitor sees. Rates are left to who scrapes {@code smc.bytes}. */
final class MonitorMetrics {

    private final Supplier<SmcMonitor> monitor;
    private final MeterRegistry registry;

    /** @param monitor must be cheap */
    MonitorMetrics(Supplier<SmcMonitor> monitor, MeterRegistry registry) {
        this.monitor = monitor;
        this.registry = registry;
    }

    void bind() {
        Gauge.builder("smc.readers.slow", monitor, (source) -> source.get().slowReaders().size())
                .description("Connections whose reader takes nothing while bytes wait")
                .register(registry);
        FunctionCounter.builder("smc.readers.slow.episodes", monitor, (source) -> source.get().slowReaderEpisodes())
                .description("How often a reader became slow")
                .register(registry);
        for (SmcMode mode : SmcMode.values()) {
            String tag = SmcMetrics.tagValue(mode);
            Gauge.builder("smc.unread", monitor, (source) -> source.get().modes().get(mode).unread())
                    .description("Bytes that lie unread at this side")
                    .baseUnit(BaseUnits.BYTES)
                    .tag("mode", tag)
                    .register(registry);
            bindStalled(mode, tag, "local", SmcFlow::stalled);
            bindStalled(mode, tag, "peer", SmcFlow::peerStalled);
        }
    }

    private void bindStalled(SmcMode mode, String tag, String writer, Function<SmcFlow, Duration> time) {
        FunctionCounter.builder("smc.writers.stalled", monitor,
                (source) -> time.apply(source.get().modes().get(mode)).toNanos() / 1e9)
                .description("Time that writers found no room")
                .baseUnit("seconds")
                .tag("mode", tag)
                .tag("writer", writer)
                .register(registry);
    }
}
