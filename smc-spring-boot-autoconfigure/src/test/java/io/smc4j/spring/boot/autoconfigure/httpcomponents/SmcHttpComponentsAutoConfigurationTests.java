package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

class SmcHttpComponentsAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class)
            .withConfiguration(AutoConfigurations.of(SmcHttpComponentsAutoConfiguration.class,
                    HttpClientAutoConfiguration.class));

    @Test
    void appliesAndKeepsTheTypeOfTheBuilder() {
        runner.run(context -> assertThat(context).hasSingleBean(SmcHttpComponentsCustomizer.class)
                .getBean(ClientHttpRequestFactoryBuilder.class)
                .isInstanceOf(HttpComponentsClientHttpRequestFactoryBuilder.class));
    }

    @Test
    void isOffWithEachSwitch() {
        for (String property : new String[] {"smc.enabled", "smc.client.enabled", "smc.client.rest.enabled"}) {
            runner.withPropertyValues(property + "=false")
                    .run(context -> assertThat(context).doesNotHaveBean(SmcHttpComponentsCustomizer.class));
        }
    }

    @Test
    void doesNotCareAboutTheServerSwitch() {
        runner.withPropertyValues("smc.server.enabled=false")
                .run(context -> assertThat(context).hasSingleBean(SmcHttpComponentsCustomizer.class));
    }

    @Test
    void isOffWithoutHttpComponents() {
        runner.withClassLoader(new FilteredClassLoader(HttpClients.class.getPackageName(),
                "org.apache.hc.client5.http.impl.io"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("smcHttpComponentsCustomizer"));
    }

    @Test
    void isOffWithoutSpringWeb() {
        runner.withClassLoader(new FilteredClassLoader(HttpComponentsClientHttpRequestFactory.class,
                ClientHttpRequestFactory.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("smcHttpComponentsCustomizer"));
    }

    @Test
    void leavesAnotherClientThatWasChosen() {
        runner.withPropertyValues("spring.http.client.factory=jdk")
                .run(context -> assertThat(context).getBean(ClientHttpRequestFactoryBuilder.class)
                        .isInstanceOf(JdkClientHttpRequestFactoryBuilder.class));
    }

    @Test
    void leavesTheApplicationsBuilder() {
        runner.withUserConfiguration(OwnBuilder.class)
                .run(context -> assertThat(context).getBean(ClientHttpRequestFactoryBuilder.class)
                        .isSameAs(OwnBuilder.BUILDER));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnBuilder {

        static final ClientHttpRequestFactoryBuilder<?> BUILDER = ClientHttpRequestFactoryBuilder.httpComponents();

        @Bean
        ClientHttpRequestFactoryBuilder<?> ownBuilder() {
            return BUILDER;
        }
    }
}
