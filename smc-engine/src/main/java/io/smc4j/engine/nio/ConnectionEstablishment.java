package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.negotiation.ConnectPlan;
import io.smc4j.engine.negotiation.Negotiable;
import io.smc4j.engine.negotiation.Negotiation;
import io.smc4j.engine.negotiation.ServerNegotiation;
import io.smc4j.engine.nio.select.ChannelKeys;
import io.smc4j.engine.os.OsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How a channel's connection comes about: the TCP connect, the negotiation, and what came of it. The negotiation
 * reports from the control loop and takes none of the channel's locks; the rest is for {@link ChannelTransport}, which
 * asks here which stream carries the bytes.
 */
final class ConnectionEstablishment implements Negotiable {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");

    /** When to look again for room for what was written early: it is rare that a fresh connection has none. */
    private static final long FLUSH_NANOS = 1_000_000;

    enum Phase { IDLE, CONNECTING, NEGOTIATING, TCP, SMC, FAILED, CLOSED }

    private final SmcSelectorProvider provider;
    private final SmcEngine engine;
    private final ChannelKeys keys;
    private final ShutdownFlags shutdown;
    private final TcpSocket socket;
    private final ReentrantLock writeLock;
    private final NegotiationSignal outcome = new NegotiationSignal();
    private final EarlyOutput early = new EarlyOutput();

    private volatile Phase phase = Phase.IDLE;
    /** Whether TCP has connected, so that the channel counts as connected, whatever comes of the negotiation. */
    private volatile boolean connected;
    private volatile boolean gated;
    private volatile SmcConnection smc;
    /** The same, once it has taken what was written early. */
    private volatile SmcConnection smcOutput;
    private volatile boolean tcpOutput;
    private volatile Negotiation negotiation;
    private volatile IOException failure;
    private volatile FallbackReason reason;
    private volatile int peerDiagnosis;

    ConnectionEstablishment(SmcSelectorProvider provider, ChannelKeys keys, ShutdownFlags shutdown, TcpSocket socket,
            ReentrantLock writeLock) {
        this.provider = provider;
        this.engine = provider.engine();
        this.keys = keys;
        this.shutdown = shutdown;
        this.socket = socket;
        this.writeLock = writeLock;
    }

    /** The established connection; {@code null} while there is none, and always on TCP. */
    SmcConnection smc() {
        return smc;
    }

    /**
     * The established connection as far as writing goes: {@code null} also while what was written early is not handed
     * on.
     */
    SmcConnection smcOutput() {
        return smcOutput;
    }

    Phase phase() {
        return phase;
    }

    /** Whether the application's bytes come over TCP; any thread. */
    boolean isOnTcp() {
        return phase == Phase.TCP && !gated;
    }

    /** Why the connection is on TCP, if it is. */
    FallbackReason reason() {
        return reason;
    }

    /** The code in the peer's Decline, or 0. */
    int peerDiagnosis() {
        return peerDiagnosis;
    }

    // ---- connecting

    /** Begins to look for a Proposal on an accepted socket. */
    void startServer(SmcServerSocketChannel listener) {
        InetSocketAddress local = socket.localAddress();
        InetSocketAddress remote = socket.remoteAddress();
        if (isKernels(local, remote)) {
            settle(null, 0, false);
            return;
        }
        boolean mustNegotiate = listener.isMarked() && engine.negotiations().isObligatory(socket.fd());
        FallbackReason objection = !listener.isMarked() ? FallbackReason.DISABLED
                : mustNegotiate ? null : engine.negotiations().objection(local, remote);
        if (objection == null) {
            phase = Phase.NEGOTIATING;
            try {
                negotiation =
                        engine.negotiations().accept(this, socket.fd(), local, remote.getAddress(), mustNegotiate);
            } catch (OsException e) {
                objection = notNegotiated(e);
            }
        }
        if (objection != null) {
            settle(objection, 0, false);
        }
    }

    /**
     * Whether an accepted socket's mode is the kernel's affair alone: nobody can send a Proposal of the engine's on it.
     */
    private boolean isKernels(InetSocketAddress local, InetSocketAddress remote) {
        return socket.kernel() != null && (!engine.config().sharedMemoryEnabled()
                || engine.negotiations().objection(local, remote) == FallbackReason.PEER_NOT_LOCAL);
    }

    private static FallbackReason notNegotiated(OsException cause) {
        LOG.log(System.Logger.Level.DEBUG, "SMC negotiation not begun", cause);
        return FallbackReason.NO_RESOURCES;
    }

