package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.negotiation.ConnectPlan;
import io.smc4j.engine.negotiation.Negotiable;
import io.smc4j.engine.negotiation.Negotiation;
import io.smc4j.engine.negotiation.Resumption;
import io.smc4j.engine.negotiation.UnattendedGate;
import io.smc4j.engine.os.OsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How a channel's connection comes about: the TCP connect, the negotiation, and the transport that comes of it. The
 * negotiation reports from the control loop and waits for none of the channel's locks.
 */
final class ConnectionEstablishment implements Negotiable {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");

    private final ChannelTransport channel;
    private final NegotiatingTransport negotiating;
    private final SmcEngine engine;
    private final TcpSocket socket;

    /** Whether TCP has connected, so that the channel counts as connected, whatever comes of the negotiation. */
    private volatile boolean connected;
    /** Why nothing is negotiated while TCP connects; only if {@link #plain}. */
    private FallbackReason objection;
    private volatile boolean plain;
    private volatile Negotiation negotiation;
    /** The outcome, if it is TCP. */
    private TcpTransport tcp;
    private volatile IOException failure;
    /** To be run when a connection on TCP is closed; {@code null} if nothing is. */
    private volatile Runnable plainEnd;

    ConnectionEstablishment(ChannelTransport channel, NegotiatingTransport negotiating) {
        this.channel = channel;
        this.negotiating = negotiating;
        this.engine = channel.engine();
        this.socket = channel.socket();
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
        FallbackReason why = !listener.isMarked() ? FallbackReason.DISABLED
                : mustNegotiate ? null : engine.negotiations().objection(local, remote);
        if (why == null) {
            begun(engine.negotiations().accept(this, socket.fd(), local, remote, mustNegotiate));
        } else {
            settle(why, 0, false);
        }
    }

    /**
     * Whether an accepted socket's mode is the kernel's affair alone: nobody can send a Proposal of the engine's on it.
     */
    private boolean isKernels(InetSocketAddress local, InetSocketAddress remote) {
        return socket.kernel() != null && !engine.negotiations().mayShareMemory(local, remote);
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
        FallbackReason why = plan.objection();
        if (why == null) {
            try {
                begun(plan.start(this, socket.fd(), connected));
                why = plan.objection();
            } catch (OsException e) {
                plan.giveUp(socket.fd());
                why = notNegotiated(e);
            }
        }
        if (why != null) {
            connectPlainly(why);
        }
        channel.keys().changed();
        return connected && blocking && isConnectFinished();
    }

    /** @param value {@code null} if there is nothing to be negotiated after all */
    private void begun(Negotiation value) {
        negotiation = value;
        negotiating.begin(value);
    }

    /** @param why {@code null} if the kernel knows */
    private void connectPlainly(FallbackReason why) {
        objection = why;
        plain = true;
        negotiating.beginPlain();
    }

    private boolean connect(InetSocketAddress target, ConnectPlan plan) throws IOException {
        try {
            // Within a host the kernel says "in progress" although all is done.
            return socket.connect(target) || plan.mayBeOnThisHost() && socket.isConnected();
        } catch (IOException e) {
            plan.giveUp(socket.fd());
            throw e;
        }
    }

    private boolean connectByKernel(InetSocketAddress target) throws IOException {
        FallbackReason why = socket.moveToKernelSmc(target);
        socket.connect(target);
        if (why != null) {
            connectPlainly(why);
        } else {
            try {
                begun(engine.negotiations().kernelSmc().start(this, socket.fd(), target));
            } catch (OsException e) {
                notNegotiated(e);
                connectPlainly(null);
            }
        }
        channel.keys().changed();
        return false;
    }

    /** Whether {@link TcpSocket#updateLocalAddress()} may be called. */
    boolean isConnectFinished() throws IOException {
        if (plain) {
            if (!socket.isConnectFinished()) {
                return false;
            }
            plain = false;
            settle(objection, 0, false);
        } else if (failure != null && !connected) {
            throw failure;
        }
        // What fails after TCP has connected fails the stream and not the connect.
        return connected;
    }

    /** Whether TCP has connected or failed to, as far as a negotiation sees to that; any thread. */
    boolean isConnectDecided() {
        return !plain && (connected || failure != null);
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitConnect(long timeoutMillis) throws IOException {
        long millis = timeoutMillis <= 0 ? -1 : timeoutMillis;
        return plain ? channel.awaitDescriptorConnected(millis)
                : channel.await(this::isConnectDecided, millis < 0 ? -1 : millis * 1_000_000);
    }

    /** What the kernel makes of an AF_SMC socket is counted when it is looked at. */
    private void settle(FallbackReason why, int diagnosis, boolean gate) {
        connected = true;
        if (socket.kernel() == null) {
            engine.statistics().fallback(channel.role(), why, socket.remoteAddress(), diagnosis);
        }
        if (engine.config().httpDiscovery() && socket.kernel() == null) {
            register(why);
        }
        tcp = new TcpTransport(channel, why, diagnosis, gate, negotiating.early());
        channel.replace(tcp);
    }

    /** Before the application reads what comes, which may be the question whether this side knows SMC. */
    private void register(FallbackReason why) {
        try {
            socket.updateLocalAddress();
            plainEnd = engine.negotiations().plainConnections().opened(channel.role(), socket.localAddress(),
                    socket.remoteAddress(), why);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "HTTP does not tell of SMC on a connection", e);
        }
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
        return channel.writeLock();
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
        channel.changed();
    }

    @Override
    public void onSmc(SmcConnection connection, Resumption resumption) {
        connected = true;
        connection.move().onPeerMoved(() -> channel.move(FallbackReason.MOVED_BY_PEER));
        SmcTransport smc = new SmcTransport(channel, connection, resumption, negotiating.early());
        channel.established(smc);
        if (resumption != null) {
            resumption.listen(smc);
        }
        connection.move().lookForPeer();
    }

    @Override
    public void onReset() {
        socket.stream().foundReset();
    }

    @Override
    public void onTcp(FallbackReason why, int diagnosis, boolean gate) {
        socket.updateReconnectedAddress();
        settle(why, diagnosis, gate);
    }

    @Override
    public void onFailure(IOException cause) {
        failure = cause;
        channel.replace(new EndedTransport(cause));
    }

    @Override
    public void onGateOpened() {
        tcp.openGate();
        channel.changed();
    }

    @Override
    public void onGateLeft(UnattendedGate gate) {
        tcp.leaveGate(gate);
        channel.changed();
    }

    @Override
    public void onLinkDown() {
        channel.keys().changed();
    }

    // ---- end

    /** Stops a negotiation, which uses the descriptor no more when this returns; any thread. */
    void cancel() {
        Negotiation current = negotiation;
        if (current != null) {
            current.cancel(socket.isResetByClose(), !negotiating.early().isEmpty());
        }
    }

    /** The channel is closed. */
    void closed() {
        Runnable end = plainEnd;
        if (end != null) {
            end.run();
        }
    }

    /**
     * Leaves the descriptor to the negotiation, if that has something to say or to hear before the socket is closed;
     * after {@link #cancel}, and not on SMC.
     *
     * @param rest what was written early and not handed on
     */
    boolean leaveDescriptor(ByteBuffer rest) {
        Negotiation current = negotiation;
        return current != null && current.part(rest);
    }
}
