package io.smc4j.samples.quickstart.inventory;

import io.smc4j.samples.quickstart.load.ClosedLoops;
import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    @PostMapping("/load/web-client")
    Mono<LoadResult> load(@RequestParam int connections, @RequestParam int seconds) {
        CatalogClient catalog = clients.computeIfAbsent(connections, this::client);
        return ClosedLoops.reactive(connections, Duration.ofSeconds(seconds), () -> products(catalog));
    }

    /**
     * A client as the auto-configuration makes it, but with a pool of just so many connections. A caller asks for one a
     * moment before its last one is back, and so waits for it every time; without a limit for that no timer is set each time.
     */
    private CatalogClient client(int connections) {
        ConnectionProvider pool = ConnectionProvider.builder("load-" + connections)
                .maxConnections(connections).pendingAcquireTimeout(Duration.ZERO).build();
        ReactorClientHttpConnectorBuilder pooled = connectors.withHttpClientFactory(() -> HttpClient.create(pool));
        return new CatalogClient(builder.clone().clientConnector(pooled.build()), catalogUrl);
    }

    private static Mono<Integer> products(CatalogClient catalog) {
        return catalog.products(CATEGORY).reduce(0, LoadController::check).doOnNext(LoadController::check);
    }

    private static int check(int before, Product product) {
        if (!product.category().equals(CATEGORY) || product.price().signum() <= 0) {
            throw new IllegalStateException("wrong answer: " + product);
        }
        return before + 1;
    }

    private static void check(int count) {
        if (count != PRODUCTS) {
            throw new IllegalStateException(count + " articles instead of " + PRODUCTS);
        }
    }
}
