package io.smc4j.samples.quickstart.catalog;

import java.util.List;

/** What a customer wants. */
record Order(String id, String customer, List<Line> lines) {

    record Line(String sku, int quantity) {
    }
}
