package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import reactor.netty.http.client.HttpClient;

/**
 * Lets Spring Cloud Gateway (WebFlux) connect to its targets by SMC channels. One {@link HttpClient} serves HTTP,
 * server-sent events and WebSocket. The gateway makes it by itself, so no customizer of Spring Boot's sees it.
 */
@AutoConfiguration(after = SmcReactorNettyAutoConfiguration.class,
        beforeName = "org.springframework.cloud.gateway.config.GatewayAutoConfiguration")
@ConditionalOnClass({HttpClient.class, HttpClientCustomizer.class})
@ConditionalOnSmc(side = Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.gateway.enabled", matchIfMissing = true)
@ConditionalOnBean(SmcEventLoops.class)
public class SmcGatewayAutoConfiguration {

    /** Comes first, so that event loops which a customizer of the application sets stand. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    HttpClientCustomizer smcGatewayHttpClientCustomizer(SmcEventLoops eventLoops,
            @Qualifier("smcGatewayCoverage") SmcCoverage coverage) {
        return client -> {
            coverage.carried();
            return eventLoops.carry(client);
        };
    }

    @Bean
    SmcCoverage smcGatewayCoverage() {
        return new SmcCoverage(Side.CLIENT, "Spring Cloud Gateway");
    }
}
