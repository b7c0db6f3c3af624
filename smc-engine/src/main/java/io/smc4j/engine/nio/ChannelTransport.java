package io.smc4j.engine.nio;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.negotiation.LastBytes;
import io.smc4j.engine.nio.ConnectionEstablishment.Phase;
import io.smc4j.engine.nio.select.ChannelKeys;
import io.smc4j.engine.nio.socket.NamedOption;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What carries a channel's bytes: the SMC connection once {@link ConnectionEstablishment} has one, else the
 * {@link TcpSocket}. The channel sees to who may call what when.
 *
 * <p>Neither this nor anything it leads to refers to the channel, or to what does: all of it stays reachable from the
 * engine while the connection is open, and an application that loses its channel gets rid of both.
 */
final class ChannelTransport {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");
    /** The bytes of a ring are all alike: an urgent one would have to overtake those before it. */
    private static final String NO_URGENT_DATA = "Urgent data is not supported over SMC";

    private final SmcSelectorProvider provider;
    private final SmcEngine engine;
    private final ReentrantLock readLock;
    private final ReentrantLock writeLock;
    private final TcpSocket socket;
    private final ConnectionEstablishment establishment;
    private final SmcSnapshot.Role role;
    private final long id;
    private final BooleanSupplier inputOver;
    private final BooleanSupplier outputOver;
    /** When the connection began; {@code null} while there is none. */
    private volatile Instant since;
    private volatile boolean closed;

    /** @param accepted whether the socket is connected, and this the server's side */
    ChannelTransport(SmcSelectorProvider provider, ChannelKeys keys, ShutdownFlags shutdown, ReentrantLock readLock,
            ReentrantLock writeLock, TcpSocket socket, boolean accepted) {
        this.provider = provider;
        this.engine = provider.engine();
        this.readLock = readLock;
        this.writeLock = writeLock;
        this.socket = socket;
        this.establishment = new ConnectionEstablishment(provider, keys, shutdown, socket, writeLock);
        this.role = accepted ? SmcSnapshot.Role.SERVER : SmcSnapshot.Role.CLIENT;
        this.id = provider.nextConnectionId();
        this.inputOver = () -> shutdown.input;
        this.outputOver = () -> shutdown.output;
        this.since = accepted ? Instant.now() : null;
    }

    // ---- connecting

