package io.smc4j.engine.nio;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.nio.select.ChannelKeys;
import io.smc4j.engine.nio.select.SelectableSocket;
import io.smc4j.engine.nio.socket.BlockingStream;
import io.smc4j.engine.nio.socket.SocketAdaptor;
import io.smc4j.engine.nio.socket.StandInSocket;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A socket channel that runs on SMC where its {@link ChannelTransport} finds a way, else on TCP.
 *
 * <p>Lock order: the channel's own (of {@code AbstractSelectableChannel} and {@code AbstractInterruptibleChannel}),
 * read, write. The transport's callbacks take none. As {@code end} of an interrupted operation and {@code close} take
 * the channel's own, both are called outside of read and write lock.
 */
final class SmcSocketChannel extends SocketChannel implements BlockingStream, SelectableSocket {

    /** A part of connecting, for which the two locks are held. */
    private interface ConnectStep {
        /** Returns whether the channel is connected. */
        boolean run() throws IOException;
    }

    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ChannelKeys keys = new ChannelKeys();
    private final boolean forSocket;
    private final ChannelTransport transport;
    private final ChannelState state;
    private final ReadHalf input;
    private final WriteHalf output;
    private final Cleaner.Cleanable cleanable;
    private volatile Socket socket;

    /**
     * A channel for an outgoing connection.
     *
     * @param ipv6 whether it can connect to IPv6 addresses, besides those of IPv4
     * @param forSocket whether nobody sees more of it than a socket
     */
    SmcSocketChannel(SmcSelectorProvider provider, boolean ipv6, boolean forSocket) throws IOException {
        this(provider, new TcpSocket(ipv6), false, forSocket);
    }

    /** A channel for an accepted connection; takes over the descriptor, also when it fails. */
    SmcSocketChannel(SmcSelectorProvider provider, int fd, boolean ipv6, InetSocketAddress remote,
            SmcServerSocketChannel listener) throws IOException {
        this(provider, new TcpSocket(fd, ipv6, remote, listener.isKernelSmc()), true, listener.isForSocket());
        transport.startServer(listener);
    }

    private SmcSocketChannel(SmcSelectorProvider provider, TcpSocket tcp, boolean accepted, boolean forSocket) {
        super(provider);
        this.forSocket = forSocket;
        ShutdownFlags shutdown = new ShutdownFlags();
        this.transport = new ChannelTransport(provider, keys, shutdown, readLock, writeLock, tcp, accepted);
        this.state = new ChannelState(this, transport, accepted);
        this.input = new ReadHalf(this, state, transport, readLock, shutdown);
        this.output = new WriteHalf(this, state, transport, writeLock, shutdown);
        this.cleanable = provider.opened(this, transport);
    }

