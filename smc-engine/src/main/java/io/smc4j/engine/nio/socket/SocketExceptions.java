package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** Says in {@code java.net}'s exceptions what channels say in those of {@code java.nio}. */
final class SocketExceptions {

    static final String CLOSED = "Socket is closed";

    private SocketExceptions() {
    }

    /**
     * What the JDK's channels throw in the place of an exception where they are seen as sockets.
     *
     * @throws RuntimeException the given one, if {@code java.net} says the same, as of a wrong blocking mode
     */
    static IOException translate(Exception e) {
        return switch (e) {
            case IOException x -> x;
            case NotYetConnectedException x -> withCause(new SocketException("Socket is not connected"), x);
            case AlreadyConnectedException x -> withCause(new SocketException("Already connected"), x);
            case ConnectionPendingException x -> withCause(new SocketException("Connection pending"), x);
            case NotYetBoundException x -> withCause(new SocketException("Socket is not bound yet"), x);
            case AlreadyBoundException x -> withCause(new SocketException("Already bound"), x);
            case UnsupportedAddressTypeException x -> withCause(new SocketException("Unsupported address type"), x);
            case UnresolvedAddressException x -> withCause(new UnknownHostException("Unresolved address"), x);
            case RuntimeException x -> throw x;
            default -> throw new IllegalArgumentException(e);
        };
    }

    /** What a socket that no channel has made throws in the place of an exception. */
    static IOException translateForSocket(Exception e, boolean closed) {
        return switch (e) {
            case ClosedByInterruptException x -> withCause(new SocketException("Closed by interrupt"), x);
            case ClosedChannelException x ->
                    withCause(new SocketException(closed ? "Socket closed" : "Broken pipe"), x);
            case SocketException x -> x;
            case InterruptedIOException x -> x;
            case UnknownHostException x -> x;
            case IOException x -> withCause(new SocketException(x.getMessage()), x);
            default -> translate(e);
        };
    }

    private static IOException withCause(IOException e, Exception cause) {
        e.initCause(cause);
        return e;
    }
}
