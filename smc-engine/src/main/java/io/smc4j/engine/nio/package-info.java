/**
 * SMC as {@code java.nio} channels.
 *
 * <p>{@link io.smc4j.engine.nio.SmcSelectorProvider} is the one way in: what takes a
 * {@link java.nio.channels.spi.SelectorProvider} runs on SMC unchanged. Behind it, a {@code SmcSocketChannel} keeps the
 * rules of {@link java.nio.channels.SocketChannel} and passes the bytes to the one {@code Transport} that its
 * {@code ChannelTransport} holds: a {@code NegotiatingTransport}, then an {@code SmcTransport} or a
 * {@code TcpTransport}, and a {@code LeavingTransport} when it goes over from one to the other. A
 * {@code SmcServerSocketChannel} leaves a marker and accepts. The selector is in {@code nio.select}, the adaptors that
 * {@code socket()} returns are in {@code nio.socket}.
 */
package io.smc4j.engine.nio;
