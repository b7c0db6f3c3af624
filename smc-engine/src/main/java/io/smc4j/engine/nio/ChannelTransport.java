package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.negotiation.ClientNegotiation;
import io.smc4j.engine.negotiation.Negotiable;
import io.smc4j.engine.negotiation.Negotiation;
import io.smc4j.engine.negotiation.ServerNegotiation;
import io.smc4j.engine.negotiation.SmcEngine;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What carries a channel's bytes: the TCP socket, which it owns, and the SMC connection once there is one. The channel sees
 * to who may call what when; the negotiation reports from the control loop.
 */
final class ChannelTransport implements Negotiable {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");

    private enum Phase { IDLE, CONNECTING, NEGOTIATING, TCP, SMC, FAILED, CLOSED }

    private static final int NO_DESCRIPTOR = -1;

    private final SmcSelectorProvider provider;
    private final SmcEngine engine;
    private final SmcSocketChannel channel;
    private final ReentrantLock writeLock;
    private final boolean ipv6;
    private final Outcome outcome = new Outcome();
    private final DescriptorWaits waits = new DescriptorWaits();
    private final Map<SocketOption<?>, Object> options = new LinkedHashMap<>();
    private final long id;

    private volatile int fd;
    private volatile TcpStream tcp;
    private volatile Phase phase = Phase.IDLE;
    private volatile boolean gated;
    private volatile SmcConnection smc;
    private volatile Negotiation negotiation;
    private volatile IOException failure;
    private volatile FallbackReason reason;
    private volatile int peerDiagnosis;
    private volatile InetSocketAddress local;
    private volatile InetSocketAddress remote;
    private InetSocketAddress bound;
    private SmcSnapshot.Role role = SmcSnapshot.Role.CLIENT;
    private Instant since = Instant.EPOCH;

    ChannelTransport(SmcSelectorProvider provider, SmcSocketChannel channel, ReentrantLock writeLock) throws OsException {
        this(provider, channel, writeLock, Sockets.openStream(Sockets.ipv6Available()), Sockets.ipv6Available());
    }

    private ChannelTransport(SmcSelectorProvider provider, SmcSocketChannel channel, ReentrantLock writeLock, int fd,
            boolean ipv6) {
        this.provider = provider;
        this.engine = provider.engine();
        this.channel = channel;
        this.writeLock = writeLock;
        this.ipv6 = ipv6;
        this.id = provider.nextConnectionId();
        this.fd = fd;
        this.tcp = new TcpStream(fd);
    }

