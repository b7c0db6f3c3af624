package io.smc4j.engine.nio;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.discovery.Discovery;
import io.smc4j.engine.discovery.Publication;
import io.smc4j.engine.nio.select.ChannelKeys;
import io.smc4j.engine.nio.select.SelectableSocket;
import io.smc4j.engine.nio.socket.BlockingAcceptor;
import io.smc4j.engine.nio.socket.ServerSocketAdaptor;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A listener. Leaves a marker for clients of this host while it is bound, and hands out what it accepts at once:
 * whether a connection becomes SMC shows while its owner waits for it to be readable.
 */
final class SmcServerSocketChannel extends ServerSocketChannel implements BlockingAcceptor, SelectableSocket {

    private static final int DEFAULT_BACKLOG = 50;

    private final SmcSelectorProvider provider;
    private final boolean ipv6;
    private final boolean forSocket;
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final DescriptorWaits waits = new DescriptorWaits();
    private final ChannelKeys keys = new ChannelKeys();
    private final boolean kernelSmc;
    private final int fd;
    private volatile InetSocketAddress local;
    private volatile Integer receiveBuffer;
    private volatile boolean marked;
    private volatile ServerSocket socket;
    private final Holdings holdings;
    private final Cleaner.Cleanable cleanable;

    /**
     * A listener that is not bound yet.
     *
     * @param ipv6 whether it takes IPv6 connections, besides those of IPv4
     * @param forSocket whether nobody sees more of it, and of what it accepts, than a socket
     */
    SmcServerSocketChannel(SmcSelectorProvider provider, boolean ipv6, boolean forSocket) throws IOException {
        super(provider);
        this.provider = provider;
        this.ipv6 = ipv6;
        this.forSocket = forSocket;
        this.kernelSmc = provider.engine().negotiations().kernelSmc().listens();
        this.fd = openSocket();
        this.holdings = new Holdings(fd, provider.engine().discovery(), acceptLock);
        this.cleanable = provider.whenUnreachable(this, holdings::close);
    }

    /** What has to be freed also if nobody ever closes the channel. Does not refer to it. */
    private static final class Holdings {

        private final int fd;
        private final Discovery discovery;
        private final ReentrantLock acceptLock;
        private volatile Publication publication;

        Holdings(int fd, Discovery discovery, ReentrantLock acceptLock) {
            this.fd = fd;
            this.discovery = discovery;
            this.acceptLock = acceptLock;
        }

        synchronized void withdraw() {
            Publication left = publication;
            if (left != null) {
                left.close();
                publication = null;
            }
        }

        /** Once. */
        void close() {
            withdraw();
            // A call on the channel may still be under way, as nothing of it but this may be in use.
            acceptLock.lock();
            try {
                discovery.withdraw(fd);
                Sockets.close(fd);
            } finally {
                acceptLock.unlock();
            }
        }
    }

    private int openSocket() throws IOException {
        int opened = -1;
        try {
            opened = kernelSmc ? Sockets.openSmcStream(ipv6) : Sockets.openStream(ipv6);
            SocketOptions.set(opened, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR, 1);
            return opened;
        } catch (OsException e) {
            if (opened >= 0) {
                Sockets.close(opened);
            }
            throw OsException.asNetworkException(e);
        }
    }

    @Override
    public ServerSocketChannel bind(SocketAddress address, int backlog) throws IOException {
        synchronized (this) {
            requireOpen();
            if (local != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress target = address == null ? Addresses.any(ipv6) : Addresses.requireUsable(address, ipv6);
            try {
                Sockets.bind(fd, ipv6, target);
                provider.engine().discovery().announce(fd, target);
                InetSocketAddress bound = Sockets.localAddress(fd);
                publish(bound);
                Sockets.listen(fd, backlog < 1 ? DEFAULT_BACKLOG : backlog);
                local = bound;
            } catch (OsException e) {
                holdings.withdraw();
                throw OsException.asNetworkException(e);
            }
        }
        keys.changed();
        return this;
    }

    private void publish(InetSocketAddress bound) {
        if (!provider.config().serverEnabled() || provider.engine().isClosed()) {
            return;
        }
        holdings.publication = provider.engine().discovery().publish(bound);
        marked = true;
    }

    /** Whether clients may send a Proposal here. */
    boolean isMarked() {
        return marked;
    }

    /** Whether nobody sees more of what it accepts than a socket. */
    boolean isForSocket() {
        return forSocket;
    }

    /** Whether it is an AF_SMC socket, as are the sockets it accepts. */
    boolean isKernelSmc() {
        return kernelSmc;
    }

    @Override
    public InetSocketAddress boundTo() {
        return local;
    }

    /** What {@code SO_RCVBUF} was set to, or {@code null}. */
    Integer receiveBuffer() {
        return receiveBuffer;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return isBlocking() ? acceptBlocking(0) : acceptWithoutWaiting();
    }

    private SmcSocketChannel acceptWithoutWaiting() throws IOException {
        acceptLock.lock();
        try {
            requireBound();
            return acceptNow();
        } finally {
            acceptLock.unlock();
        }
    }

    @Override
    public SocketChannel acceptBlocking(long timeoutMillis) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        requireBound();
        boolean virtual = Thread.currentThread().isVirtual();
        if (forSocket && !virtual) {
            return acceptUninterrupted(timeoutMillis);
        }
        // An interrupt that came before closes a channel, but a socket only if the call has to wait.
        SmcSocketChannel accepted = forSocket && Thread.currentThread().isInterrupted() ? acceptWithoutWaiting() : null;
        if (accepted != null) {
            return accepted;
        }
        try {
            begin();
            accepted = awaitAndAccept(timeoutMillis);
        } finally {
            endAccept(accepted);
        }
        return accepted;
    }

