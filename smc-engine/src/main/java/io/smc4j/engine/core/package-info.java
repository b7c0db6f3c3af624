/**
 * Puts an engine together.
 *
 * <p>{@link io.smc4j.engine.core.SmcEngine} makes the parts in the packages below, each with what it uses, and closes
 * them in their order. Only the channels above know it.
 */
package io.smc4j.engine.core;
