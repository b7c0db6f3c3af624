/**
 * SMC in a Spring Boot application: what is switched on, whether it can run here, and the one bean that everything else
 * asks.
 *
 * <p>The application may run on a Java version that does not load the engine. So the story has two endings.
 * {@link io.smc4j.spring.boot.autoconfigure.SmcProperties} are bound and checked in both.
 * {@link io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc} asks the switches and the platform; if both agree,
 * {@link io.smc4j.engine.Smc} opens the engine. If not, everything stays on TCP. Either way there is an
 * {@link io.smc4j.spring.boot.autoconfigure.SmcRuntime} that says which way it went.
 *
 * <p>The sub-packages put one HTTP client or server each on the runtime's channels, and show the runtime to operators.
 * Of the engine, all use the values of {@code io.smc4j.engine}, which load on every Java version, and nothing below it.
 */
package io.smc4j.spring.boot.autoconfigure;
