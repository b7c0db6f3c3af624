package io.smc4j.samples.quickstart.catalog;

/** How much of an article lies in a warehouse. */
record Stock(String sku, String warehouse, int onHand) {
}
