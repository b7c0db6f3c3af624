package io.smc4j.engine.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
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
     * What java.net would have thrown in this place, with {@code e} as its cause; {@code e} itself where java.net has
     * no class for it.
     */
    public static IOException asNetworkException(OsException e) {
        String text = Errno.text(e.errno);
        IOException translated = switch (e.errno) {
            case Errno.ECONNREFUSED, Errno.ETIMEDOUT -> new ConnectException(text);
            case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> new NoRouteToHostException(text);
            case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EACCES -> new BindException(text);
            case Errno.ECONNRESET -> new SocketException(text);
            case Errno.EPIPE -> new IOException(text);
            default -> e;
        };
        if (translated != e) {
            translated.initCause(e);
        }
        return translated;
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
