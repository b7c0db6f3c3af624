package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/** Puts the servers of Spring Boot's factories on event loops of SMC. The factories have no type in common. */
public final class ReactorNettyServers {

    private final SmcEventLoops eventLoops;
    private final ReactorResourceFactory defaults;
    private final SmcCoverage coverage;

    /** @param defaults what a factory has if the application gave it nothing; may be {@code null} */
    public ReactorNettyServers(SmcEventLoops eventLoops, ReactorResourceFactory defaults, SmcCoverage coverage) {
        this.eventLoops = eventLoops;
        this.defaults = defaults;
        this.coverage = coverage;
    }

    /** Does nothing without SMC, or if the factory was given event loops of the application's choice. */
    public void carry(Object factory, Consumer<ReactorResourceFactory> resources,
            Consumer<UnaryOperator<HttpServer>> customizers) {
        if (!eventLoops.isAvailable()) {
            return;
        }
        if (hasOwnResources(factory)) {
            coverage.left("its factory has resources of its own");
        } else {
            resources.accept(eventLoops.holder());
            customizers.accept(eventLoops::discoverable);
            coverage.carried();
        }
    }

    /** Whether the application made the factory itself and gave it event loops; there is no getter to ask. */
    private boolean hasOwnResources(Object factory) {
        Object resources = PropertyAccessorFactory.forDirectFieldAccess(factory).getPropertyValue("resourceFactory");
        return resources != null && resources != defaults;
    }
}
