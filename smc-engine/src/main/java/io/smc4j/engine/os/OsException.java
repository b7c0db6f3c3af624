package io.smc4j.engine.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;

/** A system call failed. The message names the call, and the error by text and name. */
public final class OsException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    private OsException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /**
     * The exception for a failed call.
     *
     * @param call what failed, as the message shall name it
     * @param errno one of {@link Errno}, or any other error number
     */
    public static OsException of(String call, int errno) {
        return new OsException(call + ": " + Errno.describe(errno), errno);
    }

    /** The error number, see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /**
     * What {@code sun.nio.ch.Net} would have thrown in this place, with {@code e} as its cause: for all calls on
     * sockets but those that transfer bytes.
     */
    public static IOException asNetworkException(OsException e) {
        String text = Errno.text(e.errno);
        IOException translated = switch (e.errno) {
            case Errno.EPROTO -> new ProtocolException(text);
            case Errno.ECONNREFUSED, Errno.ETIMEDOUT, Errno.ENOTCONN -> new ConnectException(text);
            case Errno.EHOSTUNREACH -> new NoRouteToHostException(text);
            case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EACCES -> new BindException(text);
            default -> new SocketException(text);
        };
        translated.initCause(e);
        return translated;
    }

    /**
     * What {@code sun.nio.ch.IOUtil} would have thrown where bytes were to be transferred, with {@code e} as its cause.
     */
    public static IOException asStreamException(OsException e) {
        return new IOException(Errno.text(e.errno), e);
    }

    /** Passes a result on, unless it is a negated error number. */
    static int check(String call, int result) throws OsException {
        if (result < 0) {
            throw of(call, -result);
        }
        return result;
    }

    /** Passes a result on, unless it is a negated error number. */
    static long check(String call, long result) throws OsException {
        if (result < 0) {
            throw of(call, (int) -result);
        }
        return result;
    }

    /** Ends the caller if the result is a negated error number: the call can fail only if it was made in error. */
    static void checkValid(String call, long result) {
        if (result < 0) {
            throw new UncheckedIOException(of(call, (int) -result));
        }
    }
}
