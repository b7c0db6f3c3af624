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
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.ClientHttpRequestFactory;
import reactor.netty.http.client.HttpClient;

/**
 * Lets {@code RestClient} and {@code RestTemplate} of the auto-configured builders connect by SMC channels where they
 * use Reactor Netty, as by {@code spring.http.client.factory=reactor}.
 */
@AutoConfiguration(after = SmcReactorNettyAutoConfiguration.class,
        beforeName = {BootConfigurations.REQUEST_FACTORIES_3, BootConfigurations.REQUEST_FACTORIES_4})
@ConditionalOnClass({HttpClient.class, ClientHttpRequestFactory.class, ReactorClientHttpRequestFactoryBuilder.class})
@ConditionalOnSmc(side = Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.rest.enabled", matchIfMissing = true)
@ConditionalOnBean(SmcEventLoops.class)
public class SmcReactorRestClientAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(ClientHttpRequestFactoryBuilder.class)
    SmcCoverage smcReactorRestClientCoverage(ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder) {
        SmcCoverage coverage = new SmcCoverage(Side.CLIENT, "RestClient and RestTemplate");
        return builder.getIfAvailable() instanceof ReactorClientHttpRequestFactoryBuilder ? coverage.carried()
                : coverage;
    }

    /** Of Spring Boot 3.5. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ClientHttpRequestFactoryBuilderCustomizer.class)
    static class Boot35 {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ClientHttpRequestFactoryBuilderCustomizer<ReactorClientHttpRequestFactoryBuilder>
                smcReactorRestClientCustomizer(SmcEventLoops eventLoops) {
            return builder -> builder.withHttpClientCustomizer(eventLoops::carry);
        }
    }
}
