package io.smc4j.spring.boot.autoconfigure.boot4;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcEventLoops;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcWebClientAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.reactive.ClientHttpConnector;
import reactor.netty.http.client.HttpClient;

/** Lets the {@code WebClient}s of the auto-configured builder connect by SMC channels. */
@AutoConfiguration(after = SmcWebClientAutoConfiguration.class, beforeName = BootConfigurations.CONNECTORS_4)
@ConditionalOnClass({HttpClient.class, ClientHttpConnector.class, ClientHttpConnectorBuilderCustomizer.class})
@ConditionalOnBean(SmcWebClientAutoConfiguration.class)
public class SmcWebClient4AutoConfiguration {

    /** Follows Spring Boot's own customizer, of order 0, which sets event loops too, and precedes the application's. */
    @Bean
    @Order(1)
    ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> smcWebClientCustomizer(
            SmcEventLoops eventLoops) {
        return builder -> builder.withHttpClientCustomizer(eventLoops::carry);
    }
}
