package io.smc4j.samples.quickstart.catalog;

import io.smc4j.samples.quickstart.load.ClosedLoops;
import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lets the quickstart drive this application's calls to the inventory. A real application has no such thing. */
@RestController
class LoadController {

    private static final Order ORDER = new Order("2026-000417", "Rosalind Ferrybridge", List.of(
            new Order.Line("CAB-007", 24), new Order.Line("NIC-002", 4), new Order.Line("SWI-011", 1)));

    private final InventoryClient inventory;

    LoadController(InventoryClient inventory) {
        this.inventory = inventory;
    }

    @PostMapping("/load/rest-template")
    LoadResult loadRestTemplate(@RequestParam int connections, @RequestParam int seconds) throws InterruptedException {
        return load(connections, seconds, inventory::availabilityByRestTemplate);
    }

    @PostMapping("/load/rest-client")
    LoadResult loadRestClient(@RequestParam int connections, @RequestParam int seconds) throws InterruptedException {
        return load(connections, seconds, inventory::availabilityByRestClient);
    }

    private static LoadResult load(int connections, int seconds, Function<Order, Availability> client)
            throws InterruptedException {
        return ClosedLoops.blocking(connections, Duration.ofSeconds(seconds), () -> check(client.apply(ORDER)));
    }

    private static Availability check(Availability answer) {
        if (!answer.order().equals(ORDER.id()) || !answer.complete()) {
            throw new IllegalStateException("wrong answer: " + answer);
        }
        return answer;
    }
}
