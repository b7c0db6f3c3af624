package io.smc4j.spring.boot.autoconfigure.actuate;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Tells the page what it must send with changes, where Spring Security protects a reactive application against forged
 * requests. The endpoint's methods do not see the exchange, so the answers to the page's own questions bear it. A page
 * of another origin can neither ask with that header nor read the answer.
 */
final class CsrfHeaderFilter implements WebFilter, Ordered {

    /** The name of the header to send, a space, and the token. */
    private static final String HEADER = "Smc-Csrf";

    private final ObjectProvider<PathMappedEndpoints> endpoints;

    CsrfHeaderFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
        this.endpoints = endpoints;
    }

    /** After Spring Security. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Mono<CsrfToken> token = exchange.getAttribute(CsrfToken.class.getName());
        if (token == null || !asksForPage(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        return token.doOnNext(each -> exchange.getResponse().getHeaders()
                .set(HEADER, each.getHeaderName() + " " + each.getToken())).then(chain.filter(exchange));
    }

    private boolean asksForPage(ServerHttpRequest request) {
        return request.getMethod() == HttpMethod.GET && request.getHeaders().getFirst("X-Requested-With") != null
                && isEndpoint(request.getPath().pathWithinApplication().value());
    }

    private boolean isEndpoint(String path) {
        PathMappedEndpoints all = endpoints.getIfAvailable();
        String own = (all != null) ? all.getPath(EndpointId.of("smc")) : null;
        return own != null && path.endsWith(own);
    }
}
