package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.function.client.WebClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration for {@link SmcRuntime}, that is the engine, or what stands in its place where SMC is off.
 *
 * <p>The engine is closed after everything that uses it: web servers stop in the context's lifecycle, before beans are
 * destroyed, and beans that hold channels depend on {@link SmcRuntime}. Each context opens an engine of its own, so a
 * restart within the JVM starts anew.
 */
@AutoConfiguration(before = {ServletWebServerFactoryAutoConfiguration.class,
        ReactiveWebServerFactoryAutoConfiguration.class, HttpClientAutoConfiguration.class,
        ClientHttpConnectorAutoConfiguration.class, RestClientAutoConfiguration.class,
        RestTemplateAutoConfiguration.class, WebClientAutoConfiguration.class})
@EnableConfigurationProperties(SmcProperties.class)
public class SmcAutoConfiguration {

    /** Stands in; the conditions of a nested configuration, and so of the engine's, are evaluated before this one. */
    @Bean
    @ConditionalOnMissingBean
    SmcRuntime smcRuntime(SmcProperties properties, ResourceLoader resourceLoader) {
        String cause = SmcSwitches.of(properties).causeOff(Side.ANY);
        if (cause == null) {
            cause = SmcAvailability.in(resourceLoader.getClassLoader()).cause();
        }
        return new TcpSmcRuntime(cause, properties);
    }

    @Bean
    SmcStartupLogger smcStartupLogger(SmcRuntime runtime, ObjectProvider<SmcCoverage> coverage) {
        return new SmcStartupLogger(runtime, coverage);
    }

    /** The only configuration that mentions the engine; its methods run only where the engine loads. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnSmc
    @ConditionalOnMissingBean(SmcRuntime.class)
    static class EngineConfiguration {

        @Bean
        SmcRuntime smcRuntime(SmcProperties properties, ObjectProvider<SmcSelectorProvider> engine) {
            SmcSelectorProvider userDefined = engine.getIfUnique();
            return (userDefined != null) ? EngineSmcRuntime.on(userDefined, properties)
                    : EngineSmcRuntime.open(properties);
        }
    }
}
