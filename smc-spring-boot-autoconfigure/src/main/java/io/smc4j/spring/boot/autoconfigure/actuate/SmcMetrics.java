package io.smc4j.spring.boot.autoconfigure.actuate;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor;
import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.SmcResources.Resource;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.LinkState;
import io.smc4j.engine.SmcStatistics;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * {@link MeterBinder} for SMC. Tags take values from closed sets only, never from addresses.
 *
 * <p>A scrape reads dozens of meters: they share one snapshot as long as it is fresh.
 */
public class SmcMetrics implements MeterBinder {

    private static final long MAX_AGE_NANOS = Duration.ofMillis(100).toNanos();
    private static final List<LinkState> LINK_STATES = List.of(LinkState.ACTIVATING, LinkState.ACTIVE);

    private final SmcRuntime runtime;
    private final Clock clock;
    private volatile Reading reading;
    /** Held here, as is the one below: the registry refers to them only weakly. */
    private final Supplier<SmcStatistics> statistics = () -> snapshot().statistics().sinceStart();
    private final Supplier<SmcMonitor> monitor = () -> snapshot().monitor();

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
        for (SmcMode mode : SmcMode.values()) {
            bindConnections(registry, mode);
            bindBytes(registry, mode);
        }
        for (HandshakeOutcome outcome : HandshakeOutcome.values()) {
            bindHandshakes(registry, outcome);
        }
        if (runtime.isAvailable()) {
            for (FallbackReason reason : FallbackReason.values()) {
                bindFallbacks(registry, reason);
            }
        }
        bindRingMemory(registry);
        bindResources(registry);
        bindRdma(registry);
        new StatisticsMetrics(statistics, registry).bind();
        new MonitorMetrics(monitor, registry).bind();
    }

    private void bindConnections(MeterRegistry registry, SmcMode mode) {
        Gauge.builder("smc.connections.active", this, (metrics) -> metrics.snapshot().connectionsByMode().get(mode))
                .description("Open connections")
                .tag("mode", tagValue(mode))
                .register(registry);
    }

    private void bindBytes(MeterRegistry registry, SmcMode mode) {
        FunctionCounter.builder("smc.bytes", this, (metrics) -> metrics.snapshot().bytes().get(mode).sent())
                .description("Payload bytes")
                .baseUnit(BaseUnits.BYTES)
                .tag("direction", "sent")
                .tag("mode", tagValue(mode))
                .register(registry);
        FunctionCounter.builder("smc.bytes", this, (metrics) -> metrics.snapshot().bytes().get(mode).received())
                .description("Payload bytes")
                .baseUnit(BaseUnits.BYTES)
                .tag("direction", "received")
                .tag("mode", tagValue(mode))
                .register(registry);
    }

    private void bindHandshakes(MeterRegistry registry, HandshakeOutcome outcome) {
        FunctionCounter.builder("smc.handshakes", this, (metrics) -> metrics.snapshot().handshakes().get(outcome))
                .description("Connections by what became of them")
                .tag("outcome", tagValue(outcome))
                .register(registry);
    }

    private void bindFallbacks(MeterRegistry registry, FallbackReason reason) {
        FunctionCounter.builder("smc.fallbacks", this,
                (metrics) -> metrics.snapshot().fallbacks().getOrDefault(reason, 0L))
                .description("Connections that went to TCP")
                .tag("reason", tagValue(reason))
                .register(registry);
    }

    private void bindRingMemory(MeterRegistry registry) {
        Gauge.builder("smc.ring.memory.used", this, (metrics) -> metrics.snapshot().ringMemoryInUse())
                .description("Memory of receive rings handed out")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        Gauge.builder("smc.ring.memory.limit", this, (metrics) -> metrics.snapshot().ringMemoryLimit())
                .description("Memory of receive rings that may be handed out")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private void bindResources(MeterRegistry registry) {
        for (Kind kind : runtime.isAvailable() ? Kind.values() : new Kind[0]) {
            bindResource(registry, kind, "smc.resource.used", "What is used of a resource", Resource::used);
            bindResource(registry, kind, "smc.resource.highest", "The most that was used of a resource at a time",
                    Resource::highest);
            bindResource(registry, kind, "smc.resource.limit", "What can be used of a resource; NaN without a limit",
                    (resource) -> (resource.limit() != null) ? resource.limit().doubleValue() : Double.NaN);
            bindResource(registry, kind, "smc.resource.scarce", "Whether a resource is scarce, as 1 or 0",
                    (resource) -> resource.scarce() ? 1 : 0);
        }
    }

    private void bindResource(MeterRegistry registry, Kind kind, String name, String description,
            ToDoubleFunction<Resource> value) {
        Gauge.builder(name, this, (metrics) -> metrics.measured(kind, value))
                .description(description)
                .tag("resource", tagValue(kind))
                .register(registry);
    }

    private double measured(Kind kind, ToDoubleFunction<Resource> value) {
        Resource resource = snapshot().resources().of(kind);
        return (resource != null) ? value.applyAsDouble(resource) : Double.NaN;
    }

    private void bindRdma(MeterRegistry registry) {
        Gauge.builder("smc.rdma.linkgroups", this, (metrics) -> metrics.rdmaLinkGroups().count())
                .description("Link groups over RDMA")
                .register(registry);
        for (LinkState state : LINK_STATES) {
            Gauge.builder("smc.rdma.links", this, (metrics) -> metrics.links(state))
                    .description("Links of link groups over RDMA")
                    .tag("state", tagValue(state))
                    .register(registry);
        }
    }

    private long links(LinkState state) {
        return rdmaLinkGroups().filter((group) -> group.smcr() != null)
                .flatMap((group) -> group.smcr().links().stream())
                .filter((link) -> link.state() == state)
                .count();
    }

    private Stream<SmcSnapshot.LinkGroup> rdmaLinkGroups() {
        return snapshot().linkGroups().stream().filter((group) -> group.mode() == SmcMode.SMCR);
    }

    private SmcSnapshot snapshot() {
        Reading last = reading;
        long now = clock.monotonicTime();
        if (last == null || now - last.nanos() > MAX_AGE_NANOS) {
            last = new Reading(runtime.snapshot(), now);
            reading = last;
        }
        return last.snapshot();
    }

    static String tagValue(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private record Reading(SmcSnapshot snapshot, long nanos) {
    }
}
