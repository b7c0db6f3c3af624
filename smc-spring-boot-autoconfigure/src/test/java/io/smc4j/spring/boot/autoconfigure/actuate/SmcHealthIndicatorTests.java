package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot.Rdma;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SmcHealthIndicatorTests {

    @Test
    void isUpWithCountsAlthoughSomeConnectionsFellBack() {
        Health health = new SmcHealthIndicator(new StubSmcRuntime()).health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsExactly(Map.entry("available", true),
                Map.entry("connections", Map.of(SmcMode.SMCD, 1L, SmcMode.SMCR, 1L, SmcMode.TCP, 2L)),
                Map.entry("fallbacks", Map.of("PEER_WITHOUT_SMC", 2L, "PEER_DECLINED", 1L)),
                Map.entry("rdma", Map.of("provider", "VERBS")));
    }

    @Test
    void isUpWithTheLeverForWhatIsScarce() {
        Health health = new SmcHealthIndicator(new StubSmcRuntime(SmcConfig.defaults(), ReportTextTests.scarce()))
                .health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("scarce", Map.of("LINK_GROUPS",
                "87 % of 1024 in use; " + SmcResources.Kind.LINK_GROUPS.lever()));
    }

    @Test
    void isUpWithoutRdma() {
        Health health = new SmcHealthIndicator(new StubSmcRuntime(SmcConfig.defaults(), StubSmcRuntime.sample(
                new Rdma(RdmaConfig.Provider.NONE, FallbackReason.NO_RDMA_LIBRARY, List.of())))).health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("rdma",
                Map.of("provider", "NONE", "objection", "NO_RDMA_LIBRARY", "text", "no libibverbs"));
    }

    @Test
    void isUpWithTheCauseIfSmcIsOff() {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SmcAutoConfiguration.class))
                .withPropertyValues("smc.enabled=false")
                .run((context) -> {
                    Health health = new SmcHealthIndicator(context.getBean(SmcRuntime.class)).health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails()).containsExactly(Map.entry("available", false),
                            Map.entry("cause", "smc.enabled is false"));
                });
    }
}
