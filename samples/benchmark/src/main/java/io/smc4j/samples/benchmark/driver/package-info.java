/**
 * Starts the processes of all variants, warms them up, has them take turns, and tells what came of it:
 * {@link io.smc4j.samples.benchmark.driver.Driver} is the entry, a {@code Plan} says what is measured, a {@code Comparison} measures
 * the variants of a pair, and a {@code Report} is written from its {@code Series}.
 */
package io.smc4j.samples.benchmark.driver;
