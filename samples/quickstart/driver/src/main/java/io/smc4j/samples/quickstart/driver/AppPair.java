package io.smc4j.samples.quickstart.driver;

import java.time.Duration;

/**
 * The two applications that call each other.
 *
 * @param label {@code TCP} or {@code SMC}
 */
record AppPair(String label, App inventory, App catalog) {

    void awaitReady() throws InterruptedException {
        inventory.awaitReady();
        catalog.awaitReady();
    }

    /** User and system CPU time of both processes so far. */
    Duration cpuTime() {
        return inventory.cpuTime().plus(catalog.cpuTime());
    }
}
