package io.smc4j.spring.boot.autoconfigure.boot34;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.HttpComponentsDefaults;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsCustomizer;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcEventLoops;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorRestClientAutoConfiguration;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import reactor.netty.http.client.HttpClient;

/**
 * Has {@code RestClient} and {@code RestTemplate} of Spring Boot 3.4's builders do what they do in 3.5. A builder of
 * the application's own stays as it is.
 */
@AutoConfiguration(
        after = {SmcHttpComponentsAutoConfiguration.class, SmcReactorRestClientAutoConfiguration.class},
        beforeName = BootConfigurations.REQUEST_FACTORIES_3)
@ConditionalOnClass({ClientHttpRequestFactory.class, HttpClientAutoConfiguration.class})
@ConditionalOnMissingClass("org.springframework.boot.autoconfigure.http.client"
        + ".ClientHttpRequestFactoryBuilderCustomizer")
@ConditionalOnMissingBean(ClientHttpRequestFactoryBuilder.class)
public class SmcRequestFactoriesAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HttpClientBuilder.class, HttpComponentsClientHttpRequestFactory.class})
    static class HttpComponents {

        @Bean
        static RequestFactoryBuilders<HttpComponentsClientHttpRequestFactoryBuilder> smcHttpComponentsBuilders(
                Environment environment, ObjectProvider<SmcHttpComponentsCustomizer> customizer) {
            return new RequestFactoryBuilders<>(HttpComponentsClientHttpRequestFactoryBuilder.class, () -> builder ->
                    carry(HttpComponentsDefaults.applyTo(builder, environment), customizer.getIfAvailable()));
        }

        private static HttpComponentsClientHttpRequestFactoryBuilder carry(
                HttpComponentsClientHttpRequestFactoryBuilder builder, SmcHttpComponentsCustomizer customizer) {
            return customizer == null ? builder : customizer.customize(builder)
                    .withTlsSocketStrategyFactory(customizer::tlsSocketStrategy);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HttpClient.class)
    @ConditionalOnBean(SmcReactorRestClientAutoConfiguration.class)
    static class Reactor {

        @Bean
        static RequestFactoryBuilders<ReactorClientHttpRequestFactoryBuilder> smcReactorBuilders(
                ObjectProvider<SmcEventLoops> eventLoops) {
            return new RequestFactoryBuilders<>(ReactorClientHttpRequestFactoryBuilder.class, () -> builder ->
                    builder.withHttpClientCustomizer(eventLoops.getObject()::carry));
        }
    }
}
