package io.smc4j.samples.quickstart.catalog;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Repository;

/** Sample data, in memory. */
@Repository
class ProductRepository {

    private final Map<String, Product> bySku = new LinkedHashMap<>();

    ProductRepository() {
        add("CAB", "Cable, %d m", "cable", "3.20");
        add("NIC", "Network adapter, model %d", "adapter", "89.00");
        add("SWI", "Switch, %d ports", "switch", "61.50");
        add("RAC", "Rack, %d units", "rack", "140.00");
    }

    private void add(String range, String name, String category, String price) {
        for (int i = 1; i <= 15; i++) {
            String sku = "%s-%03d".formatted(range, i);
            bySku.put(sku, new Product(sku, name.formatted(i), category,
                    new BigDecimal(price).multiply(BigDecimal.valueOf(i))));
        }
    }

    Collection<Product> findAll() {
        return bySku.values();
    }

    Optional<Product> findBySku(String sku) {
        return Optional.ofNullable(bySku.get(sku));
    }
}
