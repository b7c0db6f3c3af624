package io.smc4j.samples.quickstart.catalog;

import java.math.BigDecimal;

/** An article and its price before tax. */
record Product(String sku, String name, String category, BigDecimal price) {
}
