/**
 * SMC as {@code java.nio} channels.
 *
 * <p>{@link io.smc4j.engine.nio.SmcSelectorProvider} is the one way in: what takes a
 * {@link java.nio.channels.spi.SelectorProvider} runs on SMC unchanged. Behind it, a {@code SmcSocketChannel} keeps the
 * rules of {@link java.nio.channels.SocketChannel} and leaves the bytes to its {@code ChannelTransport}, which is TCP or SMC;
 * a {@code SmcServerSocketChannel} leaves a marker and accepts; a {@code SmcSelector} waits for descriptors and rings
 * together. {@code SocketAdaptor} and {@code ServerSocketAdaptor} are what {@code socket()} returns.
 */
package io.smc4j.engine.nio;
