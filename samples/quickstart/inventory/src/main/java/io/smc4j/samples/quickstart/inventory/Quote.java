package io.smc4j.samples.quickstart.inventory;

import java.math.BigDecimal;

/** What the catalog says an order costs; of its fields, those of interest here. */
record Quote(String order, BigDecimal total) {
}
