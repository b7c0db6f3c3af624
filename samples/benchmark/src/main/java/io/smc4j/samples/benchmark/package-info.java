/**
 * Compares SMC with the transports a Java application could use instead: {@code driver} starts the processes, has them
 * take turns and makes tables of it, {@code peer} is what runs in them.
 */
package io.smc4j.samples.benchmark;
