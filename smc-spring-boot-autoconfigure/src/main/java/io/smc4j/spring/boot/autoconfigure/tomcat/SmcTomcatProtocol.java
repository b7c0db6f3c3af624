package io.smc4j.spring.boot.autoconfigure.tomcat;

import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.function.Consumer;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.springframework.beans.PropertyAccessorFactory;

/**
 * Puts the default connector of a Tomcat factory of Spring Boot on the channels of a provider. The factories have no
 * type in common.
 */
public final class SmcTomcatProtocol {

    private final SmcRuntime runtime;
    private final DiscoveryHeader header;
    private final SmcCoverage coverage;

    /** @param header {@code null} if HTTP is not to tell of SMC */
    public SmcTomcatProtocol(SmcRuntime runtime, DiscoveryHeader header, SmcCoverage coverage) {
        this.runtime = runtime;
        this.header = header;
        this.coverage = coverage;
    }

    /** Does nothing without SMC, or if the factory was given a protocol of the application's choice. */
    public void applyTo(Object factory, Consumer<String> protocolSetter,
            Consumer<Consumer<Connector>> connectorCustomizers) {
        if (!runtime.isAvailable()) {
            return;
        }
        if (hasDefaultProtocol(factory)) {
            protocolSetter.accept(SmcHttp11NioProtocol.class.getName());
            connectorCustomizers.accept(this::provide);
        } else {
            coverage.left("its factory has a protocol of the application's choice");
        }
    }

    /** The factories tell their protocol by no getter. */
    private static boolean hasDefaultProtocol(Object factory) {
        Object protocol = PropertyAccessorFactory.forDirectFieldAccess(factory).getPropertyValue("protocol");
        return Http11NioProtocol.class.getName().equals(protocol);
    }

    private void provide(Connector connector) {
        if (connector.getProtocolHandler() instanceof SmcHttp11NioProtocol protocol) {
            protocol.setSelectorProvider(runtime.selectorProvider());
            protocol.setDiscoveryHeader(header);
            coverage.carried();
        }
    }
}
