package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorAutoConfiguration;
import org.springframework.boot.autoconfigure.reactor.netty.ReactorNettyProperties;
import org.springframework.boot.autoconfigure.rsocket.RSocketServerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.HttpResources;

/**
 * The event loops that Reactor Netty servers and clients share. Goes before Spring Boot's configurations that define a
 * {@link ReactorResourceFactory}: one that is already there now is the application's own.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class, before = {ReactiveWebServerFactoryAutoConfiguration.class,
        ClientHttpConnectorAutoConfiguration.class, RSocketServerAutoConfiguration.class})
@ConditionalOnClass({HttpResources.class, ReactorResourceFactory.class})
@ConditionalOnSmc
@EnableConfigurationProperties(ReactorNettyProperties.class)
public class SmcReactorNettyAutoConfiguration {

    /**
     * Ends its event loops at once unless told otherwise. Reactor Netty's own default is to wait two seconds for more
     * work, and every context would. But when this bean is destroyed, servers have stopped, and every connection is
     * closed first.
     */
    @Bean
    @ConditionalOnMissingBean(ReactorResourceFactory.class)
    SmcEventLoops smcEventLoops(SmcRuntime runtime, ReactorNettyProperties properties, OutdatedConnections outdated,
            ObjectProvider<DiscoveryHeader> header) {
        Duration quietPeriod = properties.getShutdownQuietPeriod();
        return new SmcEventLoops(new SmcLoopResources(runtime.selectorProvider()),
                quietPeriod != null ? quietPeriod : Duration.ZERO, outdated, header.getIfAvailable());
    }

    @Bean
    @ConditionalOnBean(ReactorResourceFactory.class)
    SmcCoverage smcReactorNettyCoverage() {
        return new SmcCoverage(Side.ANY, "Reactor Netty")
                .left("the application has a ReactorResourceFactory of its own");
    }
}
