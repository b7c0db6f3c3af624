package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * Puts HttpComponents clients on channels of a provider. Timeouts, SSL bundle and everything the application's
 * customizers set hold as without it; a connection manager that they set themselves replaces this one.
 *
 * <p>Goes first: its pool sizes are defaults for later customizers, and the order makes no other difference, as Boot's
 * connection manager is complete before any client is customized.
 */
public final class SmcHttpComponentsCustomizer {

    private final ConnectionManagers managers;
    private final SmcProperties.Pool pool;
    private final OutdatedConnections outdated;
    private final DiscoveryHeader header;
    private final Function<SslBundle, TlsSocketStrategy> tlsStrategies = new TlsStrategies();
    /** From Boot's two callbacks for one client, both made on the thread that builds it. */
    private final ThreadLocal<PoolingHttpClientConnectionManagerBuilder> configured = new ThreadLocal<>();

    /** @param header {@code null} if HTTP is not to tell of SMC */
    SmcHttpComponentsCustomizer(ConnectionManagers managers, SmcProperties.Pool pool, OutdatedConnections outdated,
            DiscoveryHeader header) {
        this.managers = managers;
        this.pool = pool;
        this.outdated = outdated;
        this.header = header;
    }

    /** Customizes all but TLS, for which {@link #tlsSocketStrategy} has to be named to the builder, too. */
    public HttpComponentsClientHttpRequestFactoryBuilder customize(
            HttpComponentsClientHttpRequestFactoryBuilder builder) {
        return managers.isAvailable() ? builder.withConnectionManagerCustomizer(this::configure)
                .withHttpClientCustomizer(this::replace) : builder;
    }

    /** How a client with this bundle does TLS; {@code null} for none, as Boot has it. */
    public TlsSocketStrategy tlsSocketStrategy(SslBundle bundle) {
        return tlsStrategies.apply(bundle);
    }

    private void configure(PoolingHttpClientConnectionManagerBuilder connectionManager) {
        connectionManager.setMaxConnTotal(pool.maxTotal()).setMaxConnPerRoute(pool.maxPerRoute());
        configured.set(connectionManager);
    }

    private void replace(HttpClientBuilder client) {
        client.setConnectionManager(connectionManager(configured.get()));
        customize(client);
        configured.remove();
    }

    /** Makes a connection manager, over channels if there is SMC, with all that was set on a builder. */
    public HttpClientConnectionManager connectionManager(PoolingHttpClientConnectionManagerBuilder settings) {
        return managers.isAvailable() ? managers.like(settings) : settings.build();
    }

    /** Customizes a client that has such a connection manager. */
    public void customize(HttpClientBuilder client) {
        if (!managers.isAvailable()) {
            return;
        }
        client.setConnectionReuseStrategy(new UpToDateOnly(outdated));
        if (header != null) {
            client.setRequestExecutor(new DiscoveringExecutor(header));
        }
    }

    /** Has outdated connections end with the answer. Else what a client does that is not told of a strategy. */
    private static final class UpToDateOnly extends DefaultClientConnectionReuseStrategy {

        private final boolean keepsAlive = Boolean.parseBoolean(System.getProperty("http.keepAlive", "true"));
        private final OutdatedConnections outdated;

        UpToDateOnly(OutdatedConnections outdated) {
            this.outdated = outdated;
        }

        @Override
        public boolean keepAlive(HttpRequest request, HttpResponse response, HttpContext context) {
            if (!keepsAlive || !super.keepAlive(request, response, context)) {
                return false;
            }
            EndpointDetails connection = HttpCoreContext.cast(context).getEndpointDetails();
            return connection == null || !outdated.includes(connection.getLocalAddress());
        }
    }

    /** What Boot makes anew for each client, but one for each bundle: clients with one bundle can share connections. */
    private static final class TlsStrategies implements Function<SslBundle, TlsSocketStrategy> {

        private final Map<SslBundle, TlsSocketStrategy> strategies = Collections.synchronizedMap(new WeakHashMap<>());

        @Override
        public TlsSocketStrategy apply(SslBundle bundle) {
            return bundle == null ? null : strategies.computeIfAbsent(bundle, TlsStrategies::strategy);
        }

        private static TlsSocketStrategy strategy(SslBundle bundle) {
            SslOptions options = bundle.getOptions();
            return new DefaultClientTlsStrategy(bundle.createSslContext(), options.getEnabledProtocols(),
                    options.getCiphers(), null, new DefaultHostnameVerifier());
        }
    }
}
