package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcMode;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ActuatorAutoConfigurationTests {

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SmcAutoConfiguration.class, SmcEndpointAutoConfiguration.class,
                    SmcHealthContributorAutoConfiguration.class, SmcInfoContributorAutoConfiguration.class,
                    SmcMetricsAutoConfiguration.class,
                    EndpointAutoConfiguration.class, MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
            .withPropertyValues("smc.enabled=false");

    @Test
    void endpointIsNotExposedUnasked() {
        runner.run((context) -> assertThat(context).doesNotHaveBean(SmcEndpoint.class));
    }

    @Test
    void endpointIsThereOnceExposed() {
        exposed().run((context) -> assertThat(context).hasSingleBean(SmcEndpoint.class));
    }

    @Test
    void endpointCanBeSwitchedOff() {
        exposed().withPropertyValues("management.endpoint.smc.access=NONE").run(
                (context) -> assertThat(context).doesNotHaveBean(SmcEndpoint.class));
    }

    @Test
    void userDefinedEndpointWins() {
        exposed().withBean("mine", SmcEndpoint.class, () -> new SmcEndpoint(new StubSmcRuntime())).run(
                (context) -> assertThat(context).getBeanNames(SmcEndpoint.class).containsExactly("mine"));
    }

    @Test
    void healthIsThereAndCanBeSwitchedOff() {
        runner.run((context) -> assertThat(context).hasSingleBean(SmcHealthIndicator.class));
        runner.withPropertyValues("management.health.smc.enabled=false").run(
                (context) -> assertThat(context).doesNotHaveBean(SmcHealthIndicator.class));
        runner.withPropertyValues("management.health.defaults.enabled=false").run(
                (context) -> assertThat(context).doesNotHaveBean(SmcHealthIndicator.class));
    }

    @Test
    void infoIsThereAndCanBeSwitchedOff() {
        runner.run((context) -> assertThat(context).hasSingleBean(SmcInfoContributor.class));
        runner.withPropertyValues("management.info.smc.enabled=false").run(
                (context) -> assertThat(context).doesNotHaveBean(SmcInfoContributor.class));
        runner.withPropertyValues("management.info.defaults.enabled=false").run(
                (context) -> assertThat(context).doesNotHaveBean(SmcInfoContributor.class));
    }

    @Test
    void infoTellsWhetherSmcIsOnAndWhatConnectionsAreOn() {
        Info.Builder on = new Info.Builder();
        new SmcInfoContributor(new StubSmcRuntime()).contribute(on);
        assertThat(on.build().getDetails()).isEqualTo(Map.of("smc", Map.of("state", "on" + version(),
                "connections", Map.of(SmcMode.SMCD, 1L, SmcMode.SMCR, 1L, SmcMode.TCP, 2L))));
        runner.run((context) -> {
            Info.Builder off = new Info.Builder();
            context.getBean(SmcInfoContributor.class).contribute(off);
            assertThat(off.build().getDetails()).isEqualTo(Map.of("smc", Map.of(
                    "state", "off: smc.enabled is false" + version(),
                    "connections", Map.of(SmcMode.SMCD, 0L, SmcMode.SMCR, 0L, SmcMode.TCP, 0L))));
        });
    }

    /** Known where the engine is a jar. */
    private static String version() {
        String version = Smc.class.getPackage().getImplementationVersion();
        return (version != null) ? " (smc4j " + version + ")" : "";
    }

    @Test
    void userDefinedHealthIndicatorWins() {
        runner.withBean("smcHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build()).run(
                (context) -> assertThat(context).doesNotHaveBean(SmcHealthIndicator.class));
    }

    @Test
    void metersAreBound() {
        runner.run((context) -> assertThat(context.getBean(MeterRegistry.class)
                .get("smc.ring.memory.limit").gauge().value()).isEqualTo(536870912));
    }

    @Test
    void metersNeedARegistry() {
        new WebApplicationContextRunner().withConfiguration(
                AutoConfigurations.of(SmcAutoConfiguration.class, SmcMetricsAutoConfiguration.class)).run(
                (context) -> assertThat(context).hasSingleBean(SmcRuntime.class).doesNotHaveBean(SmcMetrics.class));
    }

    @Test
    void userDefinedMetersWin() {
        runner.withBean("mine", SmcMetrics.class, () -> new SmcMetrics(new StubSmcRuntime())).run(
                (context) -> assertThat(context).getBeanNames(SmcMetrics.class).containsExactly("mine"));
    }

    @Test
    void theActuatorNeedsNoMicrometer() {
        new WebApplicationContextRunner().withUserConfiguration(Application.class)
                // Spring Cloud Gateway refuses to share a class path with Spring MVC.
                .withPropertyValues("smc.enabled=false", "management.endpoints.web.exposure.include=smc",
                        "spring.cloud.gateway.server.webflux.enabled=false")
                .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SmcEndpoint.class)
                        .hasSingleBean(SmcHealthIndicator.class).doesNotHaveBean("smcMetrics"));
    }

    private WebApplicationContextRunner exposed() {
        return runner.withPropertyValues("management.endpoints.web.exposure.include=smc");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }
}
