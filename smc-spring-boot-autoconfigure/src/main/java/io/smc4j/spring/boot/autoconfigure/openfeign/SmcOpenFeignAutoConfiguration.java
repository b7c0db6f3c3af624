package io.smc4j.spring.boot.autoconfigure.openfeign;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsCustomizer;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.openfeign.clientconfig.HttpClient5FeignConfiguration.HttpClientBuilderCustomizer;
import org.springframework.cloud.openfeign.support.FeignHttpClientProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets OpenFeign's clients connect by SMC channels, where they use Apache HttpComponents. OpenFeign makes its client's
 * connection manager by itself unless there is one already.
 */
@AutoConfiguration(after = SmcHttpComponentsAutoConfiguration.class,
        beforeName = {"org.springframework.cloud.openfeign.FeignAutoConfiguration",
                "org.springframework.cloud.openfeign.loadbalancer.FeignLoadBalancerAutoConfiguration"})
@ConditionalOnClass(name = "feign.Feign", value = HttpClientBuilderCustomizer.class)
@ConditionalOnSmc(side = Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.rest.enabled", matchIfMissing = true)
public class SmcOpenFeignAutoConfiguration {

    @Bean
    SmcCoverage smcOpenFeignCoverage() {
        return new SmcCoverage(Side.CLIENT, "OpenFeign")
                .left("its client is not Apache HttpComponents, or the application's own");
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "feign.hc5.ApacheHttp5Client")
    @ConditionalOnBean(SmcHttpComponentsCustomizer.class)
    @ConditionalOnMissingBean(type = {"feign.Client",
            "org.apache.hc.client5.http.impl.classic.CloseableHttpClient"},
            value = HttpClientConnectionManager.class)
    @ConditionalOnSwitch(name = "spring.cloud.openfeign.httpclient.hc5.enabled", matchIfMissing = true)
    static class HttpComponents {

        @Bean
        HttpClientConnectionManager smcOpenFeignConnectionManager(FeignHttpClientProperties properties,
                SmcHttpComponentsCustomizer customizer) {
            return customizer.connectionManager(FeignConnectionManagers.builder(properties));
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        HttpClientBuilderCustomizer smcOpenFeignHttpClientCustomizer(SmcHttpComponentsCustomizer customizer,
                @Qualifier("smcOpenFeignCoverage") SmcCoverage coverage) {
            return client -> {
                customizer.customize(client);
                coverage.carried();
            };
        }
    }
}
