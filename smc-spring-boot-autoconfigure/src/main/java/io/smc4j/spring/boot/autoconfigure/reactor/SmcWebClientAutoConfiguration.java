package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.reactive.ClientHttpConnector;
import reactor.netty.http.client.HttpClient;

/** Lets the {@code WebClient}s of the auto-configured builder connect by SMC channels. */
@AutoConfiguration(after = SmcReactorNettyAutoConfiguration.class,
        beforeName = {BootConfigurations.CONNECTORS_3_5, BootConfigurations.CONNECTORS_4})
@ConditionalOnClass({HttpClient.class, ClientHttpConnector.class, ReactorClientHttpConnectorBuilder.class})
@ConditionalOnSmc(side = Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.webclient.enabled", matchIfMissing = true)
@ConditionalOnBean(SmcEventLoops.class)
public class SmcWebClientAutoConfiguration {

    private static final String WEB_CLIENT = "org.springframework.web.reactive.function.client.WebClient";

    @Bean
    @ConditionalOnClass(name = WEB_CLIENT)
    @ConditionalOnMissingBean({ClientHttpConnector.class, ClientHttpConnectorBuilder.class})
    SmcCoverage smcWebClientCoverage(ObjectProvider<ClientHttpConnectorBuilder<?>> builder) {
        SmcCoverage coverage = new SmcCoverage(Side.CLIENT, "WebClient");
        return builder.getIfAvailable() instanceof ReactorClientHttpConnectorBuilder ? coverage.carried()
                : coverage.left("its connector is not Reactor Netty's");
    }

    @Bean
    @ConditionalOnClass(name = WEB_CLIENT)
    @ConditionalOnMissingBean(name = "smcWebClientCoverage")
    SmcCoverage smcWebClientLeftCoverage() {
        return new SmcCoverage(Side.CLIENT, "WebClient").left("the application has a connector of its own");
    }

    /** Of Spring Boot 3.5. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ClientHttpConnectorBuilderCustomizer.class)
    static class Boot35 {

        /** Follows Boot's own customizer, of order 0, which sets event loops too, and precedes the application's. */
        @Bean
        @Order(1)
        ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> smcWebClientCustomizer(
                SmcEventLoops eventLoops) {
            return builder -> builder.withHttpClientCustomizer(eventLoops::carry);
        }
    }
}
