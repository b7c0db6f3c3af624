package io.smc4j.spring.boot.autoconfigure.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

class SmcReactorAutoConfigurationTests {

    private static final String SERVER = "smcReactorNettyServerCustomizer";
    private static final String WEB_CLIENT = "smcWebClientCustomizer";
    private static final String REST = "smcReactorRestClientCustomizer";
    private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
            SmcReactorNettyAutoConfiguration.class, SmcReactorNettyServerAutoConfiguration.class,
            SmcWebClientAutoConfiguration.class, SmcReactorRestClientAutoConfiguration.class,
            ClientHttpConnectorAutoConfiguration.class, HttpClientAutoConfiguration.class);

    private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class).withConfiguration(AUTO_CONFIGURATIONS);

    @Test
    void appliesToServerAndClients() {
        runner.run(context -> assertThat(context).hasSingleBean(SmcEventLoops.class)
                .hasBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST));
    }

    @Test
    void appliesToClientsOnlyInOtherApplications() {
        new ApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AUTO_CONFIGURATIONS)
                .run(context -> assertThat(context).doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST));
        new WebApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AUTO_CONFIGURATIONS)
                .run(context -> assertThat(context).doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST));
    }

    @Test
    void isOffAsAWhole() {
        runner.withPropertyValues("smc.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SmcEventLoops.class).doesNotHaveBean(SERVER).doesNotHaveBean(WEB_CLIENT)
                .doesNotHaveBean(REST));
    }

    @Test
    void sidesAreSwitchedSeparately() {
        runner.withPropertyValues("smc.client.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).doesNotHaveBean(WEB_CLIENT).doesNotHaveBean(REST));
        runner.withPropertyValues("smc.server.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST));
    }

    @Test
    void kindsAreSwitchedSeparately() {
        runner.withPropertyValues("smc.server.netty.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST));
        runner.withPropertyValues("smc.client.webclient.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).doesNotHaveBean(WEB_CLIENT).hasBean(REST));
        runner.withPropertyValues("smc.client.rest.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).hasBean(WEB_CLIENT).doesNotHaveBean(REST));
    }

    @Test
    void backsOffForTheApplicationsResourceFactory() {
        runner.withUserConfiguration(OwnResources.class).run(context -> assertThat(context)
                .hasSingleBean(ReactorResourceFactory.class).doesNotHaveBean(SmcEventLoops.class)
                .doesNotHaveBean(SERVER).doesNotHaveBean(WEB_CLIENT).doesNotHaveBean(REST));
    }

    @Test
    void leavesSpringBootsResourceFactoryInPlace() {
        runner.run(context -> assertThat(context).hasSingleBean(ReactorResourceFactory.class));
    }

    @Test
    void isOffWithoutReactorNetty() {
        runner.withClassLoader(new FilteredClassLoader("reactor.netty")).run(context -> assertThat(context)
                .hasNotFailed().doesNotHaveBean("smcEventLoops").doesNotHaveBean(SERVER)
                .doesNotHaveBean(WEB_CLIENT).doesNotHaveBean(REST));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnResources {

        @Bean
        ReactorResourceFactory ownResources() {
            return new ReactorResourceFactory();
        }
    }
}
