/**
 * What {@code socket()} of a channel returns: {@code java.net} adaptors over it.
 *
 * <p>{@link io.smc4j.engine.nio.socket.SocketAdaptor} and {@link io.smc4j.engine.nio.socket.ServerSocketAdaptor} stand
 * on public channels and on two narrow interfaces for what these do not offer: waits with a time limit. The channels
 * are above, in {@code nio}; nothing here knows them.
 */
package io.smc4j.engine.nio.socket;
