package io.smc4j.spring.boot.autoconfigure.boot34;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcEventLoops;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorNettyAutoConfiguration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.web.reactive.function.client.ReactorNettyHttpClientMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

/**
 * Lets the {@code WebClient}s of Spring Boot 3.4's builder connect by SMC channels; not those with an SSL bundle of
 * {@code WebClientSsl}, for which Boot makes connectors by itself.
 */
@AutoConfiguration(after = SmcReactorNettyAutoConfiguration.class, beforeName = BootConfigurations.CONNECTORS_3_4)
@ConditionalOnClass({HttpClient.class, WebClient.class, ReactorNettyHttpClientMapper.class})
@ConditionalOnMissingClass("org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder")
@ConditionalOnSmc(side = Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.webclient.enabled", matchIfMissing = true)
@ConditionalOnBean(SmcEventLoops.class)
@SuppressWarnings("removal")
public class SmcConnectorsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "smcWebClientCoverage")
    SmcCoverage smcWebClientLeftCoverage() {
        return new SmcCoverage(Side.CLIENT, "WebClient").left("the application has a connector of its own");
    }

    /** Takes the place of Boot's connector, which sets event loops after all mappers. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(ClientHttpConnector.class)
    static class Connector {

        @Bean
        @Lazy
        ClientHttpConnector smcClientHttpConnector(SmcEventLoops eventLoops, ReactorResourceFactory defaults,
                ObjectProvider<ReactorNettyHttpClientMapper> mappers) {
            ReactorResourceFactory resources = eventLoops.holder();
            resources.setConnectionProvider(defaults.getConnectionProvider());
            List<ReactorNettyHttpClientMapper> all = mappers.orderedStream().toList();
            return new ReactorClientHttpConnector(resources,
                    client -> ReactorNettyHttpClientMapper.of(all).configure(eventLoops.carry(client)));
        }

        @Bean
        SmcCoverage smcWebClientCoverage() {
            return new SmcCoverage(Side.CLIENT, "WebClient").carried();
        }
    }
}
