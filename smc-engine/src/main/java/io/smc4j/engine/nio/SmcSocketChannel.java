package io.smc4j.engine.nio;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A socket channel that runs on SMC where its {@link ChannelTransport} finds a way, else on TCP.
 *
 * <p>Lock order: the channel's own (of {@code AbstractSelectableChannel} and {@code AbstractInterruptibleChannel}), read,
 * write. The transport's callbacks take none. As {@code end} of an interrupted operation and {@code close} take the channel's
 * own, both are called outside of read and write lock.
 */
final class SmcSocketChannel extends SocketChannel implements BlockingStream, SelectableSocket {

    private static final int UNAVAILABLE = Sockets.UNAVAILABLE;
    private static final int EOF = Sockets.EOF;

    private enum State { UNCONNECTED, PENDING, CONNECTED, CLOSED }

    private final SmcSelectorProvider provider;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ChannelKeys keys = new ChannelKeys();
    private final ChannelTransport transport;
    private volatile State state;
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;
    /** Whether {@link #outputShutdown} was carried out; guarded by the write lock. */
    private boolean outputEnded;
    private volatile Socket socket;

    /** A channel for an outgoing connection. */
    SmcSocketChannel(SmcSelectorProvider provider) throws IOException {
        super(provider);
        this.provider = provider;
        this.transport = new ChannelTransport(provider, this, writeLock);
        this.state = State.UNCONNECTED;
        provider.opened(this);
    }

    /** A channel for an accepted connection; takes over the descriptor, also when it fails. */
    SmcSocketChannel(SmcSelectorProvider provider, int fd, boolean ipv6, InetSocketAddress remote,
            SmcServerSocketChannel listener) throws IOException {
        super(provider);
        this.provider = provider;
        this.transport = new ChannelTransport(provider, this, writeLock, new TcpSocket(fd, ipv6, remote));
        this.state = State.CONNECTED;
        provider.opened(this);
        transport.startServer(listener);
    }

