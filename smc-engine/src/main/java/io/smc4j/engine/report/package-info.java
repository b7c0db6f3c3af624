/**
 * What an engine looks like, as tables for people: the endpoint and the command line show the same.
 *
 * <p>Like the values of {@link io.smc4j.engine}, which is all it knows, it is compiled for Java 17.
 */
package io.smc4j.engine.report;
