package io.smc4j.samples.quickstart.inventory;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Accepts orders: what can be delivered, and what it costs according to the catalog. */
@RestController
class OrderController {

    private final StockController stock;
    private final CatalogClient catalog;

    OrderController(StockController stock, CatalogClient catalog) {
        this.stock = stock;
        this.catalog = catalog;
    }

    record Confirmation(Availability availability, Quote quote) {
    }

    @PostMapping("/orders")
    Mono<Confirmation> order(@RequestBody Order order) {
        Availability availability = stock.check(order);
        return catalog.quote(order).map(quote -> new Confirmation(availability, quote));
    }
}