    // ---- connect

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        lockBoth();
        try {
            requireOpen();
            if (state == State.PENDING) {
                throw new ConnectionPendingException();
            }
            if (transport.localAddress() != null) {
                throw new AlreadyBoundException();
            }
            transport.bind(local == null ? Addresses.any() : Addresses.requireResolved(local));
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
        InetSocketAddress target = Addresses.connectable(Addresses.requireResolved(remote));
        requireOpen();
        try {
            boolean completed = false;
            try {
                if (blocking) {
                    begin();
                }
                completed = startConnect(target, timeoutMillis, blocking);
            } finally {
                if (blocking) {
                    end(completed);
                }
            }
            return completed;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private boolean startConnect(InetSocketAddress target, long timeoutMillis, boolean blocking) throws IOException {
        lockBoth();
        try {
            requireOpen();
            if (state == State.CONNECTED) {
                throw new AlreadyConnectedException();
            }
            if (state == State.PENDING) {
                throw new ConnectionPendingException();
            }
            if (transport.connect(target)) {
                connected();
            } else {
                moveTo(State.UNCONNECTED, State.PENDING);
                if (blocking) {
                    finish(timeoutMillis);
                }
            }
            return state == State.CONNECTED;
        } finally {
            unlockBoth();
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        requireOpen();
        boolean blocking = isBlocking();
        try {
            boolean completed = false;
            try {
                if (blocking) {
                    begin();
                }
                completed = endConnect(blocking);
            } finally {
                if (blocking) {
                    end(completed);
                }
            }
            return completed;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private boolean endConnect(boolean blocking) throws IOException {
        lockBoth();
        try {
            requireOpen();
            if (state == State.CONNECTED) {
                return true;
            }
            if (state != State.PENDING) {
                throw new NoConnectionPendingException();
            }
            if (blocking) {
                finish(0);
            } else if (transport.isConnectFinished()) {
                connected();
            }
            return state == State.CONNECTED;
        } finally {
            unlockBoth();
        }
    }

    private void finish(long timeoutMillis) throws IOException {
        if (!transport.awaitConnect(timeoutMillis)) {
            throw new SocketTimeoutException("connect timed out");
        }
        if (isOpen() && transport.isConnectFinished()) {
            connected();
        }
    }

    private void connected() throws IOException {
        transport.connected();
        if (moveTo(state, State.CONNECTED)) {
            keys.changed();
        }
    }

    /** A close that came in between stays. */
    private synchronized boolean moveTo(State from, State to) {
        if (state != from || from == State.CLOSED) {
            return false;
        }
        state = to;
        return true;
    }

    @Override
    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    @Override
    public boolean isConnectionPending() {
        return state == State.PENDING;
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
        return read(dst, timeoutMillis);
    }

    private int read(ByteBuffer dst, long timeoutMillis) throws IOException {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        requireConnected();
        if (!isBlocking()) {
            return readNow(dst);
        }
        int n = UNAVAILABLE;
        try {
            begin();
            n = awaitAndRead(dst, timeoutMillis);
        } finally {
            end(n > 0 || n == EOF && isOpen());
        }
        return n;
    }

    private int readNow(ByteBuffer dst) throws IOException {
        readLock.lock();
        try {
            requireConnected();
            return inputShutdown ? EOF : nonBlocking(transport.read(dst));
        } finally {
            readLock.unlock();
        }
    }

    private int awaitAndRead(ByteBuffer dst, long timeoutMillis) throws IOException {
        readLock.lock();
        try {
            requireConnected();
            long deadline = deadline(timeoutMillis);
            while (!inputShutdown) {
                int n = transport.read(dst);
                if (n != UNAVAILABLE || !isOpen()) {
                    return n;
                }
                if (!transport.awaitReadable(left(deadline, timeoutMillis))) {
                    throw new SocketTimeoutException("Read timed out");
                }
            }
            return EOF;
        } finally {
            readLock.unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        for (int i = offset; i < offset + length; i++) {
            if (dsts[i].isReadOnly()) {
                throw new IllegalArgumentException("Read-only buffer");
            }
        }
        requireConnected();
        if (!isBlocking()) {
            return readNow(dsts, offset, length);
        }
        long n = UNAVAILABLE;
        try {
            begin();
            n = awaitAndRead(dsts, offset, length);
        } finally {
            end(n > 0 || n == EOF && isOpen());
        }
        return n;
    }

    private long readNow(ByteBuffer[] dsts, int offset, int length) throws IOException {
        readLock.lock();
        try {
            requireConnected();
            return inputShutdown ? EOF : nonBlocking(transport.read(dsts, offset, length));
        } finally {
            readLock.unlock();
        }
    }

    private long awaitAndRead(ByteBuffer[] dsts, int offset, int length) throws IOException {
        readLock.lock();
        try {
            requireConnected();
            while (!inputShutdown) {
                long n = transport.read(dsts, offset, length);
                if (n != UNAVAILABLE || !isOpen()) {
                    return n;
                }
                transport.awaitReadable(-1);
            }
            return EOF;
        } finally {
            readLock.unlock();
        }
    }

    private static int nonBlocking(int n) {
        return n == UNAVAILABLE ? 0 : n;
    }

    private static long nonBlocking(long n) {
        return n == UNAVAILABLE ? 0 : n;
    }

    private static long deadline(long timeoutMillis) {
        return timeoutMillis <= 0 ? 0 : System.nanoTime() + timeoutMillis * 1_000_000;
    }

    private static long left(long deadline, long timeoutMillis) {
        return timeoutMillis <= 0 ? -1 : Math.max(0, deadline - System.nanoTime());
    }

    @Override
    public int availableBytes() throws IOException {
        readLock.lock();
        try {
            requireConnected();
            return inputShutdown ? 0 : transport.available();
        } finally {
            readLock.unlock();
        }
    }

    // ---- write

    @Override
    public int write(ByteBuffer src) throws IOException {
        requireWritable();
        int start = src.position();
        if (!isBlocking()) {
            writeNow(src);
            return src.position() - start;
        }
        boolean completed = false;
        try {
            begin();
            awaitAndWrite(src);
            completed = src.position() > start || !src.hasRemaining() && isOpen();
        } finally {
            end(completed);
        }
        return src.position() - start;
    }

    private void writeNow(ByteBuffer src) throws IOException {
        writeLock.lock();
        try {
            requireWritable();
            transport.write(src);
        } finally {
            writeLock.unlock();
        }
    }

    private void awaitAndWrite(ByteBuffer src) throws IOException {
        writeLock.lock();
        try {
            requireWritable();
            while (src.hasRemaining() && isOpen()) {
                if (transport.write(src) == 0 && src.hasRemaining()) {
                    transport.awaitWritable();
                    requireOutput();
                }
            }
        } finally {
            writeLock.unlock();
        }
    }

    @Override
    public void writeFully(ByteBuffer src) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        while (src.hasRemaining()) {
            write(src);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        requireWritable();
        if (!isBlocking()) {
            return writeNow(srcs, offset, length);
        }
        long total = 0;
        boolean completed = false;
        try {
            begin();
            total = awaitAndWrite(srcs, offset, length);
            completed = total > 0 || isOpen();
        } finally {
            end(completed);
        }
        return total;
    }

    private long writeNow(ByteBuffer[] srcs, int offset, int length) throws IOException {
        writeLock.lock();
        try {
            requireWritable();
            return transport.write(srcs, offset, length);
        } finally {
            writeLock.unlock();
        }
    }

    private long awaitAndWrite(ByteBuffer[] srcs, int offset, int length) throws IOException {
        writeLock.lock();
        try {
            requireWritable();
            long total = 0;
            int next = offset;
            int last = offset + length;
            while (isOpen()) {
                while (next < last && !srcs[next].hasRemaining()) {
                    next++;
                }
                if (next == last) {
                    break;
                }
                long n = transport.write(srcs, next, last - next);
                total += n;
                if (n == 0) {
                    transport.awaitWritable();
                    requireOutput();
                }
            }
            return total;
        } finally {
            writeLock.unlock();
        }
    }

    private void requireWritable() throws IOException {
        requireConnected();
        requireOutput();
    }

    private void requireOutput() throws ClosedChannelException {
        if (outputShutdown) {
            throw new ClosedChannelException();
        }
    }

    // ---- shutdown and close

    @Override
    public SocketChannel shutdownInput() throws IOException {
        requireConnected();
        inputShutdown = true;
        transport.shutdownInput();
        keys.changed();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        requireConnected();
        outputShutdown = true;
        transport.interruptWrites();
        writeLock.lock();
        try {
            requireConnected();
            if (!outputEnded) {
                transport.shutdownOutput();
                outputEnded = true;
            }
        } finally {
            writeLock.unlock();
        }
        return this;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        synchronized (this) {
            state = State.CLOSED;
        }
        transport.interrupt();
        lockBoth();
        try {
            keys.detach();
            provider.closed(this, transport::countTraffic);
            transport.close();
        } finally {
            unlockBoth();
        }
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
        requireOpen();
        transport.setOption(name, value);
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptionTable.requireSupported(supportedOptions(), name);
        requireOpen();
        return (T) transport.getOption(name);
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return transport.localAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return transport.remoteAddress();
    }

    @Override
    public Socket socket() {
        Socket known = socket;
        if (known == null) {
            synchronized (this) {
                known = socket;
                if (known == null) {
                    known = SocketAdaptor.of(this);
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

    @Override
    public SmcConnection smcConnection() {
        return transport.smcConnection();
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
            ready |= state == State.CONNECTED ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
        }
        return ready;
    }

    @Override
    public int readyOps(int interestOps) {
        if (state == State.PENDING) {
            return transport.isOutcomeKnown() ? SelectionKey.OP_CONNECT : 0;
        }
        return state == State.CONNECTED ? transport.readyOps(interestOps, inputShutdown) : 0;
    }

    @Override
    public ChannelKeys keys() {
        return keys;
    }

    // ---- helpers

    SmcSnapshot.Connection snapshot() {
        State now = state;
        if (now == State.UNCONNECTED || now == State.CLOSED) {
            return null;
        }
        return transport.snapshot();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireConnected() throws ClosedChannelException {
        if (state != State.CONNECTED) {
            requireOpen();
            throw new NotYetConnectedException();
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
