package io.smc4j.spring.boot.autoconfigure.boot4;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.reactor.ReactorNettyServers;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcEventLoops;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorNettyAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/** Lets an embedded Reactor Netty server listen on SMC channels. */
@AutoConfiguration(after = SmcReactorNettyAutoConfiguration.class, beforeName = BootConfigurations.NETTY_4)
@ConditionalOnClass({HttpServer.class, ReactiveHttpInputMessage.class, NettyReactiveWebServerFactory.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnSmc(side = Side.SERVER)
@ConditionalOnSwitch(name = "smc.server.netty.enabled", matchIfMissing = true)
@ConditionalOnBean(SmcEventLoops.class)
public class SmcReactorNettyServer4AutoConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> smcReactorNettyServerCustomizer(
            SmcEventLoops eventLoops, ObjectProvider<ReactorResourceFactory> defaultResources,
            @Qualifier("smcReactorNettyServerCoverage") SmcCoverage coverage) {
        return factory -> new ReactorNettyServers(eventLoops, defaultResources.getIfUnique(), coverage)
                .carry(factory, factory::setResourceFactory, change -> factory.addServerCustomizers(change::apply));
    }

    @Bean
    SmcCoverage smcReactorNettyServerCoverage() {
        return new SmcCoverage(Side.SERVER, "Reactor Netty");
    }
}
