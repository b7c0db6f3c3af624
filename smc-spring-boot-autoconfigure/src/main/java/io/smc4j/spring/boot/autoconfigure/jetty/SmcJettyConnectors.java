package io.smc4j.spring.boot.autoconfigure.jetty;

import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Puts the connectors that Spring Boot has made on the channels of a provider. Those of the application stay. */
public final class SmcJettyConnectors {

    private final SmcRuntime runtime;
    private final SmcCoverage coverage;

    /** @param runtime makes listeners and selectors */
    public SmcJettyConnectors(SmcRuntime runtime, SmcCoverage coverage) {
        this.runtime = runtime;
        this.coverage = coverage;
    }

    /** Replaces the connectors of a server that has not been started. Does nothing without SMC. */
    public void replaceIn(Server server) {
        if (!runtime.isAvailable()) {
            return;
        }
        Connector[] before = server.getConnectors();
        if (Stream.of(before).noneMatch(SmcJettyConnectors::isReplaceable)) {
            coverage.left("its connector is the application's choice");
            return;
        }
        server.setConnectors(Stream.of(before).map(connector -> isReplaceable(connector)
                ? SmcServerConnector.like((ServerConnector) connector, runtime.selectorProvider()) : connector)
                .toArray(Connector[]::new));
        for (NetworkConnectionLimit limit : server.getBeans(NetworkConnectionLimit.class)) {
            // It knows the connectors that it was made with.
            server.removeBean(limit);
            server.addBean(new NetworkConnectionLimit(limit.getMaxNetworkConnectionCount(), server));
        }
        coverage.carried();
    }

    /** With TLS, Spring Boot has a class of its own; others may depend on what they are. */
    private static boolean isReplaceable(Connector connector) {
        Class<?> type = connector.getClass();
        return type == ServerConnector.class || connector instanceof ServerConnector
                && type.getName().startsWith("org.springframework.boot.");
    }
}
