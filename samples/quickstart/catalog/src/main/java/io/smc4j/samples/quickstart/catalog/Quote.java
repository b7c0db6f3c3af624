package io.smc4j.samples.quickstart.catalog;

import java.math.BigDecimal;
import java.util.List;

/** What an order costs. */
record Quote(String order, String customer, List<Line> lines, BigDecimal net, BigDecimal tax, BigDecimal total) {

    record Line(String sku, String name, int quantity, BigDecimal price, BigDecimal amount) {
    }
}
