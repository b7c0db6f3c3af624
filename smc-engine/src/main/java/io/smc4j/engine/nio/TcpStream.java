package io.smc4j.engine.nio;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.Descriptors;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UrgentData;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** Reads and writes a TCP descriptor, and counts. Reading is for one thread at a time and so is writing. */
final class TcpStream {

    static final int UNAVAILABLE = Sockets.UNAVAILABLE;
    static final int EOF = Sockets.EOF;

    static {
        // Both streams of a channel answer alike.
        assert UNAVAILABLE == SmcConnection.UNAVAILABLE && EOF == SmcConnection.EOF;
    }

    private final int fd;
    private volatile long sent;
    private volatile long received;
    private boolean blocking;
    /** Whether a read was told of a reset: the kernel tells once, and then of an end. */
    private boolean reset;

    TcpStream(int fd) {
        this.fd = fd;
    }

    int read(ByteBuffer target) throws IOException {
        try {
            return (int) countReceived(Sockets.read(fd, target));
        } catch (OsException e) {
            throw readFailure(e);
        }
    }

    /** Waits for bytes and reads them, in one system call. */
    int readBlocking(ByteBuffer target) throws IOException {
        try {
            if (!blocking) {
                Sockets.setBlocking(fd, true);
                blocking = true;
            }
            return (int) countReceived(Sockets.readBlocking(fd, target));
        } catch (OsException e) {
            throw readFailure(e);
        }
    }

    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        try {
            return countReceived(Sockets.readv(fd, targets, offset, length));
        } catch (OsException e) {
            throw readFailure(e);
        }
    }

    /** What a read says of a connection that failed before its first byte. */
    static IOException ofRead(IOException failure) {
        return failure.getCause() instanceof OsException cause && cause.errno() == Errno.ECONNRESET
                ? resetException(cause) : failure;
    }

    /** What a write says of a connection that failed before its first byte. */
    static IOException ofWrite(IOException failure) {
        return failure.getCause() instanceof OsException cause ? OsException.asStreamException(cause) : failure;
    }

    /** Whoever has found the reset has taken it from the socket. */
    void foundReset() {
        reset = true;
    }

    private IOException readFailure(OsException e) {
        if (e.errno() != Errno.ECONNRESET) {
            return OsException.asStreamException(e);
        }
        reset = true;
        return resetException(e);
    }

    private static SocketException resetException(OsException cause) {
        return new SocketException("Connection reset", cause);
    }

    /** How many bytes can be read without waiting. Tells of no failure: that is for the next read or write. */
    int available() throws IOException {
        try {
            return Descriptors.available(fd);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    /** Returns 0 if there is no room. */
    int write(ByteBuffer source) throws IOException {
        try {
            return (int) countSent(Sockets.write(fd, source));
        } catch (OsException e) {
            throw OsException.asStreamException(e);
        }
    }

    /** Returns 0 if there is no room. */
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        try {
            return countSent(Sockets.writev(fd, sources, offset, length));
        } catch (OsException e) {
            throw OsException.asStreamException(e);
        }
    }

    /** Writes a byte as urgent; returns {@code false} if there is no room. */
    boolean writeUrgent(byte value) throws IOException {
        try {
            return UrgentData.write(fd, value) && countSent(1) > 0;
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    private long countReceived(long n) throws SocketException {
        if (n > 0) {
            received += n;
        } else if (n == EOF && reset) {
            throw resetException(null);
        }
        return n;
    }

    private long countSent(long n) {
        if (n <= 0) {
            return 0;
        }
        sent += n;
        return n;
    }

    long bytesSent() {
        return sent;
    }

    long bytesReceived() {
        return received;
    }
}
