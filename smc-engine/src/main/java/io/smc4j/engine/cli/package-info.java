/**
 * The engine's command line: what {@code java -jar smc-engine.jar} does.
 *
 * <p>{@link io.smc4j.engine.cli.Launcher} is the jar's main class and loads on any Java. It hands over to
 * {@link io.smc4j.engine.cli.Main}, which reads the arguments into a {@code Command} and runs it: {@code Probe} shows
 * what this machine offers, as a {@code MachineReport} put together by {@code MachineProbe}; {@code Netcat} moves
 * standard input and output over one connection of the engine and tells its mode on standard error. Everything that
 * scripts read is one JSON object per line, written by {@code Json}.
 *
 * <p>Nothing here is meant to be called from other code.
 */
package io.smc4j.engine.cli;