    /**
     * Begins to connect. Returns whether the connection stands already.
     *
     * @param blocking whether the caller would wait; a connect that does not block is finished later, as with TCP
     */
    boolean connect(InetSocketAddress target, boolean blocking) throws IOException {
        if (engine.negotiations().kernelSmc().carries(target)) {
            return connectByKernel(target);
        }
        ConnectPlan plan = engine.negotiations().plan(target);
        plan.announce(socket.fd());
        connected = connect(target, plan);
        FallbackReason objection = plan.objection();
        if (objection == null) {
            phase = Phase.NEGOTIATING;
            try {
                negotiation = plan.start(this, socket.fd(), connected);
                objection = plan.objection();
            } catch (OsException e) {
                plan.giveUp(socket.fd());
                objection = notNegotiated(e);
            }
        }
        if (objection != null) {
            reason = objection;
            phase = Phase.CONNECTING;
        }
        keys.changed();
        return connected && blocking && isConnectFinished();
    }

    private boolean connect(InetSocketAddress target, ConnectPlan plan) throws IOException {
        try {
            // Within a host the kernel says "in progress" although all is done.
            return socket.connect(target) || plan.usesMarkers() && socket.isConnected();
        } catch (IOException e) {
            plan.giveUp(socket.fd());
            throw e;
        }
    }

    private boolean connectByKernel(InetSocketAddress target) throws IOException {
        reason = socket.moveToKernelSmc(target);
        socket.connect(target);
        phase = reason == null ? Phase.NEGOTIATING : Phase.CONNECTING;
        if (reason == null) {
            try {
                negotiation = engine.negotiations().kernelSmc().start(this, socket.fd(), target);
            } catch (OsException e) {
                notNegotiated(e);
                phase = Phase.CONNECTING;
            }
        }
        keys.changed();
        return false;
    }

    /** Whether {@link TcpSocket#updateLocalAddress()} may be called. */
    boolean isConnectFinished() throws IOException {
        if (phase == Phase.CONNECTING) {
            if (!socket.isConnectFinished()) {
                return false;
            }
            settle(reason, 0, false);
        } else if (phase == Phase.FAILED && !connected) {
            throw failure;
        }
        // What fails after TCP has connected fails the stream and not the connect.
        return connected;
    }

