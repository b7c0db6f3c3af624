/**
 * Compares TCP with SMC: starts the two applications twice, with {@code smc.enabled=false} and without, runs the same
 * load on both in turns, and prints the figures side by side.
 *
 * <p>{@link io.smc4j.samples.quickstart.driver.Quickstart} tells the story, {@code Benchmark} measures, {@code Apps}
 * and {@code App} run the processes, {@code SmcReport} reads {@code /actuator/smc}, {@code Comparison} is what comes
 * out.
 */
package io.smc4j.samples.quickstart.driver;
