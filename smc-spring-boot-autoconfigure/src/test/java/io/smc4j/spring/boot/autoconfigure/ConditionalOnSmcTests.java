package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class ConditionalOnSmcTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(OnClient.class, OnBeanMethods.class);

    @Test
    void matchesByDefault() {
        runner.run((context) -> assertThat(context).hasBean("client").hasBean("server").hasBean("any"));
    }

    @ParameterizedTest
    @CsvSource({
            "smc.enabled=false,                             false, false, false",
            "smc.client.enabled=false,                      false, true,  true",
            "smc.server.enabled=false,                      true,  false, true",
            "smc.client.enabled=false smc.server.enabled=no, false, false, false",
            "smc.shared-memory.enabled=false,               true,  true,  true",
            "smc.rdma.provider=none,                        true,  true,  true",
            "smc.shared-memory.enabled=no smc.rdma.provider=none, false, false, false"})
    void followsTheSwitches(String properties, boolean client, boolean server, boolean any) {
        runner.withPropertyValues(properties.split(" ")).run((context) -> {
            assertThat(context.containsBean("client")).isEqualTo(client);
            assertThat(context.containsBean("server")).isEqualTo(server);
            assertThat(context.containsBean("any")).isEqualTo(any);
        });
    }

    @Test
    void doesNotMatchWithoutTheEngine() {
        runner.withClassLoader(new FilteredClassLoader("io.smc4j.engine")).run((context) -> {
            assertThat(context).doesNotHaveBean("client").doesNotHaveBean("server").doesNotHaveBean("any");
            assertThat(messages(context)).contains(
                    "@ConditionalOnSmc (side=CLIENT) smc-engine is not on the class path");
        });
    }

    @Test
    void saysWhichSwitchItWas() {
        runner.withPropertyValues("smc.client.enabled=false").run((context) -> assertThat(messages(context)).contains(
                "@ConditionalOnSmc (side=CLIENT) smc.client.enabled is false",
                "@ConditionalOnSmc (side=SERVER) SMC is available"));
    }

    @Test
    void leavesMalformedSwitchesToBoot() {
        runner.withPropertyValues("smc.server.enabled=perhaps").run((context) -> assertThat(context).getFailure()
                .hasRootCauseMessage("Invalid boolean value 'perhaps'")
                .satisfies((e) -> assertThat(e).hasStackTraceContaining(BindException.class.getName())));
    }

    private static String[] messages(AssertableApplicationContext context) {
        return ConditionEvaluationReport.get(context.getBeanFactory()).getConditionAndOutcomesBySource().values()
                .stream()
                .flatMap((outcomes) -> Arrays.stream(outcomes.stream()
                        .map((outcome) -> outcome.getOutcome().getMessage())
                        .toArray(String[]::new)))
                .toArray(String[]::new);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnSmc(side = Side.CLIENT)
    static class OnClient {

        @Bean
        String client() {
            return "client";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OnBeanMethods {

        @Bean
        @ConditionalOnSmc(side = Side.SERVER)
        String server() {
            return "server";
        }

        @Bean
        @ConditionalOnSmc
        String any() {
            return "any";
        }
    }
}
