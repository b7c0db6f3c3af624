package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
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
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.HttpResources;

/**
 * The event loops that Reactor Netty servers and clients share. Goes before Spring Boot's configurations that define a
 * {@link ReactorResourceFactory}: one that is already there now is the application's own.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class,
        beforeName = {BootConfigurations.REACTIVE_SERVERS_3, BootConfigurations.NETTY_4,
                BootConfigurations.CONNECTORS_3_4, BootConfigurations.CONNECTORS_3_5, BootConfigurations.CONNECTORS_4,
                BootConfigurations.RSOCKET_3, BootConfigurations.RSOCKET_4})
@ConditionalOnClass({HttpResources.class, ReactorResourceFactory.class})
@ConditionalOnSmc
public class SmcReactorNettyAutoConfiguration {

    private static final String QUIET_PERIOD = "spring.reactor.netty.shutdown-quiet-period";

    /**
     * Ends its event loops at once unless told otherwise. Reactor Netty's own default is to wait two seconds for more
     * work, and every context would. But when this bean is destroyed, servers have stopped, and every connection is
     * closed first.
     */
    @Bean
    @ConditionalOnMissingBean(ReactorResourceFactory.class)
    SmcEventLoops smcEventLoops(SmcRuntime runtime, Environment environment, OutdatedConnections outdated,
            ObjectProvider<DiscoveryHeader> header) {
        Duration quietPeriod = Binder.get(environment).bind(QUIET_PERIOD, Duration.class).orElse(Duration.ZERO);
        return new SmcEventLoops(runtime, quietPeriod, outdated, header.getIfAvailable());
    }

    @Bean
    @ConditionalOnBean(ReactorResourceFactory.class)
    SmcCoverage smcReactorNettyCoverage() {
        return new SmcCoverage(Side.ANY, "Reactor Netty")
                .left("the application has a ReactorResourceFactory of its own");
    }
}