    /** To interrupt a platform thread does nothing to a socket. */
    private SmcSocketChannel acceptUninterrupted(long timeoutMillis) throws IOException {
        SmcSocketChannel accepted = awaitAndAccept(timeoutMillis);
        if (accepted == null) {
            throw new AsynchronousCloseException();
        }
        return accepted;
    }

    /** Not to be called under the lock: {@code end} may wait for a close, which waits for the lock. */
    private void endAccept(SmcSocketChannel accepted) throws IOException {
        try {
            end(accepted != null);
        } catch (IOException e) {
            if (accepted != null) {
                accepted.close();
            }
            throw e;
        }
    }

    private SmcSocketChannel awaitAndAccept(long timeoutMillis) throws IOException {
        acceptLock.lock();
        try {
            requireOpen();
            long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
            SmcSocketChannel accepted = acceptNow();
            while (accepted == null && isOpen()) {
                long left = timeoutMillis <= 0 ? -1 : Math.max(0, (deadline - System.nanoTime() + 999_999) / 1_000_000);
                if (!await(left)) {
                    throw new SocketTimeoutException("Accept timed out");
                }
                accepted = acceptNow();
            }
            return accepted;
        } finally {
            acceptLock.unlock();
        }
    }

    private boolean await(long timeoutMillis) throws IOException {
        return kernelSmc ? waits.awaitSmc(provider.readWaiter(), fd, timeoutMillis, () -> false)
                : waits.await(provider.readWaiter(), fd, timeoutMillis);
    }

    /**
     * Returns {@code null} if there is none. A connection that was reset before it was accepted is handed out, too: who
     * connects only to have this call return may have made it.
     */
    private SmcSocketChannel acceptNow() throws IOException {
        if (waits.isClosing()) {
            return null;
        }
        Sockets.Accepted accepted;
        try {
            accepted = Sockets.acceptFrom(fd);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
        return accepted == null ? null : new SmcSocketChannel(provider, accepted.fd(), ipv6, accepted.remote(), this);
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        waits.close();
        synchronized (this) {
            // No bind leaves another one after this.
            holdings.withdraw();
        }
        waits.interrupt(fd);
        acceptLock.lock();
        try {
            keys.detach();
            cleanable.clean();
        } finally {
            acceptLock.unlock();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // The descriptor never blocks; the mode is this class's affair.
    }

    // ---- options and addresses

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return forSocket ? SocketOptionTable.SERVER_SOCKET_OPTIONS : SocketOptionTable.LISTENER_OPTIONS;
    }

    @Override
    public synchronized <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptionTable.requireSupported(supportedOptions(), name);
        requireOpen();
        SocketOptionTable.set(fd, ipv6, name, value);
        if (name == StandardSocketOptions.SO_RCVBUF) {
            receiveBuffer = (Integer) value;
        }
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public synchronized <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptionTable.requireSupported(supportedOptions(), name);
        requireOpen();
        return (T) SocketOptionTable.get(fd, ipv6, name);
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return local;
    }

    @Override
    public ServerSocket socket() {
        ServerSocket known = socket;
        if (known == null) {
            synchronized (this) {
                known = socket;
                if (known == null) {
                    known = ServerSocketAdaptor.of(this, forSocket);
                    socket = known;
                }
            }
        }
        return known;
    }

    // ---- selection

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public SmcConnection smcConnection() {
        return null;
    }

    @Override
    public int pollEvents(int interestOps) {
        return local != null && (interestOps & SelectionKey.OP_ACCEPT) != 0 ? Sockets.POLLIN : 0;
    }

    @Override
    public int readyOps(int events, int interestOps) {
        return events == 0 ? 0 : SelectionKey.OP_ACCEPT;
    }

    @Override
    public int readyOps(int interestOps) {
        return 0;
    }

    @Override
    public ChannelKeys keys() {
        return keys;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireBound() throws IOException {
        requireOpen();
        if (local == null) {
            throw new NotYetBoundException();
        }
    }

    @Override
    public String toString() {
        return "SmcServerSocketChannel[" + (isOpen() ? local == null ? "unbound" : local : "closed") + "]";
    }
}
