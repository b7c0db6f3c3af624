/**
 * What operators see of SMC: the {@code smc} endpoint with its page, the {@code smc} contributors to health and info,
 * and the {@code smc.*} meters.
 *
 * <p>All of them show the one {@link io.smc4j.engine.SmcSnapshot}; nothing is counted here. They exist
 * whether SMC is on or off, since the question most often asked is why it is off.
 */
package io.smc4j.spring.boot.autoconfigure.actuate;
