package io.smc4j.spring.boot.autoconfigure.boot4;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.HttpComponentsDefaults;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsCustomizer;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcEventLoops;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorRestClientAutoConfiguration;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import reactor.netty.http.client.HttpClient;

/** Lets {@code RestClient} and {@code RestTemplate} of the auto-configured builders connect by SMC channels. */
@AutoConfiguration(
        after = {SmcHttpComponentsAutoConfiguration.class, SmcReactorRestClientAutoConfiguration.class},
        beforeName = BootConfigurations.REQUEST_FACTORIES_4)
@ConditionalOnClass({ClientHttpRequestFactory.class, ClientHttpRequestFactoryBuilderCustomizer.class})
public class SmcRequestFactories4AutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HttpClientBuilder.class, HttpComponentsClientHttpRequestFactory.class})
    static class Defaults {

        /** Whether SMC is on or off. */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder>
                smcHttpComponentsDefaults(Environment environment) {
            return builder -> HttpComponentsDefaults.applyTo(builder, environment);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(SmcHttpComponentsAutoConfiguration.class)
    static class HttpComponents {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder>
                smcHttpComponentsBuilderCustomizer(SmcHttpComponentsCustomizer customizer) {
            return builder -> customizer.customize(builder)
                    .withTlsSocketStrategyFactory(customizer::tlsSocketStrategy);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HttpClient.class)
    @ConditionalOnBean(SmcReactorRestClientAutoConfiguration.class)
    static class Reactor {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ClientHttpRequestFactoryBuilderCustomizer<ReactorClientHttpRequestFactoryBuilder>
                smcReactorRestClientCustomizer(SmcEventLoops eventLoops) {
            return builder -> builder.withHttpClientCustomizer(eventLoops::carry);
        }
    }
}
