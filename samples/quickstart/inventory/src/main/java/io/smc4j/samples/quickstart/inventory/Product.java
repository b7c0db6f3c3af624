package io.smc4j.samples.quickstart.inventory;

import java.math.BigDecimal;

/** An article of the catalog and its price before tax. */
record Product(String sku, String name, String category, BigDecimal price) {
}
