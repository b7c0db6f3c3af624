package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

/**
 * Takes back what an application did not ask for when HttpComponents came with the starter: without it, Spring Boot
 * would have chosen the JDK's client, which keeps no cookies, asks for no compression, and repeats no request that was
 * answered. Holds whether SMC is on or off, so that this switch changes the transport only.
 *
 * <p>An application that says {@code spring.http.client.factory=http-components} gets HttpComponents as it is.
 * Customizers of the application come later and win.
 */
@AutoConfiguration(beforeName = BootConfigurations.REQUEST_FACTORIES_3)
@ConditionalOnClass({HttpClientBuilder.class, HttpComponentsClientHttpRequestFactory.class,
        ClientHttpRequestFactoryBuilderCustomizer.class})
public class SmcHttpComponentsDefaultsAutoConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> smcHttpComponentsDefaults(
            Environment environment) {
        return builder -> HttpComponentsDefaults.applyTo(builder, environment);
    }
}