    /** Begins to look for a Proposal on an accepted connection. */
    void startServer(SmcServerSocketChannel listener) {
        Object receiveBuffer = listener.receiveBuffer();
        if (receiveBuffer != null) {
            socket.inherit(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        establishment.startServer(listener);
    }

    /** Checks an address, as the JDK's channels do. */
    InetSocketAddress requireUsable(SocketAddress address) {
        return Addresses.requireUsable(address, socket.isIpv6());
    }

    /** @param address {@code null} for any */
    void bind(SocketAddress address) throws IOException {
        socket.bind(address == null ? Addresses.any(socket.isIpv6()) : requireUsable(address));
    }

    /** Begins to connect. Returns whether the connection stands already. */
    boolean connect(InetSocketAddress target, boolean blocking) throws IOException {
        since = Instant.now();
        return establishment.connect(target, blocking);
    }

    /** Whether {@link #connected()} may be called. */
    boolean isConnectFinished() throws IOException {
        return establishment.isConnectFinished();
    }

    /** Whether {@link #isConnectFinished()} has news that the descriptor does not tell. */
    boolean isConnectDecided() {
        return establishment.isConnectDecided();
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitConnect(long timeoutMillis) throws IOException {
        return establishment.awaitConnect(timeoutMillis);
    }

    void connected() throws IOException {
        socket.updateLocalAddress();
    }

    // ---- stream

    int read(ByteBuffer target) throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            return connection.read(target);
        }
        return establishment.isReadableTcp() ? socket.stream().read(target) : TcpStream.UNAVAILABLE;
    }

    /**
     * Reads, and waits for bytes if the kernel can do both in one: into memory that may be passed to it, on a thread
     * that it may stop.
     */
    int readOrAwait(ByteBuffer target) throws IOException {
        return establishment.isOnTcp() && target.isDirect() && target.hasRemaining() && socket.kernel() == null
                && !Thread.currentThread().isVirtual() ? socket.readBlocking(target) : read(target);
    }

    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            return connection.read(targets, offset, length);
        }
        return establishment.isReadableTcp() ? socket.stream().read(targets, offset, length) : TcpStream.UNAVAILABLE;
    }

    int available() throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            return connection.available();
        }
        return establishment.isOnTcp() ? socket.available() : 0;
    }

    int write(ByteBuffer source) throws IOException {
        SmcConnection connection = establishment.smcOutput();
        if (connection != null) {
            return connection.write(source);
        }
        return establishment.isWritableTcp() ? socket.stream().write(source)
                : (int) establishment.writeEarly(new ByteBuffer[] {source}, 0, 1);
    }

    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        SmcConnection connection = establishment.smcOutput();
        if (connection != null) {
            return connection.write(sources, offset, length);
        }
        return establishment.isWritableTcp() ? socket.stream().write(sources, offset, length)
                : establishment.writeEarly(sources, offset, length);
    }

    /**
     * Writes a byte as urgent.
     *
     * @param await whether to wait until it is known what carries the connection
     * @return {@code false} if that is not known, or there is no room
     */
    boolean writeUrgent(byte value, boolean await) throws IOException {
        boolean tcp = establishment.isWritableTcp();
        if (!tcp && await) {
            establishment.awaitOutput();
            tcp = establishment.isWritableTcp();
        }
        if (establishment.smc() != null) {
            throw new SocketException(NO_URGENT_DATA);
        }
        return tcp && socket.stream().writeUrgent(value);
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitReadable(long timeoutNanos) throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            return connection.awaitReadable(timeoutNanos);
        }
        if (establishment.isOnTcp()) {
            return socket.await(provider.readWaiter(), timeoutNanos < 0 ? -1 : (timeoutNanos + 999_999) / 1_000_000,
                    inputOver);
        }
        return establishment.awaitReadable(timeoutNanos);
    }

    /**
     * Waits for room.
     *
     * @param negotiatingNanos the longest wait while the outcome is not known, -1 for no limit
     * @return {@code false} if that was over before
     */
    boolean awaitWritable(long negotiatingNanos) throws IOException {
        SmcConnection connection = establishment.smcOutput();
        if (connection != null) {
            connection.awaitWritable();
        } else if (establishment.isOutputOnTcp()) {
            socket.await(provider.writeWaiter(), -1, outputOver);
        } else {
            return establishment.awaitWritable(negotiatingNanos);
        }
        return true;
    }

    // ---- readiness

    int pollEvents(int interestOps) {
        int events = 0;
        switch (establishment.phase()) {
            case CONNECTING -> events = (interestOps & SelectionKey.OP_CONNECT) != 0 ? Sockets.POLLOUT : 0;
            case TCP -> {
                events = (interestOps & SelectionKey.OP_READ) != 0 && establishment.isOnTcp() ? Sockets.POLLIN : 0;
                boolean write = (interestOps & SelectionKey.OP_WRITE) != 0 && establishment.isOutputOnTcp();
                events |= write ? Sockets.POLLOUT : 0;
            }
            default -> {
                // The descriptor is the negotiation's, or its readiness does not matter.
            }
        }
        return events;
    }

    int readyOps(int interestOps, boolean inputShutdown) {
        SmcConnection connection = establishment.smc();
        if (connection == null) {
            return establishment.readyOps(interestOps);
        }
        int ready = 0;
        if ((interestOps & SelectionKey.OP_READ) != 0 && (inputShutdown || connection.isReadable())) {
            ready = SelectionKey.OP_READ;
        }
        if ((interestOps & SelectionKey.OP_WRITE) != 0 && establishment.smcOutput() != null
                && (ready == 0 || !connection.isLastWord()) && connection.isWritable()) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    int fd() {
        return socket.fd();
    }

    SmcConnection smcConnection() {
        return establishment.smc();
    }

    // ---- end

    void shutdownInput() throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            connection.shutdownInput();
        } else if (establishment.phase() == Phase.TCP) {
            socket.shutdown(Sockets.SHUT_RD);
        }
        establishment.signal();
    }

    void shutdownOutput() throws IOException {
        if (establishment.endEarly()) {
            return;
        }
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            connection.shutdownOutput();
        } else {
            socket.shutdown(Sockets.SHUT_WR);
        }
    }

    /** Has threads that wait for room return, after the channel's output was marked as shut down; any thread. */
    void interruptWrites() throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            connection.interruptWrites();
        } else if (establishment.isOutputOnTcp()) {
            socket.interruptWrites();
        }
        establishment.signal();
    }

    /** Has all waiting threads return; any thread. */
    void interrupt() throws IOException {
        socket.beginClose();
        establishment.cancel();
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            connection.interruptWaits();
        }
        establishment.signal();
        socket.interruptWaits();
    }

    /** Whether only a look at the kernel's sockets tells what the connection runs on. */
    private boolean isModeUnknown() {
        KernelConnection kernel = socket.kernel();
        return kernel != null && kernel.mode() == null && establishment.phase() == Phase.TCP;
    }

    /** Takes over what a look at the kernel's sockets has found. */
    void learn(Map<Long, KernelSocket> sockets) {
        KernelConnection kernel = socket.kernel();
        if (kernel != null && establishment.phase() == Phase.TCP) {
            kernel.learn(sockets, establishment.reason(), engine.statistics());
        }
    }

    /** Adds up what was sent and received; before the close. */
    private void countTraffic() {
        SmcConnection connection = establishment.smc();
        if (connection != null) {
            engine.statistics().traffic(connection.mode(), connection.bytesSent(), connection.bytesReceived());
        } else if (establishment.phase() == Phase.TCP) {
            KernelConnection kernel = socket.kernel();
            SmcMode mode = kernel == null || kernel.mode() == null ? SmcMode.TCP : kernel.mode();
            engine.statistics().traffic(mode, socket.stream().bytesSent(), socket.stream().bytesReceived());
        }
    }

    /**
     * Closes a connection whose channel was never closed and cannot be reached any more. A call on the channel may
     * still be under way, as nothing of it but this may be in use.
     */
    void abandon() {
        if (closed) {
            return;
        }
        try {
            interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "waits not interrupted", e);
        }
        readLock.lock();
        writeLock.lock();
        try {
            close();
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    /** Closes what there is, with both locks held. */
    void close() {
        closed = true;
        if (isModeUnknown()) {
            provider.lookAtKernel();
        }
        provider.closed(this, this::countTraffic);
        establishment.cancel();
        ByteBuffer rest = establishment.takeEarly();
        boolean left = establishment.leaveDescriptor(rest);
        SmcConnection connection = establishment.smc();
        establishment.end();
        if (connection != null) {
            synchronized (this) {
                establishment.forgetSmc();
                close(connection, rest);
            }
        }
        if (left) {
            socket.forgetDescriptor();
        } else {
            socket.close();
        }
    }

    private void close(SmcConnection connection, ByteBuffer rest) {
        boolean reset = socket.isResetByClose();
        if (rest.hasRemaining() && !reset) {
            LastBytes.send(engine.negotiations(), connection, rest);
        } else {
            connection.close(reset);
        }
    }

    // ---- options and figures

    void setOption(SocketOption<?> option, Object value) throws IOException {
        if (option == NamedOption.SO_OOBINLINE && Boolean.TRUE.equals(value) && establishment.smc() != null) {
            throw new SocketException(NO_URGENT_DATA);
        }
        socket.setOption(option, value);
        if (option == NamedOption.SO_OOBINLINE) {
            establishment.lookAgain();
        }
    }

    Object getOption(SocketOption<?> option) throws IOException {
        SmcConnection connection = establishment.smc();
        if (connection != null && option == StandardSocketOptions.SO_SNDBUF) {
            return connection.sendBufferSize();
        }
        if (connection != null && option == StandardSocketOptions.SO_RCVBUF) {
            return connection.receiveBufferSize();
        }
        return socket.getOption(option);
    }

    InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    /** Known since the connect began. */
    InetSocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    /** Returns {@code null} while there is no connection, nor an attempt at one. */
    SmcSnapshot.Connection snapshot() {
        if (since == null) {
            return null;
        }
        SmcSnapshot.Connection.Builder shown = SmcSnapshot.Connection.builder(id, role, since)
                .addresses(localAddress(), socket.remoteAddress());
        synchronized (this) {
            SmcConnection connection = establishment.smc();
            if (connection != null) {
                return shown.mode(connection.mode(), connection.state())
                        .bufferSizes(connection.sendBufferSize(), connection.receiveBufferSize())
                        .traffic(connection.bytesSent(), connection.bytesReceived())
                        .linkGroup(connection.linkGroup(), connection.link()).build();
            }
        }
        boolean onTcp = establishment.phase() == Phase.TCP;
        TcpStream stream = socket.stream();
        shown.traffic(stream.bytesSent(), stream.bytesReceived());
        KernelConnection kernel = socket.kernel();
        if (onTcp && kernel != null) {
            return shown.mode(kernel.mode(), kernel.state())
                    .bufferSizes(kernel.sendBufferSize(), kernel.receiveBufferSize())
                    .fallback(kernel.reason(), kernel.peerDiagnosis()).build();
        }
        if (onTcp) {
            shown.mode(SmcMode.TCP, SmcState.ACTIVE);
        }
        return shown.fallback(onTcp ? establishment.reason() : null, establishment.peerDiagnosis()).build();
    }

    String describe() {
        return establishment.phase() + " local=" + socket.localAddress() + " remote=" + socket.remoteAddress();
    }
}
