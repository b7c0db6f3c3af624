/**
 * Runs a mixed load between two processes for as long as is asked for, and looks at every byte, at every call that
 * takes too long, and at what is left when all is quiet. {@link io.smc4j.samples.benchmark.soak.Soak} is the entry: its
 * process is the client, which lives to the end, and starts a {@code SoakServer} after the other. A {@code Worker}
 * carries out one {@code Kind} of load by {@code Exchange}s and tells a {@code Tally}; {@code Leftovers} are compared
 * before and after.
 */
package io.smc4j.samples.benchmark.soak;
