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
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

class SmcReactorAutoConfigurationTests {

    private static final String SERVER = "smcReactorNettyServerCustomizer";
    private static final String WEB_CLIENT = "smcWebClientCustomizer";
    private static final String REST = "smcReactorRestClientCustomizer";
    private static final String GATEWAY = "smcGatewayHttpClientCustomizer";
    private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
            SmcReactorNettyAutoConfiguration.class, SmcReactorNettyServerAutoConfiguration.class,
            SmcWebClientAutoConfiguration.class, SmcReactorRestClientAutoConfiguration.class,
            SmcGatewayAutoConfiguration.class, ClientHttpConnectorAutoConfiguration.class,
            HttpClientAutoConfiguration.class);

    private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class).withConfiguration(AUTO_CONFIGURATIONS);

    @Test
    void appliesToServerAndClients() {
        runner.run(context -> assertThat(context).hasSingleBean(SmcEventLoops.class)
                .hasBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST).hasBean(GATEWAY));
    }

    @Test
    void appliesToClientsOnlyInOtherApplications() {
        new ApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AUTO_CONFIGURATIONS)
                .run(context -> assertThat(context).doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST)
                        .hasBean(GATEWAY));
        new WebApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AUTO_CONFIGURATIONS)
                .run(context -> assertThat(context).doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST)
                        .hasBean(GATEWAY));
    }

    @Test
    void waitsForMoreWorkAtTheEndOnlyIfToldTo() {
        runner.run(context -> assertThat(context.getBean(SmcEventLoops.class).quietPeriod()).isZero());
        runner.withPropertyValues("spring.reactor.netty.shutdown-quiet-period=3s").run(context ->
                assertThat(context.getBean(SmcEventLoops.class).quietPeriod()).hasSeconds(3));
    }

    @Test
    void isOffAsAWhole() {
        runner.withPropertyValues("smc.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SmcEventLoops.class).doesNotHaveBean(SERVER).doesNotHaveBean(WEB_CLIENT)
                .doesNotHaveBean(REST).doesNotHaveBean(GATEWAY));
    }

    @Test
    void sidesAreSwitchedSeparately() {
        runner.withPropertyValues("smc.client.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).doesNotHaveBean(WEB_CLIENT).doesNotHaveBean(REST).doesNotHaveBean(GATEWAY));
        runner.withPropertyValues("smc.server.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST).hasBean(GATEWAY));
    }

    @Test
    void kindsAreSwitchedSeparately() {
        runner.withPropertyValues("smc.server.netty.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST).hasBean(GATEWAY));
        runner.withPropertyValues("smc.client.webclient.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).doesNotHaveBean(WEB_CLIENT).hasBean(REST).hasBean(GATEWAY));
        runner.withPropertyValues("smc.client.rest.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).hasBean(WEB_CLIENT).doesNotHaveBean(REST).hasBean(GATEWAY));
    }

    @Test
    void theGatewayIsSwitchedSeparately() {
        runner.withPropertyValues("smc.client.gateway.enabled=false").run(context -> assertThat(context)
                .hasBean(SERVER).hasBean(WEB_CLIENT).hasBean(REST).doesNotHaveBean(GATEWAY));
    }

    @Test
    void isOffForTheGatewayWithoutOne() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.cloud")).run(context -> assertThat(context)
                .hasNotFailed().hasBean(SERVER).doesNotHaveBean(GATEWAY));
    }

    @Test
    void theApplicationsCustomizerOfTheGatewayHasTheLastWord() {
        LoopResources own = LoopResources.create("own");
        runner.withBean("aOwn", HttpClientCustomizer.class, () -> client -> client.runOn(own)).run(context -> {
            HttpClient client = HttpClient.create();
            for (HttpClientCustomizer customizer : context.getBeanProvider(HttpClientCustomizer.class).orderedStream()
                    .toList()) {
                client = customizer.customize(client);
            }
            assertThat(client.configuration().loopResources()).isSameAs(own);
        });
    }

    @Test
    void backsOffForTheApplicationsResourceFactory() {
        runner.withUserConfiguration(OwnResources.class).run(context -> assertThat(context)
                .hasSingleBean(ReactorResourceFactory.class).doesNotHaveBean(SmcEventLoops.class)
                .doesNotHaveBean(SERVER).doesNotHaveBean(WEB_CLIENT).doesNotHaveBean(REST).doesNotHaveBean(GATEWAY));
    }

    @Test
    void leavesSpringBootsResourceFactoryInPlace() {
        runner.run(context -> assertThat(context).hasSingleBean(ReactorResourceFactory.class));
    }

    @Test
    void isOffWithoutReactorNetty() {
        runner.withClassLoader(new FilteredClassLoader("reactor.netty")).run(context -> assertThat(context)
                .hasNotFailed().doesNotHaveBean("smcEventLoops").doesNotHaveBean(SERVER)
                .doesNotHaveBean(WEB_CLIENT).doesNotHaveBean(REST).doesNotHaveBean(GATEWAY));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnResources {

        @Bean
        ReactorResourceFactory ownResources() {
            return new ReactorResourceFactory();
        }
    }
}
