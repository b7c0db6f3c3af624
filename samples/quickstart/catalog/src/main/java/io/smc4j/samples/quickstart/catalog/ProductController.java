package io.smc4j.samples.quickstart.catalog;

import java.math.BigDecimal;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@RestController
class ProductController {

    private final ProductRepository products;
    private final Pricing pricing;

    ProductController(ProductRepository products, Pricing pricing) {
        this.products = products;
        this.pricing = pricing;
    }

    @GetMapping("/products/{sku}")
    Mono<Product> one(@PathVariable String sku) {
        return Mono.justOrEmpty(products.findBySku(sku))
                .switchIfEmpty(Mono.error(() -> new UnknownProductException(sku)));
    }

    /** As a JSON array, or one by one as they are found for a caller that accepts {@code application/x-ndjson}. */
    @GetMapping(path = "/products", produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_NDJSON_VALUE})
    Flux<Product> list(
            @RequestParam(required = false) String category, @RequestParam(required = false) BigDecimal maxPrice) {
        return Flux.fromIterable(products.findAll())
                .filter(p -> category == null || p.category().equals(category))
                .filter(p -> maxPrice == null || p.price().compareTo(maxPrice) <= 0);
    }

    @PostMapping("/quotes")
    Mono<Quote> quote(@RequestBody Mono<Order> order) {
        return order.map(pricing::quote);
    }
}
