/**
 * The engine's values, and the door to it: settings, policy, fallback reasons, and what an engine looks like at one
 * moment.
 *
 * <p>This package and the reports are compiled for Java 17, so that auto-configuration, endpoint and meters use the
 * same values whether the engine can run or not. It knows nothing of the packages below it.
 * {@link io.smc4j.engine.Smc} opens the engine.
 */
package io.smc4j.engine;
