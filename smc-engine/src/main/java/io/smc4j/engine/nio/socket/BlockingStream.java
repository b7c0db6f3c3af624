package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * What a socket channel offers its {@link SocketAdaptor} beyond {@link java.nio.channels.SocketChannel}: blocking
 * operations with a limit, and state that must be cheap to ask for. The blocking operations require blocking mode.
 */
public interface BlockingStream {

    /**
     * Waits for bytes and reads some of them.
     *
     * @param timeoutMillis the longest wait, 0 for none
     * @return the number of bytes read, or -1 at the end of the stream
     * @throws java.net.SocketTimeoutException if nothing came in time; the channel stays usable
     */
    int readBlocking(ByteBuffer dst, long timeoutMillis) throws IOException;

    /**
     * Writes everything that remains in the buffer.
     *
     * @param negotiatingMillis the longest wait for the outcome of a negotiation, 0 for none: over TCP the socket's
     *        buffer takes what the server has not accepted yet, and a limit for reading is met by the read that follows
     * @throws java.net.SocketTimeoutException if the outcome is not known by then
     */
    void writeFully(ByteBuffer src, long negotiatingMillis) throws IOException;

    /**
     * Connects.
     *
     * @param timeoutMillis the longest wait, 0 for none
     * @throws java.net.SocketTimeoutException if there is no connection by then
     */
    void connectBlocking(SocketAddress remote, long timeoutMillis) throws IOException;

    /** How many bytes can be read without waiting; 0 once the input is shut down. */
    int availableBytes() throws IOException;

    /**
     * Writes a byte as urgent.
     *
     * @throws java.net.SocketException if what carries the connection has no urgent data
     */
    void writeUrgent(byte value) throws IOException;

    /** The address it is, or was before it was closed, bound to; {@code null} if to none. */
    InetSocketAddress boundTo();

    /** The address it is, or was before it was closed, connected to or about to be; {@code null} if to none. */
    InetSocketAddress connectedTo();

    /** Whether this side shut down reading; the peer's end of stream does not count. */
    boolean isInputShutdown();

    /** Whether this side shut down writing. */
    boolean isOutputShutdown();
}
