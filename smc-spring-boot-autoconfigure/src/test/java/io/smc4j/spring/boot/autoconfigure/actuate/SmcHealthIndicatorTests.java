package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Reason;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
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
                Map.entry("connections", Map.of(Mode.SMCD, 1L, Mode.SMCR, 1L, Mode.TCP, 2L)),
                Map.entry("fallbacks", Map.of("PEER_WITHOUT_SMC", 2L, "PEER_DECLINED", 1L)),
                Map.entry("rdma", Map.of("provider", "VERBS")));
    }

    @Test
    void isUpWithoutRdma() {
        Health health = new SmcHealthIndicator(new StubSmcRuntime(StubSmcRuntime.sampleWithoutRdma(
                new Reason("NO_RDMA_LIBRARY", "0x0A00000D", "no libibverbs", "install it")))).health();
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
