/**
 * The selector: waits for descriptors and for rings together.
 *
 * <p>Begin with {@link io.smc4j.engine.nio.select.SmcSelector}. A channel is a
 * {@link io.smc4j.engine.nio.select.SelectableSocket} to it, and holds its keys in
 * {@link io.smc4j.engine.nio.select.ChannelKeys}. The channels are above, in {@code nio}; nothing here knows them.
 */
package io.smc4j.engine.nio.select;
