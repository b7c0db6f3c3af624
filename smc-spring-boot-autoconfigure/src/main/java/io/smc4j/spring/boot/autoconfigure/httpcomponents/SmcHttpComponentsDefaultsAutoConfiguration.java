package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import java.util.Date;
import java.util.List;
import org.apache.hc.client5.http.cookie.Cookie;
import org.apache.hc.client5.http.cookie.CookieStore;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

/**
 * Takes back what an application did not ask for when HttpComponents came with the starter: without it, Spring Boot
 * would have chosen the JDK's client, which keeps no cookies, asks for no compression, and repeats no request that was
 * answered. Holds whether SMC is on or off, so that this switch changes the transport only.
 *
 * <p>An application that says {@code spring.http.client.factory=http-components} gets HttpComponents as it is.
 * Customizers of the application come later and win.
 */
@AutoConfiguration(before = HttpClientAutoConfiguration.class)
@ConditionalOnClass({HttpClientBuilder.class, HttpComponentsClientHttpRequestFactory.class})
public class SmcHttpComponentsDefaultsAutoConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> smcHttpComponentsDefaults(
            Environment environment) {
        if (environment.containsProperty("spring.http.client.factory")) {
            return builder -> builder;
        }
        return builder -> builder
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
