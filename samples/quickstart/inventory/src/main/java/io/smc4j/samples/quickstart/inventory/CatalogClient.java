package io.smc4j.samples.quickstart.inventory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The catalog as seen from here. */
@Component
class CatalogClient {

    private final WebClient webClient;

    CatalogClient(WebClient.Builder builder, @Value("${catalog.url}") String url) {
        this.webClient = builder.baseUrl(url).build();
    }

    /** The articles of a category, each as soon as the catalog sends it. */
    Flux<Product> products(String category) {
        return webClient.get().uri("/products?category={category}", category)
                .accept(MediaType.APPLICATION_NDJSON)
                .retrieve().bodyToFlux(Product.class);
    }

    Mono<Product> product(String sku) {
        return webClient.get().uri("/products/{sku}", sku).retrieve().bodyToMono(Product.class);
    }

    Mono<Quote> quote(Order order) {
        return webClient.post().uri("/quotes").bodyValue(order).retrieve().bodyToMono(Quote.class);
    }
}
