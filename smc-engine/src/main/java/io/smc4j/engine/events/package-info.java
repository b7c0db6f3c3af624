/**
 * What happens in an engine, as events of Java Flight Recorder.
 *
 * <p>{@link io.smc4j.engine.events.EngineEvents} is what the layers above tell; they stand on it as on a logger. What
 * is behind it is loaded only in a process that has the module {@code jdk.jfr}, and costs next to nothing until
 * somebody records.
 */
package io.smc4j.engine.events;
