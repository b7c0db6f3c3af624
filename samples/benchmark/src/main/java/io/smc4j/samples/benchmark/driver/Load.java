package io.smc4j.samples.benchmark.driver;

/** What is asked of all variants of a comparison in the same way. */
record Load(int connections, int body, int rate) {
}
