package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/**
 * Lets an embedded Reactor Netty server listen on SMC channels. A {@code NettyServerCustomizer} could not: the web
 * server sets the event loops of its resource factory after all customizers.
 */
@AutoConfiguration(after = SmcReactorNettyAutoConfiguration.class)
@ConditionalOnClass({HttpServer.class, ReactiveHttpInputMessage.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnSmc(side = Side.SERVER)
@ConditionalOnBooleanProperty(name = "smc.server.netty.enabled", matchIfMissing = true)
@ConditionalOnBean(SmcEventLoops.class)
public class SmcReactorNettyServerAutoConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> smcReactorNettyServerCustomizer(
            SmcEventLoops eventLoops, ObjectProvider<ReactorResourceFactory> defaultResources,
            ObjectProvider<DiscoveryHeader> header,
            @Qualifier("smcReactorNettyServerCoverage") SmcCoverage coverage) {
        return factory -> {
            if (hasOwnResources(factory, defaultResources.getIfUnique())) {
                coverage.left("its factory has resources of its own");
            } else {
                factory.setResourceFactory(resources(eventLoops.resources()));
                header.ifAvailable(known -> factory.addServerCustomizers(
                        server -> server.childObserve(new DiscoverableServer(known))));
                coverage.carried();
            }
        };
    }

    @Bean
    SmcCoverage smcReactorNettyServerCoverage() {
        return new SmcCoverage(Side.SERVER, "the Reactor Netty server");
    }

    /** Whether the application made the server factory itself and gave it event loops; there is no getter to ask. */
    private static boolean hasOwnResources(NettyReactiveWebServerFactory factory, ReactorResourceFactory defaults) {
        Object resources = PropertyAccessorFactory.forDirectFieldAccess(factory).getPropertyValue("resourceFactory");
        return resources != null && resources != defaults;
    }

    /** A mere holder: the event loops are disposed of as a bean of their own. */
    private static ReactorResourceFactory resources(SmcLoopResources loopResources) {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResources(loopResources);
        return resources;
    }
}
