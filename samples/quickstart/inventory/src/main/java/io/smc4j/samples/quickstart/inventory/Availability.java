package io.smc4j.samples.quickstart.inventory;

import java.util.List;

/** Whether an order can be delivered from stock, in all and line by line. */
record Availability(String order, boolean complete, List<Line> lines) {

    record Line(String sku, String warehouse, int requested, int available) {
    }
}
