package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/**
 * HttpComponents clients that stand in for a {@link SimpleClientHttpRequestFactory} and behave as it does: the same
 * timeouts, redirects followed for GET only, no cookies kept, no compression asked for, no answer retried. One serves
 * all that have equal timeouts, as {@code HttpURLConnection} pools connections for the whole JVM.
 *
 * <p>Thread-safe.
 */
final class SimpleClientStandIns implements DisposableBean {

    private final HttpComponentsClientHttpRequestFactoryBuilder builder;
    private final Map<Timeouts, HttpComponentsClientHttpRequestFactory> clients = new ConcurrentHashMap<>();

    SimpleClientStandIns(SmcHttpComponentsCustomizer customizer) {
        this.builder = customizer.customize(ClientHttpRequestFactoryBuilder.httpComponents())
                .withHttpClientCustomizer(SimpleClientStandIns::behaveLikeSimpleClient);
    }

    /**
     * Returns what takes the place of a request factory: a client over SMC channels if it is a plain {@link
     * SimpleClientHttpRequestFactory} without a proxy, else the factory itself.
     */
    ClientHttpRequestFactory standInFor(ClientHttpRequestFactory factory) {
        if (factory.getClass() != SimpleClientHttpRequestFactory.class) {
            return factory;
        }
        // What it was given can be seen in its fields only.
        DirectFieldAccessor fields = new DirectFieldAccessor(factory);
        if (fields.getPropertyValue("proxy") != null) {
            return factory;
        }
        return clients.computeIfAbsent(new Timeouts((int) fields.getPropertyValue("connectTimeout"),
                (int) fields.getPropertyValue("readTimeout")), timeouts -> builder.build(timeouts.settings()));
    }

    @Override
    public void destroy() throws Exception {
        for (HttpComponentsClientHttpRequestFactory client : clients.values()) {
            client.destroy();
        }
    }

    private static void behaveLikeSimpleClient(HttpClientBuilder client) {
        client.disableCookieManagement()
                .disableContentCompression()
                .setRedirectStrategy(new RedirectGetOnly())
                .setRetryStrategy(new RetryFailedConnectionOnly());
    }

    /** In milliseconds; negative if not set. */
    private record Timeouts(int connect, int read) {

        ClientHttpRequestFactorySettings settings() {
            return ClientHttpRequestFactorySettings.defaults().withTimeouts(duration(connect), duration(read));
        }

        private static Duration duration(int millis) {
            return millis < 0 ? null : Duration.ofMillis(millis);
        }
    }

    private static final class RedirectGetOnly extends DefaultRedirectStrategy {

        @Override
        public boolean isRedirected(HttpRequest request, HttpResponse response, HttpContext context)
                throws ProtocolException {
            return Method.GET.isSame(request.getMethod()) && super.isRedirected(request, response, context);
        }
    }

    /** A pooled connection may turn out to be closed; an answer, however, stands. */
    private static final class RetryFailedConnectionOnly extends DefaultHttpRequestRetryStrategy {

        RetryFailedConnectionOnly() {
            super(1, TimeValue.ZERO_MILLISECONDS);
        }

        @Override
        public boolean retryRequest(HttpResponse response, int execCount, HttpContext context) {
            return false;
        }
    }
}
