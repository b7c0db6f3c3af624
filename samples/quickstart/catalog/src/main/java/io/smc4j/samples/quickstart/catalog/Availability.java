package io.smc4j.samples.quickstart.catalog;

/** What the inventory says about an order; of its fields, those of interest here. */
record Availability(String order, boolean complete) {
}
