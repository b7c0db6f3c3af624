package io.smc4j.samples.quickstart.catalog;

import io.smc4j.samples.quickstart.load.ClosedLoops;
import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lets the quickstart drive this application's calls to the inventory. A real application has no such thing. */
@RestController
class LoadController {

    private static final String SKU = "CAB-007";

    private final InventoryClient inventory;

    LoadController(InventoryClient inventory) {
        this.inventory = inventory;
    }

    @PostMapping("/load/rest-template")
    LoadResult loadRestTemplate(@RequestParam int connections, @RequestParam int seconds) throws InterruptedException {
        return load(connections, seconds, inventory::stockByRestTemplate);
    }

    @PostMapping("/load/rest-client")
    LoadResult loadRestClient(@RequestParam int connections, @RequestParam int seconds) throws InterruptedException {
        return load(connections, seconds, inventory::stockByRestClient);
    }

    private static LoadResult load(int connections, int seconds, Function<String, Stock> client)
            throws InterruptedException {
        return ClosedLoops.blocking(connections, Duration.ofSeconds(seconds), () -> check(client.apply(SKU)));
    }

    private static Stock check(Stock answer) {
        if (!answer.sku().equals(SKU) || answer.onHand() <= 0) {
            throw new IllegalStateException("wrong answer: " + answer);
        }
        return answer;
    }
}
