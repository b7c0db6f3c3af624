package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import java.util.Date;
import java.util.List;
import org.apache.hc.client5.http.cookie.Cookie;
import org.apache.hc.client5.http.cookie.CookieStore;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.core.env.Environment;

/** What {@link SmcHttpComponentsDefaultsAutoConfiguration} and its siblings take back. */
public final class HttpComponentsDefaults {

    private HttpComponentsDefaults() {
    }

    /** Changes nothing if the application has chosen a client by property. */
    public static HttpComponentsClientHttpRequestFactoryBuilder applyTo(
            HttpComponentsClientHttpRequestFactoryBuilder builder, Environment environment) {
        if (environment.containsProperty("spring.http.client.factory")
                || environment.containsProperty("spring.http.clients.imperative.factory")) {
            return builder;
        }
        return builder
                .withDefaultRequestConfigCustomizer(request -> request.setContentCompressionEnabled(false))
                .withHttpClientCustomizer(client -> client.setDefaultCookieStore(new NoCookies())
                        .setRetryStrategy(new RepeatUnansweredOnly()));
    }

    /** A store rather than cookie management switched off, which no later customizer could switch on. */
    private static final class NoCookies implements CookieStore {

        @Override
        public void addCookie(Cookie cookie) {
        }

        @Override
        public List<Cookie> getCookies() {
            return List.of();
        }

        @Override
        @Deprecated
        public boolean clearExpired(Date date) {
            return false;
        }

        @Override
        public void clear() {
        }
    }

    /**
     * Repeats GET and HEAD, once, if the connection ended without an answer. HttpComponents would do so with PUT and
     * DELETE as well, and after a second with what was answered by 429 or 503.
     */
    private static final class RepeatUnansweredOnly extends DefaultHttpRequestRetryStrategy {

        RepeatUnansweredOnly() {
            super(1, TimeValue.ZERO_MILLISECONDS);
        }

        @Override
        protected boolean handleAsIdempotent(HttpRequest request) {
            return Method.GET.isSame(request.getMethod()) || Method.HEAD.isSame(request.getMethod());
        }

        @Override
        public boolean retryRequest(HttpResponse response, int count, HttpContext context) {
            return false;
        }
    }
}
