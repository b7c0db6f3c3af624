package io.smc4j.samples.quickstart.inventory;

import io.smc4j.samples.quickstart.load.ClosedLoops;
import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Lets the quickstart drive this application's calls to the catalog. A real application has no such thing. */
@RestController
class LoadController {

    private static final String CATEGORY = "cable";
    private static final int PRODUCTS = 15;
    private static final String SKU = "CAB-007";

    private final WebClient.Builder builder;
    private final ReactorClientHttpConnectorBuilder connectors;
    private final String catalogUrl;
    private final Map<Integer, CatalogClient> clients = new ConcurrentHashMap<>();

    LoadController(WebClient.Builder builder, ClientHttpConnectorBuilder<?> connectors,
            @Value("${catalog.url}") String catalogUrl) {
        this.builder = builder;
        this.connectors = (ReactorClientHttpConnectorBuilder) connectors;
        this.catalogUrl = catalogUrl;
    }

    /** Each request has the articles of a category streamed. */
    @PostMapping("/load/web-client")
    Mono<LoadResult> load(@RequestParam int connections, @RequestParam int seconds) {
        return load(connections, seconds, LoadController::products);
    }

    /** Each request looks one article up. Not what the quickstart measures: to be asked for by hand. */
    @PostMapping("/load/web-client/look-up")
    Mono<LoadResult> loadLookUps(@RequestParam int connections, @RequestParam int seconds) {
        return load(connections, seconds, catalog -> catalog.product(SKU).doOnNext(LoadController::check));
    }

    private Mono<LoadResult> load(int connections, int seconds, Function<CatalogClient, Mono<?>> request) {
        CatalogClient catalog = clients.computeIfAbsent(connections, this::client);
        return ClosedLoops.reactive(connections, Duration.ofSeconds(seconds), () -> request.apply(catalog));
    }

    /**
     * A client as the auto-configuration makes it, but with a pool of just so many connections. A caller asks for one a
     * moment before its last one is back, and so waits for it every time; without a limit for that no timer is set each
     * time.
     */
    private CatalogClient client(int connections) {
        ConnectionProvider pool = ConnectionProvider.builder("load-" + connections)
                .maxConnections(connections).pendingAcquireTimeout(Duration.ZERO).build();
        ReactorClientHttpConnectorBuilder pooled = connectors.withHttpClientFactory(() -> HttpClient.create(pool));
        return new CatalogClient(builder.clone().clientConnector(pooled.build()), catalogUrl);
    }

    private static Mono<Integer> products(CatalogClient catalog) {
        return catalog.products(CATEGORY)
                .reduce(0, (before, product) -> {
                    check(product);
                    return before + 1;
                })
                .doOnNext(LoadController::check);
    }

    private static void check(Product product) {
        if (!product.category().equals(CATEGORY) || product.price().signum() <= 0) {
            throw new IllegalStateException("wrong answer: " + product);
        }
    }

    private static void check(int count) {
        if (count != PRODUCTS) {
            throw new IllegalStateException(count + " articles instead of " + PRODUCTS);
        }
    }
}
