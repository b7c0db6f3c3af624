package io.smc4j.spring.boot.autoconfigure.actuate;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Reason;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@link MeterBinder} for SMC. Tags take values from closed sets only, never from addresses.
 *
 * <p>A scrape reads dozens of meters: they share one report as long as it is fresh.
 */
public class SmcMetrics implements MeterBinder {

    private static final long MAX_AGE_NANOS = Duration.ofMillis(100).toNanos();
    private static final List<String> LINK_STATES = List.of("ACTIVATING", "ACTIVE");

    private final SmcRuntime runtime;
    private final Clock clock;
    private volatile Reading reading;

    /** Measures a runtime. */
    public SmcMetrics(SmcRuntime runtime) {
        this(runtime, Clock.SYSTEM);
    }

    SmcMetrics(SmcRuntime runtime, Clock clock) {
        this.runtime = runtime;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Mode mode : Mode.values()) {
            bindConnections(registry, mode);
            bindBytes(registry, mode);
        }
        for (Outcome outcome : Outcome.values()) {
            bindHandshakes(registry, outcome);
        }
        for (Reason reason : runtime.fallbackReasons()) {
            bindFallbacks(registry, reason.name());
        }
        bindRingMemory(registry);
        bindRdma(registry);
    }

    private void bindConnections(MeterRegistry registry, Mode mode) {
        Gauge.builder("smc.connections.active", this, (metrics) -> metrics.report().connectionsByMode().get(mode))
                .description("Open connections")
                .tag("mode", tagValue(mode))
                .register(registry);
    }

    private void bindBytes(MeterRegistry registry, Mode mode) {
        FunctionCounter.builder("smc.bytes", this, (metrics) -> metrics.report().bytes().get(mode).sent())
                .description("Payload bytes")
                .baseUnit(BaseUnits.BYTES)
                .tag("direction", "sent")
                .tag("mode", tagValue(mode))
                .register(registry);
        FunctionCounter.builder("smc.bytes", this, (metrics) -> metrics.report().bytes().get(mode).received())
                .description("Payload bytes")
                .baseUnit(BaseUnits.BYTES)
                .tag("direction", "received")
                .tag("mode", tagValue(mode))
                .register(registry);
    }

    private void bindHandshakes(MeterRegistry registry, Outcome outcome) {
        FunctionCounter.builder("smc.handshakes", this, (metrics) -> metrics.report().handshakes().get(outcome))
                .description("Connections by what became of them")
                .tag("outcome", tagValue(outcome))
                .register(registry);
    }

    private void bindFallbacks(MeterRegistry registry, String reason) {
        FunctionCounter.builder("smc.fallbacks", this, (metrics) -> metrics.fallbacks(reason))
                .description("Connections that went to TCP")
                .tag("reason", reason.toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private void bindRingMemory(MeterRegistry registry) {
        Gauge.builder("smc.ring.memory.used", this, (metrics) -> metrics.report().ringMemory().used())
                .description("Memory of receive rings handed out")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        Gauge.builder("smc.ring.memory.limit", this, (metrics) -> metrics.report().ringMemory().limit())
                .description("Memory of receive rings that may be handed out")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private void bindRdma(MeterRegistry registry) {
        Gauge.builder("smc.rdma.linkgroups", this, (metrics) -> metrics.rdmaLinkGroups().count())
                .description("Link groups over RDMA")
                .register(registry);
        for (String state : LINK_STATES) {
            Gauge.builder("smc.rdma.links", this, (metrics) -> metrics.links(state))
                    .description("Links of link groups over RDMA")
                    .tag("state", state.toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private long links(String state) {
        return rdmaLinkGroups().filter((group) -> group.smcr() != null)
                .flatMap((group) -> group.smcr().links().stream())
                .filter((link) -> link.state().equals(state))
                .count();
    }

    private Stream<SmcReport.LinkGroup> rdmaLinkGroups() {
        return report().linkGroups().stream().filter((group) -> group.mode() == Mode.SMCR);
    }

    private long fallbacks(String reason) {
        return report().fallbacks().stream()
                .filter((fallback) -> fallback.reason().name().equals(reason))
                .mapToLong(SmcReport.Fallback::count)
                .sum();
    }

    private SmcReport report() {
        Reading last = reading;
        long now = clock.monotonicTime();
        if (last == null || now - last.nanos() > MAX_AGE_NANOS) {
            last = new Reading(runtime.report(), now);
            reading = last;
        }
        return last.report();
    }

    private static String tagValue(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private record Reading(SmcReport report, long nanos) {
    }
}
