package io.smc4j.samples.quickstart.inventory;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class StockController {

    private final StockRepository stock;

    StockController(StockRepository stock) {
        this.stock = stock;
    }

    @GetMapping("/stock/{sku}")
    Stock one(@PathVariable String sku) {
        return find(sku);
    }

    @GetMapping("/stock")
    List<Stock> list(@RequestParam(required = false) String warehouse, @RequestParam(defaultValue = "0") int atLeast) {
        return stock.findAll().stream()
                .filter(s -> warehouse == null || s.warehouse().equals(warehouse))
                .filter(s -> s.onHand() >= atLeast)
                .toList();
    }

    @PostMapping("/availability")
    Availability check(@RequestBody Order order) {
        List<Availability.Line> lines = order.lines().stream().map(this::check).toList();
        boolean complete = lines.stream().allMatch(line -> line.available() == line.requested());
        return new Availability(order.id(), complete, lines);
    }

    private Availability.Line check(Order.Line line) {
        Stock found = find(line.sku());
        return new Availability.Line(
                found.sku(), found.warehouse(), line.quantity(), Math.min(line.quantity(), found.onHand()));
    }

    private Stock find(String sku) {
        return stock.findBySku(sku)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no article " + sku));
    }
}
