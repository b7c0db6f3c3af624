package io.smc4j.engine.nio;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
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

    TcpStream(int fd) {
        this.fd = fd;
    }

    int read(ByteBuffer target) throws IOException {
        try {
            return (int) countReceived(Sockets.read(fd, target));
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
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
            throw OsException.asNetworkException(e);
        }
    }

    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        try {
            return countReceived(Sockets.readv(fd, targets, offset, length));
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    /** Returns 0 if there is no room. */
    int write(ByteBuffer source) throws IOException {
        try {
            return (int) countSent(Sockets.write(fd, source));
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    /** Returns 0 if there is no room. */
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        try {
            return countSent(Sockets.writev(fd, sources, offset, length));
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    private long countReceived(long n) {
        if (n > 0) {
            received += n;
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
