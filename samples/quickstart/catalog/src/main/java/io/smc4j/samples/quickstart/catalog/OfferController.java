package io.smc4j.samples.quickstart.catalog;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes offers: what an order costs, and whether the inventory can deliver it. The method returns no reactive type, so
 * Spring runs it on the application's task executor, where blocking is fine.
 */
@RestController
class OfferController {

    private final Pricing pricing;
    private final InventoryClient inventory;

    OfferController(Pricing pricing, InventoryClient inventory) {
        this.pricing = pricing;
        this.inventory = inventory;
    }

    record Offer(Quote quote, boolean deliverable) {
    }

    @PostMapping("/offers")
    Offer offer(@RequestBody Order order) {
        return new Offer(pricing.quote(order), inventory.availability(order).complete());
    }
}