    /** Whether TCP has connected or failed to, as far as a negotiation sees to that; any thread. */
    boolean isConnectDecided() {
        return phase != Phase.CONNECTING && (connected || phase == Phase.FAILED);
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitConnect(long timeoutMillis) throws IOException {
        long millis = timeoutMillis <= 0 ? -1 : timeoutMillis;
        if (phase == Phase.CONNECTING) {
            return socket.await(provider.writeWaiter(), millis, () -> false);
        }
        return outcome.await(() -> isConnectDecided() || socket.isClosing(), millis < 0 ? -1 : millis * 1_000_000);
    }

    /** What the kernel makes of an AF_SMC socket is counted when it is looked at. */
    private void settle(FallbackReason why, int diagnosis, boolean gate) {
        reason = why;
        peerDiagnosis = diagnosis;
        gated = gate;
        connected = true;
        phase = Phase.TCP;
        if (socket.kernel() == null) {
            engine.statistics().fallback(why);
        }
        handOn(EarlyOutput.tcp(socket, () -> opened(null)));
    }

    // ---- what the negotiation asks and reports

    @Override
    public int receiveSize() {
        return bufferSize(StandardSocketOptions.SO_RCVBUF, engine.config().buffers().receiveSize());
    }

    @Override
    public int sendSize() {
        return bufferSize(StandardSocketOptions.SO_SNDBUF, engine.config().buffers().sendSize());
    }

    private int bufferSize(SocketOption<Integer> option, int configured) {
        return SmcConfig.bufferSize(socket.requestedOption(option) instanceof Integer wanted ? wanted : configured);
    }

    @Override
    public ReentrantLock writeLock() {
        return writeLock;
    }

    @Override
    public int reconnect() throws IOException {
        socket.reconnect();
        return socket.fd();
    }

    @Override
    public void onConnected() {
        socket.updateReconnectedAddress();
        connected = true;
        changed();
    }

    @Override
    public void onSmc(SmcConnection connection) {
        connected = true;
        smc = connection;
        phase = Phase.SMC;
        handOn(EarlyOutput.smc(connection, () -> opened(connection)));
        changed();
    }

    @Override
    public void onTcp(FallbackReason why, int diagnosis, boolean gate) {
        socket.updateReconnectedAddress();
        settle(why, diagnosis, gate);
        changed();
    }

    @Override
    public void onFailure(IOException cause) {
        failure = cause;
        phase = Phase.FAILED;
        // Who waits at the gate is to meet the failure.
        gated = false;
        changed();
    }

    @Override
    public void onGateOpened() {
        gated = false;
        changed();
    }

    @Override
    public void onLinkDown() {
        keys.changed();
    }

    private void changed() {
        outcome.signal();
        keys.changed();
    }

    // ---- what may be done meanwhile

    /** Whether TCP may be read; with the read lock held. */
    boolean isReadableTcp() throws IOException {
        if (phase == Phase.FAILED) {
            throw TcpStream.ofRead(failure);
        }
        return isOnTcp();
    }

    /** Whether TCP may be written, which it may if asking has decided so; with the write lock held. */
    boolean isWritableTcp() throws IOException {
        if (tcpOutput) {
            return true;
        }
        if (phase == Phase.FAILED) {
            throw TcpStream.ofWrite(failure);
        }
        if (phase == Phase.NEGOTIATING && negotiation instanceof ServerNegotiation server) {
            server.ownerWrites();
        }
        return tcpOutput;
    }

    /**
     * Writes as far as there is room before the outcome is known, or when it has just become so; with the write lock
     * held.
     *
     * @return the number of bytes written, 0 if there is no room
     */
    long writeEarly(ByteBuffer[] sources, int offset, int length) throws IOException {
        int n = early.flush() ? EarlyOutput.CLOSED : early.add(sources, offset, length);
        if (n == EarlyOutput.CLOSED) {
            return smcOutput != null ? smcOutput.write(sources, offset, length)
                    : isWritableTcp() ? socket.stream().write(sources, offset, length) : 0;
        }
        if (!early.hasRoom() && phase == Phase.NEGOTIATING && negotiation != null) {
            negotiation.hurry();
        }
        return n;
    }

    /** The outcome is known: what was written meanwhile goes first. */
    private void handOn(EarlyOutput.Stream stream) {
        if (!early.open(stream)) {
            engine.loop().schedule(FLUSH_NANOS, this::flush);
        }
    }

    private void opened(SmcConnection connection) {
        smcOutput = connection;
        tcpOutput = connection == null;
        changed();
    }

    private void flush() {
        if (!early.flush()) {
            engine.loop().schedule(FLUSH_NANOS, this::flush);
        }
    }

    /** What is ready without a connection on SMC, and not for the descriptor to tell; any thread. */
    int readyOps(int interestOps) {
        return switch (phase) {
            case FAILED -> interestOps;
            case NEGOTIATING -> early.hasRoom() ? SelectionKey.OP_WRITE : 0;
            default -> 0;
        };
    }

    /**
     * Waits for something to be readable or failed, or for the input to be shut down; {@code false} if the time was
     * over.
     */
    boolean awaitReadable(long timeoutNanos) {
        return outcome.await(() -> phase != Phase.NEGOTIATING && !gated || socket.isClosing() || shutdown.input,
                timeoutNanos);
    }

    /** Whether the outcome is TCP, and what was written early handed on; any thread. */
    boolean isOutputOnTcp() {
        return tcpOutput;
    }

    /** Waits for room or the outcome, or for the output to be shut down; {@code false} if the time was over. */
    boolean awaitWritable(long timeoutNanos) {
        return outcome.await(() -> early.hasRoom() || phase == Phase.FAILED || socket.isClosing()
                || shutdown.output, timeoutNanos);
    }

    /** Waits until it is known where the output goes, and what was written early has gone there. */
    void awaitOutput() {
        Negotiation current = negotiation;
        if (phase == Phase.NEGOTIATING && current != null) {
            current.hurry();
        }
        outcome.await(() -> tcpOutput || smcOutput != null || phase == Phase.FAILED || socket.isClosing()
                || shutdown.output, -1);
    }

    /** Ends the output when the outcome is known. Returns {@code false} if it is. */
    boolean endEarly() throws IOException {
        return phase == Phase.FAILED || !isWritableTcp() && early.end();
    }

    /** An urgent byte may have become readable. */
    void lookAgain() {
        if (phase == Phase.NEGOTIATING && negotiation instanceof ServerNegotiation server) {
            server.lookAgain();
        }
    }

    /** Has those who wait look whether the channel was shut down or closed meanwhile; any thread. */
    void signal() {
        outcome.signal();
    }

    // ---- end

    /** Stops a negotiation, which uses the descriptor no more when this returns; any thread. */
    void cancel() {
        Negotiation current = negotiation;
        if (current != null) {
            current.cancel(socket.isResetByClose());
        }
    }

    /** There is neither stream any more. */
    void end() {
        phase = Phase.CLOSED;
    }

    /** Takes what was written early and not handed on; after {@link #cancel()}. */
    ByteBuffer takeEarly() {
        return early.take();
    }

    /**
     * Leaves the descriptor to the negotiation, if that has something to say or to hear before the socket is closed;
     * after {@link #cancel()}.
     *
     * @param rest what {@link #takeEarly()} has returned
     */
    boolean leaveDescriptor(ByteBuffer rest) {
        Negotiation current = negotiation;
        return current != null && smc == null && current.part(rest);
    }

    /** Gives up the connection, whose memory goes with its close. */
    void forgetSmc() {
        smc = null;
    }
}
