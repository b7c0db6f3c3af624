package io.smc4j.engine.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;

/**
 * How far a socket channel has come, and the steps that connect it. The steps are taken with the channel's read and
 * write lock held; any thread may ask, or {@link #close}. Its monitor orders a step and a close.
 */
final class ChannelState {

    private enum Stage { UNCONNECTED, PENDING, CONNECTED, CLOSED }

    private final SmcSocketChannel channel;
    private final ChannelTransport transport;
    private volatile Stage stage;

    /** @param accepted whether the channel is connected from the start */
    ChannelState(SmcSocketChannel channel, ChannelTransport transport, boolean accepted) {
        this.channel = channel;
        this.transport = transport;
        this.stage = accepted ? Stage.CONNECTED : Stage.UNCONNECTED;
    }

    // ---- questions

    boolean isConnected() {
        return stage == Stage.CONNECTED;
    }

    boolean isPending() {
        return stage == Stage.PENDING;
    }

    void requireOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    void requireConnected() throws ClosedChannelException {
        if (stage != Stage.CONNECTED) {
            requireOpen();
            throw new NotYetConnectedException();
        }
    }

    // ---- steps

    /** @param local {@code null} for any */
    void bind(SocketAddress local) throws IOException {
        requireOpen();
        if (stage == Stage.PENDING) {
            throw new ConnectionPendingException();
        }
        if (transport.localAddress() != null) {
            throw new AlreadyBoundException();
        }
        transport.bind(local);
    }

    /** Begins to connect, and waits for the end if blocking. Returns whether the channel is connected. */
    boolean connect(InetSocketAddress target, long timeoutMillis, boolean blocking) throws IOException {
        requireOpen();
        if (stage == Stage.CONNECTED) {
            throw new AlreadyConnectedException();
        }
        if (stage == Stage.PENDING) {
            throw new ConnectionPendingException();
        }
        if (transport.connect(target, blocking)) {
            connected();
        } else {
            moveTo(Stage.UNCONNECTED, Stage.PENDING);
            if (blocking) {
                await(timeoutMillis);
            }
        }
        return stage == Stage.CONNECTED;
    }

    /** Goes on with what {@link #connect} has begun. Returns whether the channel is connected. */
    boolean finishConnect(boolean blocking) throws IOException {
        requireOpen();
        if (stage == Stage.CONNECTED) {
            return true;
        }
        if (stage != Stage.PENDING) {
            throw new NoConnectionPendingException();
        }
        if (blocking) {
            await(0);
        } else if (transport.isConnectFinished()) {
            connected();
        }
        return stage == Stage.CONNECTED;
    }

    private void await(long timeoutMillis) throws IOException {
        if (!transport.awaitConnect(timeoutMillis)) {
            throw new SocketTimeoutException("Connect timed out");
        }
        if (channel.isOpen() && transport.isConnectFinished()) {
            connected();
        }
    }

    private void connected() throws IOException {
        transport.connected();
        if (moveTo(stage, Stage.CONNECTED)) {
            channel.keys().changed();
        }
    }

    /** A close that came in between stays. */
    private synchronized boolean moveTo(Stage from, Stage to) {
        if (stage != from || from == Stage.CLOSED) {
            return false;
        }
        stage = to;
        return true;
    }

    synchronized void close() {
        stage = Stage.CLOSED;
    }
}
