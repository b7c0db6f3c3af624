package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.os.Descriptors;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The TCP socket of a channel: owns the descriptor, and remembers what a descriptor in its place has to be given too.
 * It may be an AF_SMC socket, which the kernel makes one of SMC or TCP when it connects.
 *
 * <p>Its monitor keeps the descriptor from being replaced or closed while options are set. Reads and writes need no
 * such guard: the channel closes with both its locks held, and the descriptor is replaced only while a negotiation has
 * it.
 */
final class TcpSocket {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");
    private static final int NO_DESCRIPTOR = -1;

    private final Map<SocketOption<?>, Object> options = new LinkedHashMap<>();
    private final DescriptorWaits waits = new DescriptorWaits();
    private volatile boolean ipv6;
    private volatile int fd;
    private volatile TcpStream stream;
    private volatile KernelConnection kernel;
    private volatile InetSocketAddress local;
    private volatile InetSocketAddress remote;
    private InetSocketAddress bound;
    private boolean reconnected;

    /**
     * A socket yet to be connected.
     *
     * @param ipv6 whether it takes IPv6 addresses, besides those of IPv4
     */
    TcpSocket(boolean ipv6) throws IOException {
        this(open(ipv6), ipv6);
    }

    private static int open(boolean ipv6) throws IOException {
        try {
            return Sockets.openStream(ipv6);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    private TcpSocket(int fd, boolean ipv6) {
        this.ipv6 = ipv6;
        this.fd = fd;
        this.stream = new TcpStream(fd);
    }

    /**
     * An accepted socket; takes over the descriptor, also when it fails.
     *
     * @param kernelSmc whether the listener is an AF_SMC socket
     */
    TcpSocket(int fd, boolean ipv6, InetSocketAddress remote, boolean kernelSmc) throws IOException {
        this(fd, ipv6);
        this.remote = remote;
        try {
            updateLocalAddress();
            this.kernel = kernelSmc ? new KernelConnection(Descriptors.inode(fd)) : null;
        } catch (IOException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    int fd() {
        return fd;
    }

    /** Whether it takes IPv6 addresses, besides those of IPv4. */
    boolean isIpv6() {
        return ipv6;
    }

    /** The descriptor's bytes. */
    TcpStream stream() {
        return stream;
    }

    /** What the kernel says of the connection; {@code null} unless this is an AF_SMC socket. */
    KernelConnection kernel() {
        return kernel;
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

    /**
     * Puts an AF_SMC socket in the place of the one that is not connected yet.
     *
     * @return why the one in place stays; {@code null} if it does not
     * @throws IOException if the address it was bound to is not to be had again
     */
    synchronized FallbackReason moveToKernelSmc(InetSocketAddress target) throws IOException {
        // The kernel proposes SMC-R version 2 from IPv4 sockets only.
        boolean toIpv6 = ipv6 && (isIpv6(target) || bound != null && isIpv6(bound));
        int smc = NO_DESCRIPTOR;
        KernelConnection connection;
        try {
            smc = Sockets.openSmcStream(toIpv6);
            setOptions(smc, toIpv6);
            connection = new KernelConnection(Descriptors.inode(smc));
        } catch (OsException e) {
            if (smc != NO_DESCRIPTOR) {
                Sockets.close(smc);
            }
            return e.errno() == Errno.EAFNOSUPPORT ? FallbackReason.NO_KERNEL_SMC : FallbackReason.NO_RESOURCES;
        }
        Sockets.close(fd);
        fd = smc;
        ipv6 = toIpv6;
        stream = new TcpStream(fd);
        kernel = connection;
        try {
            bindAgain();
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
        return null;
    }

    private static boolean isIpv6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address host && !host.isAnyLocalAddress();
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

    /** Whether the connection stands; {@code false} also if it has failed. */
    boolean isConnected() throws OsException {
        return Sockets.poll(fd, Sockets.POLLOUT, 0) == Sockets.POLLOUT;
    }

    /** Whether the connection stands; throws what it has failed by. */
    boolean isConnectFinished() throws IOException {
        if (Sockets.poll(fd, Sockets.POLLOUT, 0) == 0) {
            return false;
        }
        int errno = Sockets.connectResult(fd);
        if (errno == Errno.ECONNRESET) {
            // Or it would have been refused: so there was a connection, and its end is for those who use it.
            stream.foundReset();
        } else if (errno != 0) {
            throw OsException.asNetworkException(OsException.of("connect", errno));
        }
        return true;
    }

    /** Takes over what the kernel has chosen; once bound, and again once connected. */
    synchronized void updateLocalAddress() throws IOException {
        if (fd != NO_DESCRIPTOR) {
            local = Sockets.localAddress(fd);
        }
    }

    /**
     * Takes over what the kernel has chosen for the second connection of a channel that counts as connected; any
     * thread.
     */
    synchronized void updateReconnectedAddress() {
        if (reconnected) {
            try {
                updateLocalAddress();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the old local address stays", e);
            }
        }
    }

    /** Resets the connection, and has a new socket connect like the first. */
    void reconnect() throws IOException {
        synchronized (this) {
            // A reset frees the local port at once. To close first leaves room for the new descriptor.
            SocketOptions.setLinger(fd, 0);
            Sockets.close(fd);
            fd = NO_DESCRIPTOR;
            fd = Sockets.openStream(ipv6);
            stream = new TcpStream(fd);
            kernel = null;
            setOptions(fd, ipv6);
            bindAgain();
            reconnected = true;
        }
        connect(remote);
    }

    private void setOptions(int target, boolean ipv6Target) throws OsException {
        for (Map.Entry<SocketOption<?>, Object> option : options.entrySet()) {
            SocketOptionTable.set(target, ipv6Target, option.getKey(), option.getValue());
        }
    }

    private void bindAgain() throws OsException {
        if (bound != null) {
            Sockets.bind(fd, ipv6, bound.getPort() != 0 ? bound : local);
        }
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
            try {
                SocketOptionTable.set(fd, ipv6, option, value);
            } catch (OsException e) {
                throw OsException.asNetworkException(e);
            }
            options.put(option, value);
        }
    }

    synchronized Object getOption(SocketOption<?> option) throws IOException {
        if (fd == NO_DESCRIPTOR) {
            throw new SocketException("Socket is closed");
        }
        try {
            return SocketOptionTable.get(fd, ipv6, option);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    /** Notes what the descriptor has inherited from its listener. */
    synchronized void inherit(SocketOption<?> option, Object value) {
        options.put(option, value);
    }

    /** What the option was set to, or {@code null}; what the kernel made of it is {@link #getOption}. */
    synchronized Object requestedOption(SocketOption<?> option) {
        return options.get(option);
    }

    /** Whether to close the socket means to reset the connection. */
    boolean isResetByClose() {
        return Integer.valueOf(0).equals(requestedOption(StandardSocketOptions.SO_LINGER));
    }

    /** From now on it does. */
    void setResetByClose() {
        try {
            setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not reset by its close", e);
        }
    }

    /** Whether neither side has ended or broken it; any thread. */
    synchronized boolean isWhole() {
        int over = Epoll.EPOLLRDHUP | Sockets.POLLHUP | Sockets.POLLERR;
        try {
            return fd != NO_DESCRIPTOR && (Sockets.poll(fd, Epoll.EPOLLRDHUP, 0) & over) == 0;
        } catch (OsException e) {
            return false;
        }
    }

    /** How many bytes can be read at once; any thread. */
    synchronized int available() throws IOException {
        return fd == NO_DESCRIPTOR ? 0 : stream.available();
    }

    // ---- waiting

    /**
     * Waits as {@link DescriptorWaits#await}.
     *
     * @param over whether there is nothing to wait for any more, should the kernel not say so
     */
    boolean await(FdWaiter waiter, long timeoutMillis, BooleanSupplier over) throws IOException {
        return kernel == null ? waits.await(waiter, fd, timeoutMillis)
                : waits.awaitSmc(waiter, fd, timeoutMillis, over);
    }

    /**
     * Waits for bytes and reads them, on a platform thread; {@link TcpStream#UNAVAILABLE} if the channel is being
     * closed.
     */
    int readBlocking(ByteBuffer target) throws IOException {
        if (!waits.begin()) {
            return TcpStream.UNAVAILABLE;
        }
        try {
            return stream.readBlocking(target);
        } finally {
            waits.end();
        }
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

    /** Somebody else closes the descriptor. */
    synchronized void forgetDescriptor() {
        fd = NO_DESCRIPTOR;
    }

    /** Nobody else uses the descriptor any more. */
    synchronized void close() {
        if (fd != NO_DESCRIPTOR) {
            Sockets.close(fd);
            fd = NO_DESCRIPTOR;
        }
    }
}
