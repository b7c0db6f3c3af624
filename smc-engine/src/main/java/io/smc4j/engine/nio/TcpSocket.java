package io.smc4j.engine.nio;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The TCP socket of a channel: owns the descriptor, and remembers what a descriptor in its place has to be given too.
 *
 * <p>Its monitor keeps the descriptor from being replaced or closed while options are set. Reads and writes need no such
 * guard: the channel closes with both its locks held, and the descriptor is replaced only while a negotiation has it.
 */
final class TcpSocket {

    private static final int NO_DESCRIPTOR = -1;

    private final boolean ipv6;
    private final Map<SocketOption<?>, Object> options = new LinkedHashMap<>();
    private final DescriptorWaits waits = new DescriptorWaits();
    private volatile int fd;
    private volatile TcpStream stream;
    private volatile InetSocketAddress local;
    private volatile InetSocketAddress remote;
    private InetSocketAddress bound;

    /** A socket yet to be connected. */
    TcpSocket() throws OsException {
        this(Sockets.openStream(Sockets.ipv6Available()), Sockets.ipv6Available());
    }

    private TcpSocket(int fd, boolean ipv6) {
        this.ipv6 = ipv6;
        this.fd = fd;
        this.stream = new TcpStream(fd);
    }

    /** An accepted socket; takes over the descriptor, also when it fails. */
    TcpSocket(int fd, boolean ipv6, InetSocketAddress remote) throws IOException {
        this(fd, ipv6);
        this.remote = remote;
        try {
            updateLocalAddress();
        } catch (IOException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    int fd() {
        return fd;
    }

    /** The descriptor's bytes. */
    TcpStream stream() {
        return stream;
    }

    // ---- connecting

    void bind(InetSocketAddress address) throws IOException {
        try {
            Sockets.bind(fd, ipv6, address);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
        bound = address;
        updateLocalAddress();
    }

    /** Returns whether the connection stands already. */
    boolean connect(InetSocketAddress target) throws IOException {
        remote = target;
        try {
            return Sockets.connect(fd, ipv6, target);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    /** Whether the connection stands; throws what it has failed by. */
    boolean isConnectFinished() throws IOException {
        if (Sockets.poll(fd, Sockets.POLLOUT, 0) == 0) {
            return false;
        }
        int errno = Sockets.connectResult(fd);
        if (errno != 0) {
            throw OsException.asNetworkException(OsException.of("connect", errno));
        }
        return true;
    }

    /** Takes over what the kernel has chosen; once bound, and again once connected. */
    void updateLocalAddress() throws IOException {
        local = Sockets.localAddress(fd);
    }

    /** Resets the connection, and has a new socket connect like the first. */
    void reconnect() throws IOException {
        synchronized (this) {
            // A reset frees the local port at once. To close first leaves room for the new descriptor.
            Sockets.setLinger(fd, 0);
            Sockets.close(fd);
            fd = NO_DESCRIPTOR;
            fd = Sockets.openStream(ipv6);
            stream = new TcpStream(fd);
            for (Map.Entry<SocketOption<?>, Object> option : options.entrySet()) {
                SocketOptionTable.set(fd, ipv6, option.getKey(), option.getValue());
            }
            if (bound != null) {
                Sockets.bind(fd, ipv6, bound.getPort() != 0 ? bound : local);
            }
        }
        connect(remote);
    }

    InetSocketAddress localAddress() {
        return local;
    }

    InetSocketAddress remoteAddress() {
        return remote;
    }

    // ---- options

    synchronized void setOption(SocketOption<?> option, Object value) throws IOException {
        if (fd != NO_DESCRIPTOR) {
            SocketOptionTable.set(fd, ipv6, option, value);
            options.put(option, value);
        }
    }

    synchronized Object getOption(SocketOption<?> option) throws IOException {
        if (fd == NO_DESCRIPTOR) {
            throw new SocketException("Socket is closed");
        }
        return SocketOptionTable.get(fd, ipv6, option);
    }

    /** Notes what the descriptor has inherited from its listener. */
    synchronized void inherit(SocketOption<?> option, Object value) {
        options.put(option, value);
    }

    /** What the option was set to, or {@code null}; what the kernel made of it is {@link #getOption}. */
    synchronized Object requestedOption(SocketOption<?> option) {
        return options.get(option);
    }

    // ---- waiting

    /** Waits as {@link DescriptorWaits#await}. */
    boolean await(FdWaiter waiter, long timeoutMillis) throws IOException {
        return waits.await(waiter, fd, timeoutMillis);
    }

    /** Whether the channel is being closed, so that nobody is to wait for anything. */
    boolean isClosing() {
        return waits.isClosing();
    }

    /** From now on no wait begins; any thread. */
    void beginClose() {
        waits.close();
    }

    /** Ends the waits under way; after {@link #beginClose()}, any thread. */
    void interruptWaits() throws IOException {
        waits.interrupt(fd);
    }

    // ---- end

    void shutdown(int how) throws IOException {
        Sockets.shutdown(fd, how);
    }

    /** Ends the outgoing stream while another thread may be in a write; any thread. */
    synchronized void interruptWrites() throws IOException {
        if (fd != NO_DESCRIPTOR) {
            Sockets.shutdown(fd, Sockets.SHUT_WR);
        }
    }

    /** Nobody else uses the descriptor any more. */
    synchronized void close() {
        if (fd != NO_DESCRIPTOR) {
            Sockets.close(fd);
            fd = NO_DESCRIPTOR;
        }
    }
}
