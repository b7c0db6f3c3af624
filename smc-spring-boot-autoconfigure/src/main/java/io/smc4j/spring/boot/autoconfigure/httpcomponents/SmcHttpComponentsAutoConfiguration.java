package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

/**
 * Lets {@code RestClient} and {@code RestTemplate} of the auto-configured builders connect by SMC channels where they
 * use HttpComponents, which is Spring Boot's choice whenever it is there.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class,
        beforeName = {BootConfigurations.REQUEST_FACTORIES_3, BootConfigurations.REQUEST_FACTORIES_4})
@ConditionalOnClass({DefaultHttpClientConnectionOperator.class, HttpComponentsClientHttpRequestFactory.class,
        HttpComponentsClientHttpRequestFactoryBuilder.class})
@ConditionalOnSmc(side = Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.rest.enabled", matchIfMissing = true)
public class SmcHttpComponentsAutoConfiguration {

    @Bean
    ConnectionManagers smcConnectionManagers(SmcRuntime runtime, OutdatedConnections outdated) {
        ConnectionManagers managers = new ConnectionManagers(runtime);
        outdated.register(managers);
        return managers;
    }

    @Bean
    SmcHttpComponentsCustomizer smcHttpComponentsCustomizer(ConnectionManagers managers, SmcProperties properties,
            OutdatedConnections outdated, ObjectProvider<DiscoveryHeader> header) {
        return new SmcHttpComponentsCustomizer(managers, properties.client().pool(), outdated,
                header.getIfAvailable());
    }

    @Bean
    @ConditionalOnMissingBean(ClientHttpRequestFactoryBuilder.class)
    SmcCoverage smcHttpComponentsCoverage(ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder) {
        SmcCoverage coverage = new SmcCoverage(Side.CLIENT, "RestClient and RestTemplate");
        return builder.getIfAvailable() instanceof HttpComponentsClientHttpRequestFactoryBuilder ? coverage.carried()
                : coverage;
    }

    /** Of Spring Boot 3.5. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ClientHttpRequestFactoryBuilderCustomizer.class)
    static class Boot35 {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder>
                smcHttpComponentsBuilderCustomizer(SmcHttpComponentsCustomizer customizer) {
            return builder -> customizer.customize(builder)
                    .withTlsSocketStrategyFactory(customizer::tlsSocketStrategy);
        }
    }
}
