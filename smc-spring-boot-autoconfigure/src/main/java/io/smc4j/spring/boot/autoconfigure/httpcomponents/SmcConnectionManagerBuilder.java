package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.springframework.util.ReflectionUtils;

/** Builds connection managers whose sockets may use SMC. */
final class SmcConnectionManagerBuilder extends PoolingHttpClientConnectionManagerBuilder {

    private final SmcRuntime runtime;

    private SmcConnectionManagerBuilder(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    /** Starts from all that was set on another builder, which can be told but not asked. */
    static SmcConnectionManagerBuilder like(PoolingHttpClientConnectionManagerBuilder other,
            SmcRuntime runtime) {
        SmcConnectionManagerBuilder builder = new SmcConnectionManagerBuilder(runtime);
        ReflectionUtils.shallowCopyFieldState(other, builder);
        return builder;
    }

    @Override
    protected HttpClientConnectionOperator createConnectionOperator(SchemePortResolver schemePortResolver,
            DnsResolver dnsResolver, TlsSocketStrategy tlsSocketStrategy) {
        return new DefaultHttpClientConnectionOperator(this::createSocket, schemePortResolver, dnsResolver,
                RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tlsSocketStrategy).build());
    }

    /** A connection through a SOCKS proxy stays plain: only {@code java.net.Socket} speaks that protocol. */
    private Socket createSocket(Proxy socksProxy) throws IOException {
        return socksProxy == null ? runtime.openSocket() : new Socket(socksProxy);
    }
}
