package io.smc4j.samples.quickstart.inventory;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Repository;

/** Sample data, in memory. */
@Repository
class StockRepository {

    private static final List<String> WAREHOUSES = List.of("north", "south", "harbour");

    private final Map<String, Stock> bySku = new LinkedHashMap<>();

    StockRepository() {
        for (String range : List.of("CAB", "NIC", "SWI", "RAC")) {
            for (int i = 1; i <= 15; i++) {
                String sku = "%s-%03d".formatted(range, i);
                bySku.put(sku, new Stock(sku, WAREHOUSES.get(i % WAREHOUSES.size()), 40 * i));
            }
        }
    }

    Collection<Stock> findAll() {
        return bySku.values();
    }

    Optional<Stock> findBySku(String sku) {
        return Optional.ofNullable(bySku.get(sku));
    }
}