    /** For an accepted connection; takes over the descriptor, also when it fails. */
    ChannelTransport(SmcSelectorProvider provider, SmcSocketChannel channel, ReentrantLock writeLock, int fd, boolean ipv6,
            InetSocketAddress remote, SmcServerSocketChannel listener) throws IOException {
        this(provider, channel, writeLock, fd, ipv6);
        this.role = SmcSnapshot.Role.SERVER;
        this.since = Instant.now();
        this.remote = remote;
        try {
            local = Sockets.localAddress(fd);
        } catch (IOException e) {
            Sockets.close(fd);
            throw e;
        }
        Object receiveBuffer = listener.receiveBuffer();
        if (receiveBuffer != null) {
            options.put(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
    }

    // ---- connecting

    /** Begins to look for a Proposal. */
    void startServer(SmcServerSocketChannel listener) {
        FallbackReason objection = listener.isMarked() ? ServerNegotiation.objection(engine, local, remote)
                : FallbackReason.DISABLED;
        if (objection == null) {
            phase = Phase.NEGOTIATING;
            try {
                negotiation = ServerNegotiation.start(engine, this, fd, remote.getAddress(), local.getPort());
            } catch (OsException e) {
                objection = notNegotiated(e);
            }
        }
        if (objection != null) {
            settle(objection, 0, false);
        }
    }

    private static FallbackReason notNegotiated(OsException cause) {
        LOG.log(System.Logger.Level.DEBUG, "SMC negotiation not begun", cause);
        return FallbackReason.NO_RESOURCES;
    }

    void bind(InetSocketAddress address) throws IOException {
        try {
            Sockets.bind(fd, ipv6, address);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
        bound = address;
        local = Sockets.localAddress(fd);
    }

    /** Returns whether the connection stands already. */
    boolean connect(InetSocketAddress target) throws IOException {
        FallbackReason objection = ClientNegotiation.objection(engine, target);
        since = Instant.now();
        remote = target;
        boolean connected = connectTcp();
        if (objection == null) {
            phase = Phase.NEGOTIATING;
            try {
                negotiation = ClientNegotiation.start(engine, this, fd, target);
                objection = negotiation == null ? FallbackReason.PEER_WITHOUT_SMC : null;
            } catch (OsException e) {
                objection = notNegotiated(e);
            }
        }
        if (objection != null) {
            reason = objection;
            phase = Phase.CONNECTING;
        }
        channel.keys().changed();
        return connected && phase == Phase.CONNECTING && isConnectFinished();
    }

    private boolean connectTcp() throws IOException {
        try {
            return Sockets.connect(fd, ipv6, remote);
        } catch (OsException e) {
            throw OsException.asNetworkException(e);
        }
    }

    @Override
    public int reconnect() throws IOException {
        synchronized (options) {
            // A reset frees the local port at once. To close first leaves room for the new descriptor.
            Sockets.setLinger(fd, 0);
            Sockets.close(fd);
            fd = NO_DESCRIPTOR;
            fd = Sockets.openStream(ipv6);
            tcp = new TcpStream(fd);
            for (Map.Entry<SocketOption<?>, Object> option : options.entrySet()) {
                SocketOptionTable.set(fd, ipv6, option.getKey(), option.getValue());
            }
            if (bound != null) {
                Sockets.bind(fd, ipv6, bound.getPort() != 0 ? bound : local);
            }
        }
        connectTcp();
        return fd;
    }

    /** Whether {@link #connected()} may be called. */
    boolean isConnectFinished() throws IOException {
        switch (phase) {
            case FAILED -> throw failure;
            case CONNECTING -> {
                if (Sockets.poll(fd, Sockets.POLLOUT, 0) == 0) {
                    return false;
                }
                int errno = Sockets.connectResult(fd);
                if (errno != 0) {
                    throw OsException.asNetworkException(OsException.of("connect", errno));
                }
                settle(reason, 0, false);
                return true;
            }
            case TCP, SMC -> {
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** Whether the negotiation is over, with whatever outcome. */
    boolean isOutcomeKnown() {
        Phase now = phase;
        return now == Phase.TCP || now == Phase.SMC || now == Phase.FAILED;
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitConnect(long timeoutMillis) throws IOException {
        long millis = timeoutMillis <= 0 ? -1 : timeoutMillis;
        if (phase == Phase.CONNECTING) {
            return poll(provider.writeWaiter(), millis);
        }
        return outcome.await(() -> phase != Phase.NEGOTIATING || waits.isClosing(), millis < 0 ? -1 : millis * 1_000_000);
    }

    void connected() throws IOException {
        local = Sockets.localAddress(fd);
    }

    private void settle(FallbackReason why, int diagnosis, boolean gate) {
        reason = why;
        peerDiagnosis = diagnosis;
        gated = gate;
        phase = Phase.TCP;
        engine.statistics().fallback(why);
    }

    // ---- what the negotiation asks and reports

    @Override
    public int receiveRingSize() {
        return ringSize(StandardSocketOptions.SO_RCVBUF, engine.config().receiveBufferSize());
    }

    @Override
    public int sendRingSize() {
        return ringSize(StandardSocketOptions.SO_SNDBUF, engine.config().sendBufferSize());
    }

    private int ringSize(SocketOption<Integer> option, int configured) {
        synchronized (options) {
            return SmcConfig.ringSize(options.get(option) instanceof Integer wanted ? wanted : configured);
        }
    }

    @Override
    public ReentrantLock writeLock() {
        return writeLock;
    }

    @Override
    public void onSmc(SmcConnection connection) {
        smc = connection;
        phase = Phase.SMC;
        outcome.signal();
        channel.keys().changed();
    }

    @Override
    public void onTcp(FallbackReason why, int diagnosis, boolean gate) {
        settle(why, diagnosis, gate);
        outcome.signal();
        channel.keys().changed();
    }

    @Override
    public void onFailure(IOException cause) {
        failure = cause;
        phase = Phase.FAILED;
        outcome.signal();
        channel.keys().changed();
    }

    @Override
    public void onGateOpened() {
        gated = false;
        outcome.signal();
        channel.keys().changed();
    }

    @Override
    public void onLinkDown() {
        channel.keys().changed();
    }

    // ---- stream

    int read(ByteBuffer target) throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            return connection.read(target);
        }
        return isReadableTcp() ? tcp.read(target) : TcpStream.UNAVAILABLE;
    }

    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            return connection.read(targets, offset, length);
        }
        return isReadableTcp() ? tcp.read(targets, offset, length) : TcpStream.UNAVAILABLE;
    }

    private boolean isReadableTcp() throws IOException {
        if (phase == Phase.FAILED) {
            throw failure;
        }
        return phase == Phase.TCP && !gated;
    }

    int available() throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            return connection.available();
        }
        return isReadableTcp() ? Math.max(0, Sockets.peek(fd, ByteBuffer.allocate(8192))) : 0;
    }

    int write(ByteBuffer source) throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            return connection.write(source);
        }
        return isWritableTcp() ? tcp.write(source) : writeAfterOutcome(new ByteBuffer[] {source}, 0, 1);
    }

    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            return connection.write(sources, offset, length);
        }
        return isWritableTcp() ? tcp.write(sources, offset, length) : writeAfterOutcome(sources, offset, length);
    }

    private boolean isWritableTcp() throws IOException {
        if (phase == Phase.FAILED) {
            throw failure;
        }
        if (phase == Phase.NEGOTIATING && negotiation instanceof ServerNegotiation server) {
            server.ownerWrites();
        }
        return phase == Phase.TCP;
    }

    /** The outcome may have become SMC since the last look. */
    private int writeAfterOutcome(ByteBuffer[] sources, int offset, int length) throws IOException {
        SmcConnection connection = smc;
        return connection == null ? 0 : (int) connection.write(sources, offset, length);
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitReadable(long timeoutNanos) throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            return connection.awaitReadable(timeoutNanos);
        }
        if (phase == Phase.TCP && !gated) {
            return poll(provider.readWaiter(), timeoutNanos < 0 ? -1 : (timeoutNanos + 999_999) / 1_000_000);
        }
        return outcome.await(() -> phase != Phase.NEGOTIATING && !gated || waits.isClosing() || channel.isInputShutdown(),
                timeoutNanos);
    }

    void awaitWritable() throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            connection.awaitWritable();
        } else if (phase == Phase.TCP) {
            poll(provider.writeWaiter(), -1);
        } else {
            outcome.await(() -> phase != Phase.NEGOTIATING || waits.isClosing() || channel.isOutputShutdown(), -1);
        }
    }

    private boolean poll(FdWaiter waiter, long timeoutMillis) throws IOException {
        return waits.await(waiter, fd, timeoutMillis);
    }

    // ---- readiness

    int pollEvents(int interestOps) {
        int events = 0;
        switch (phase) {
            case CONNECTING -> events = (interestOps & SelectionKey.OP_CONNECT) != 0 ? Sockets.POLLOUT : 0;
            case TCP -> {
                events = (interestOps & SelectionKey.OP_READ) != 0 && !gated ? Sockets.POLLIN : 0;
                events |= (interestOps & SelectionKey.OP_WRITE) != 0 ? Sockets.POLLOUT : 0;
            }
            default -> {
                // The descriptor is the negotiation's, or its readiness does not matter.
            }
        }
        return events;
    }

    int readyOps(int interestOps, boolean inputShutdown) {
        SmcConnection connection = smc;
        if (connection == null) {
            return switch (phase) {
                case FAILED -> interestOps;
                case NEGOTIATING -> negotiation instanceof ServerNegotiation server && server.isOpen()
                        ? SelectionKey.OP_WRITE : 0;
                default -> 0;
            };
        }
        int ready = 0;
        if ((interestOps & SelectionKey.OP_READ) != 0 && (inputShutdown || connection.isReadable())) {
            ready = SelectionKey.OP_READ;
        }
        if ((interestOps & SelectionKey.OP_WRITE) != 0 && connection.isWritable()) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    int fd() {
        return fd;
    }

    SmcConnection smcConnection() {
        return smc;
    }

    // ---- end

    void shutdownInput() throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            connection.shutdownInput();
        } else if (phase == Phase.TCP) {
            Sockets.shutdown(fd, Sockets.SHUT_RD);
        }
        outcome.signal();
    }

    void shutdownOutput() throws IOException {
        if (phase == Phase.NEGOTIATING) {
            isWritableTcp();
            // A Proposal is being answered: the outcome is near, and bounded by the handshake time.
            outcome.await(() -> phase != Phase.NEGOTIATING || waits.isClosing(), -1);
        }
        SmcConnection connection = smc;
        if (connection != null) {
            connection.shutdownOutput();
        } else {
            Sockets.shutdown(fd, Sockets.SHUT_WR);
        }
    }

    /** Has threads that wait for room return, after the channel's output was marked as shut down; any thread. */
    void interruptWrites() throws IOException {
        SmcConnection connection = smc;
        if (connection != null) {
            connection.interruptWrites();
        } else if (phase == Phase.TCP) {
            synchronized (options) {
                if (fd >= 0) {
                    Sockets.shutdown(fd, Sockets.SHUT_WR);
                }
            }
        }
        outcome.signal();
    }

    /** Has all waiting threads return; any thread. */
    void interrupt() throws IOException {
        waits.close();
        if (negotiation != null) {
            negotiation.cancel();
        }
        SmcConnection connection = smc;
        if (connection != null) {
            connection.interruptWaits();
        }
        outcome.signal();
        waits.interrupt(fd);
    }

    /** Adds up what was sent and received; before {@link #close()}. */
    void countTraffic() {
        SmcConnection connection = smc;
        if (connection != null) {
            engine.statistics().traffic(SmcMode.SMCD, connection.bytesSent(), connection.bytesReceived());
        } else if (phase == Phase.TCP) {
            engine.statistics().traffic(SmcMode.TCP, tcp.bytesSent(), tcp.bytesReceived());
        }
    }

    /** Closes what there is; nobody else uses it any more. */
    void close() {
        if (negotiation != null) {
            negotiation.cancel();
        }
        SmcConnection connection = smc;
        phase = Phase.CLOSED;
        if (connection != null) {
            boolean abort;
            synchronized (options) {
                abort = Integer.valueOf(0).equals(options.get(StandardSocketOptions.SO_LINGER));
            }
            synchronized (this) {
                smc = null;
                connection.close(abort);
            }
        }
        synchronized (options) {
            if (fd != NO_DESCRIPTOR) {
                Sockets.close(fd);
                fd = NO_DESCRIPTOR;
            }
        }
    }

    // ---- options and figures

    void setOption(SocketOption<?> option, Object value) throws IOException {
        synchronized (options) {
            if (fd != NO_DESCRIPTOR) {
                SocketOptionTable.set(fd, ipv6, option, value);
                options.put(option, value);
            }
        }
    }

    Object getOption(SocketOption<?> option) throws IOException {
        synchronized (options) {
            SmcConnection connection = smc;
            if (connection != null && option == StandardSocketOptions.SO_SNDBUF) {
                return connection.sendBufferSize();
            }
            if (connection != null && option == StandardSocketOptions.SO_RCVBUF) {
                return connection.receiveBufferSize();
            }
            if (fd == NO_DESCRIPTOR) {
                throw new SocketException("Socket is closed");
            }
            return SocketOptionTable.get(fd, ipv6, option);
        }
    }

    InetSocketAddress localAddress() {
        return local;
    }

    InetSocketAddress remoteAddress() {
        return channel.isConnected() ? remote : null;
    }

    SmcSnapshot.Connection snapshot() {
        synchronized (this) {
            SmcConnection connection = smc;
            if (connection != null) {
                return new SmcSnapshot.Connection(id, role, local, remote, SmcMode.SMCD, connection.state(),
                        connection.sendBufferSize(), connection.receiveBufferSize(), connection.bytesSent(),
                        connection.bytesReceived(), null, 0, since);
            }
        }
        boolean onTcp = phase == Phase.TCP;
        return new SmcSnapshot.Connection(id, role, local, remote, onTcp ? SmcMode.TCP : null,
                onTcp ? "ACTIVE" : "INIT", 0, 0, tcp.bytesSent(), tcp.bytesReceived(), onTcp ? reason : null,
                peerDiagnosis, since);
    }

    String describe() {
        return phase + " local=" + local + " remote=" + remote;
    }
}
