package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Takes the place of another {@link SimpleClientHttpRequestFactory}, whose settings it has, also when they change
 * later. Its connections run over SMC channels where the peer may be reached so; where there is a proxy, they are the
 * JDK's own.
 *
 * <p>Thread-safe as far as the other is.
 */
final class SmcSimpleClientHttpRequestFactory extends SimpleClientHttpRequestFactory {

    private final SimpleClientHttpRequestFactory original;
    private final SmcUrlConnections connections;

    SmcSimpleClientHttpRequestFactory(SimpleClientHttpRequestFactory original, SmcUrlConnections connections) {
        this.original = original;
        this.connections = connections;
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
        // The settings have setters only. The application may have kept the original, and use these.
        ReflectionUtils.shallowCopyFieldState(original, this);
        return super.createRequest(uri, method);
    }

    @Override
    protected HttpURLConnection openConnection(URL url, Proxy proxy) throws IOException {
        HttpURLConnection connection = super.openConnection(url, proxy);
        return proxy == null ? connections.carry(connection) : connection;
    }

    @Override
    public void setProxy(Proxy proxy) {
        original.setProxy(proxy);
    }

    @Override
    public void setChunkSize(int chunkSize) {
        original.setChunkSize(chunkSize);
    }

    @Override
    public void setConnectTimeout(int millis) {
        original.setConnectTimeout(millis);
    }

    @Override
    public void setConnectTimeout(Duration timeout) {
        original.setConnectTimeout(timeout);
    }

    @Override
    public void setReadTimeout(int millis) {
        original.setReadTimeout(millis);
    }

    @Override
    public void setReadTimeout(Duration timeout) {
        original.setReadTimeout(timeout);
    }
}
