package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/**
 * What a server channel offers its {@link ServerSocketAdaptor} beyond {@link java.nio.channels.ServerSocketChannel}.
 */
public interface BlockingAcceptor {

    /**
     * Waits for a connection; requires blocking mode.
     *
     * @param timeoutMillis the longest wait, 0 for none
     * @return the accepted channel, in blocking mode
     * @throws java.net.SocketTimeoutException if none came in time; the channel stays usable
     */
    SocketChannel acceptBlocking(long timeoutMillis) throws IOException;

    /** The address it is, or was before it was closed, bound to; {@code null} if to none. */
    InetSocketAddress boundTo();
}
