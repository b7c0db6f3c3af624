/**
 * Starts the processes of all variants, warms them up, has them take turns, and tells what came of it:
 * {@link io.smc4j.samples.benchmark.driver.Driver} is the entry. {@code Plan} and {@code Scenarios} say what is
 * measured, as {@code Task}s; a {@code Comparison} carries one out with a pair of {@code Peers}, two
 * {@code PeerProcess}es, for each variant, and gathers the {@code Sample}s of each {@code Cell} in a {@code Series};
 * from those {@code JsonReport} and {@code MarkdownReport}, with {@code SvgPlot}, are made.
 */
package io.smc4j.samples.benchmark.driver;
