package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import java.nio.channels.spi.SelectorProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.core.Ordered;

/**
 * Puts HttpComponents clients on channels of a provider. Timeouts, SSL bundle and everything the application's
 * customizers set hold as without it; a connection manager that they set themselves replaces this one.
 *
 * <p>Goes first: its pool sizes are defaults for later customizers, and the order makes no other difference, as Boot's
 * connection manager is complete before any client is customized.
 */
final class SmcHttpComponentsCustomizer
        implements ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder>, Ordered {

    private final SelectorProvider provider;
    private final SmcProperties.Pool pool;
    /** From Boot's two callbacks for one client, both made on the thread that builds it. */
    private final ThreadLocal<PoolingHttpClientConnectionManagerBuilder> configured = new ThreadLocal<>();

    SmcHttpComponentsCustomizer(SelectorProvider provider, SmcProperties.Pool pool) {
        this.provider = provider;
        this.pool = pool;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public HttpComponentsClientHttpRequestFactoryBuilder customize(
            HttpComponentsClientHttpRequestFactoryBuilder builder) {
        return builder.withConnectionManagerCustomizer(this::configure).withHttpClientCustomizer(this::replace);
    }

    private void configure(PoolingHttpClientConnectionManagerBuilder connectionManager) {
        connectionManager.setMaxConnTotal(pool.maxTotal()).setMaxConnPerRoute(pool.maxPerRoute());
        configured.set(connectionManager);
    }

    private void replace(HttpClientBuilder client) {
        client.setConnectionManager(SmcConnectionManagerBuilder.like(configured.get(), provider).build());
        configured.remove();
    }
}
