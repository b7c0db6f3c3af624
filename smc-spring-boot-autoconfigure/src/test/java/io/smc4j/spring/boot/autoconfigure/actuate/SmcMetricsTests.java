package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smc4j.engine.FallbackReason;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmcMetricsTests {

    private final StubSmcRuntime runtime = new StubSmcRuntime();
    private final MockClock clock = new MockClock();
    private final SmcMetrics metrics = new SmcMetrics(runtime, clock);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void bind() {
        metrics.bindTo(registry);
    }

    @Test
    void readTheSnapshot() {
        assertThat(registry.get("smc.connections.active").tag("mode", "smcd").gauge().value()).isEqualTo(1);
        assertThat(registry.get("smc.connections.active").tag("mode", "tcp").gauge().value()).isEqualTo(2);
        assertThat(registry.get("smc.handshakes").tag("outcome", "smc").functionCounter().count()).isEqualTo(10);
        assertThat(registry.get("smc.handshakes").tag("outcome", "fallback").functionCounter().count()).isEqualTo(3);
        assertThat(registry.get("smc.handshakes").tag("outcome", "failed").functionCounter().count()).isZero();
        assertThat(registry.get("smc.fallbacks").tag("reason", "peer_without_smc").functionCounter().count())
                .isEqualTo(2);
        assertThat(registry.get("smc.bytes").tags("direction", "sent", "mode", "smcd").functionCounter().count())
                .isEqualTo(1234567);
        assertThat(registry.get("smc.bytes").tags("direction", "received", "mode", "tcp").functionCounter().count())
                .isEqualTo(14);
        assertThat(registry.get("smc.ring.memory.used").gauge().value()).isEqualTo(131072);
        assertThat(registry.get("smc.ring.memory.limit").gauge().value()).isEqualTo(536870912);
        assertThat(registry.get("smc.resource.used").tag("resource", "ring_memory").gauge().value()).isEqualTo(131072);
        assertThat(registry.get("smc.resource.limit").tag("resource", "ring_memory").gauge().value())
                .isEqualTo(536870912);
        assertThat(registry.get("smc.resource.scarce").tag("resource", "ring_memory").gauge().value()).isZero();
        assertThat(registry.get("smc.resource.used").tag("resource", "descriptors").gauge().value()).isNaN();
        assertThat(registry.get("smc.rdma.linkgroups").gauge().value()).isEqualTo(1);
        assertThat(registry.get("smc.rdma.links").tag("state", "active").gauge().value()).isEqualTo(1);
        assertThat(registry.get("smc.rdma.links").tag("state", "activating").gauge().value()).isZero();
    }

    @Test
    void readTheStatistics() {
        assertThat(registry.get("smc.connections.made").tags("role", "client", "outcome", "fallback").functionCounter()
                .count()).isEqualTo(10);
        assertThat(registry.get("smc.connections.made").tags("role", "server", "outcome", "smc").functionCounter()
                .count()).isZero();
        assertThat(registry.get("smc.calls").tags("mode", "smcd", "operation", "write", "size", "16K")
                .functionCounter().count()).isEqualTo(5);
        assertThat(registry.get("smc.ring.full").tag("side", "remote").functionCounter().count()).isEqualTo(10);
        assertThat(registry.get("smc.ring.too.small").functionCounter().count()).isEqualTo(15);
        assertThat(registry.get("smc.ring.grown").functionCounter().count()).isEqualTo(20);
        assertThat(registry.get("smc.ring.reused").functionCounter().count()).isEqualTo(25);
        assertThat(registry.get("smc.rings").tag("size", "16K").gauge().value()).isEqualTo(5);
        assertThat(registry.get("smc.doorbells").tag("outcome", "spared").functionCounter().count()).isEqualTo(35);
        assertThat(registry.get("smc.polls").tag("outcome", "in_vain").functionCounter().count()).isEqualTo(45);
        assertThat(registry.get("smc.naps").functionCounter().count()).isEqualTo(50);
    }

    @Test
    void readTheMonitor() {
        assertThat(registry.get("smc.readers.slow").gauge().value()).isEqualTo(1);
        assertThat(registry.get("smc.readers.slow.episodes").functionCounter().count()).isEqualTo(4);
        assertThat(registry.get("smc.unread").tag("mode", "smcd").gauge().value()).isEqualTo(300);
        assertThat(registry.get("smc.unread").tag("mode", "tcp").gauge().value()).isZero();
        assertThat(registry.get("smc.writers.stalled").tags("mode", "smcd", "writer", "local").functionCounter()
                .count()).isEqualTo(8);
        assertThat(registry.get("smc.writers.stalled").tags("mode", "smcd", "writer", "peer").functionCounter()
                .count()).isEqualTo(9);
    }

    @Test
    void reasonsExistBeforeTheyOccur() {
        assertThat(registry.get("smc.fallbacks").tag("reason", "policy").functionCounter().count()).isZero();
        assertThat(registry.get("smc.fallbacks").functionCounters()).hasSameSizeAs(FallbackReason.values());
    }

    @Test
    void sizesAreInBytes() {
        assertThat(registry.getMeters().stream().map(Meter::getId)
                .filter((id) -> "bytes".equals(id.getBaseUnit())).map(Meter.Id::getName).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("smc.bytes", "smc.unread", "smc.ring.memory.used", "smc.ring.memory.limit");
    }

    @Test
    void aScrapeTakesOneSnapshot() {
        scrape();
        assertThat(runtime.snapshots()).isEqualTo(1);
        clock.add(Duration.ofSeconds(10));
        scrape();
        assertThat(runtime.snapshots()).isEqualTo(2);
    }

    private void scrape() {
        registry.getMeters().forEach((meter) -> meter.measure().forEach((measurement) -> measurement.getValue()));
    }
}