    // ---- connect

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        lockBoth();
        try {
            state.bind(local);
        } finally {
            unlockBoth();
        }
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return connect(remote, 0, isBlocking());
    }

    @Override
    public void connectBlocking(SocketAddress remote, long timeoutMillis) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        connect(remote, timeoutMillis, true);
    }

    private boolean connect(SocketAddress remote, long timeoutMillis, boolean blocking) throws IOException {
        InetSocketAddress target = Addresses.connectable(transport.requireUsable(remote));
        return advance(blocking, () -> state.connect(target, timeoutMillis, blocking));
    }

    @Override
    public boolean finishConnect() throws IOException {
        boolean blocking = isBlocking();
        return advance(blocking, () -> state.finishConnect(blocking));
    }

    private boolean advance(boolean blocking, ConnectStep step) throws IOException {
        state.requireOpen();
        try {
            boolean completed = false;
            try {
                if (blocking) {
                    beginWaiting();
                }
                completed = advanceLocked(step);
            } finally {
                if (blocking) {
                    endWaiting(completed);
                }
            }
            return completed;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private boolean advanceLocked(ConnectStep step) throws IOException {
        lockBoth();
        try {
            return step.run();
        } finally {
            unlockBoth();
        }
    }

    @Override
    public boolean isConnected() {
        return state.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return state.isPending();
    }

    // ---- read

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return read(dst, 0);
    }

    @Override
    public int readBlocking(ByteBuffer dst, long timeoutMillis) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        int n = isInterruptedSocket() ? input.readNow(dst) : 0;
        return n != 0 ? n : read(dst, timeoutMillis);
    }

    private int read(ByteBuffer dst, long timeoutMillis) throws IOException {
        requireNotReadOnly(dst);
        return input.read(dst, timeoutMillis);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        for (int i = offset; i < offset + length; i++) {
            requireNotReadOnly(dsts[i]);
        }
        return input.read(dsts, offset, length);
    }

    private static void requireNotReadOnly(ByteBuffer dst) {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    @Override
    public InetSocketAddress boundTo() {
        return transport.localAddress();
    }

    @Override
    public InetSocketAddress connectedTo() {
        return transport.remoteAddress();
    }

    @Override
    public int availableBytes() throws IOException {
        return input.available();
    }

    // ---- write

    @Override
    public int write(ByteBuffer src) throws IOException {
        return output.write(src);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        return output.write(srcs, offset, length);
    }

    @Override
    public void writeFully(ByteBuffer src, long negotiatingMillis) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        if (isInterruptedSocket()) {
            output.writeNow(src);
        }
        if (src.hasRemaining()) {
            output.writeFully(src, negotiatingMillis);
        }
    }

    @Override
    public void writeUrgent(byte value) throws IOException {
        output.writeUrgent(value);
    }

    // ---- shutdown and close

    @Override
    public SocketChannel shutdownInput() throws IOException {
        input.shutdown();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        output.shutdown();
        return this;
    }

    @Override
    public boolean isInputShutdown() {
        return input.isShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return output.isShutdown();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        state.close();
        transport.interrupt();
        lockBoth();
        try {
            keys.detach();
            transport.close();
        } finally {
            unlockBoth();
        }
        cleanable.clean();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // The descriptor never blocks; the mode is this class's affair.
    }

    // ---- options and addresses

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return SocketOptionTable.STREAM_OPTIONS;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptionTable.requireSupported(supportedOptions(), name);
        state.requireOpen();
        transport.setOption(name, value);
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptionTable.requireSupported(supportedOptions(), name);
        state.requireOpen();
        return (T) transport.getOption(name);
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        state.requireOpen();
        return transport.localAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        state.requireOpen();
        return transport.remoteAddress();
    }

    @Override
    public Socket socket() {
        Socket known = socket;
        if (known == null) {
            synchronized (this) {
                known = socket;
                if (known == null) {
                    known = forSocket ? StandInSocket.over(this) : SocketAdaptor.of(this);
                    socket = known;
                }
            }
        }
        return known;
    }

    // ---- selection

    @Override
    public int fd() {
        return transport.fd();
    }

    /** What a snapshot of the engine shows of it; {@code null} while there is no connection, nor an attempt at one. */
    SmcSnapshot.Connection snapshot() {
        return transport.snapshot();
    }

    @Override
    public SmcConnection smcConnection() {
        return transport.smcConnection();
    }

    /** Whether it ends with the engine. */
    boolean isOnSmc() {
        return transport.isOnSmc();
    }

    @Override
    public int pollEvents(int interestOps) {
        return transport.pollEvents(interestOps);
    }

    @Override
    public int readyOps(int events, int interestOps) {
        if ((events & (Sockets.POLLERR | Sockets.POLLHUP)) != 0) {
            return interestOps;
        }
        int ready = (events & Sockets.POLLIN) != 0 ? SelectionKey.OP_READ : 0;
        if ((events & Sockets.POLLOUT) != 0) {
            ready |= state.isConnected() ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
        }
        return ready;
    }

    @Override
    public int readyOps(int interestOps) {
        if (state.isPending()) {
            return transport.isConnectDecided() ? SelectionKey.OP_CONNECT : 0;
        }
        return state.isConnected() ? transport.readyOps(interestOps, input.isShutdown()) : 0;
    }

    @Override
    public ChannelKeys keys() {
        return keys;
    }

    // ---- helpers

    /**
     * Begins what may wait: until {@link #endWaiting}, an interrupt of the thread closes the channel. To interrupt a
     * platform thread does nothing to a socket.
     */
    void beginWaiting() {
        if (isInterruptible()) {
            begin();
        }
    }

    private boolean isInterruptible() {
        return !forSocket || Thread.currentThread().isVirtual();
    }

    /** Whether an interrupt came before the call. It closes a channel, but a socket only if the call has to wait. */
    private boolean isInterruptedSocket() {
        return forSocket && Thread.currentThread().isInterrupted() && Thread.currentThread().isVirtual();
    }

    /**
     * Ends what may have waited. Not to be called with the read or write lock held: it may wait for a close, and that
     * for them.
     *
     * @param completed whether it had an effect
     */
    void endWaiting(boolean completed) throws AsynchronousCloseException {
        if (isInterruptible()) {
            end(completed);
        } else if (!completed && !isOpen()) {
            throw new AsynchronousCloseException();
        }
    }

    private void lockBoth() {
        readLock.lock();
        writeLock.lock();
    }

    private void unlockBoth() {
        writeLock.unlock();
        readLock.unlock();
    }

    @Override
    public String toString() {
        return "SmcSocketChannel[" + (isOpen() ? transport.describe() : "closed") + "]";
    }
}
