package io.smc4j.spring.boot.autoconfigure.tomcat;

import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import java.nio.channels.spi.SelectorProvider;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1, and by upgrade HTTP/2 and WebSocket, over the channels of a given provider.
 *
 * <p>Tomcat makes it by its class name, hence the public constructor without arguments; the provider is set before the
 * connector starts. Without one the JDK's own channels are used, as {@link Http11NioProtocol} does.
 */
public class SmcHttp11NioProtocol extends Http11NioProtocol {

    private final SmcNioEndpoint endpoint;
    private DiscoveryHeader header;

    /** Uses the JDK's channels until {@link #setSelectorProvider} is called. */
    public SmcHttp11NioProtocol() {
        this(new SmcNioEndpoint());
    }

    private SmcHttp11NioProtocol(SmcNioEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** Sets what makes the channels and the selector; it takes effect when the connector binds. */
    public void setSelectorProvider(SelectorProvider provider) {
        endpoint.setSelectorProvider(provider);
    }

    /** Has responses tell that this server understands SMC, if the request asks; before the connector starts. */
    void setDiscoveryHeader(DiscoveryHeader value) {
        header = value;
    }

    @Override
    protected Processor createProcessor() {
        return header == null ? super.createProcessor() : new DiscoverableProcessor(this, header);
    }
}
