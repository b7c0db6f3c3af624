package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.ConnectionMove;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that go over from shared memory to TCP. What is written goes over TCP as soon as somebody has the write lock;
 * what is read comes from the ring until the peer has gone over, too, and all of the ring was read.
 */
final class MovingTransport extends LeavingTransport {

    private final ConnectionMove move;

    /** @param reason why */
    MovingTransport(ChannelTransport channel, SmcTransport smc, FallbackReason reason) {
        super(channel, smc, reason);
        this.move = connection.move();
    }

    // ---- going over

    @Override
    void advance() {
        connection.interruptWrites();
        boolean peerMoved = move.isPeerMoved();
        if (peerMoved) {
            connection.interruptReads();
        }
        attempt(peerMoved);
    }

    /** It does unless the peer is gone. */
    @Override
    boolean leaveOutput() throws IOException {
        if (!move.isPossible()) {
            return false;
        }
        if (move.isOutputShut()) {
            // Before the peer looks there for the end that it may have seen already.
            socket.shutdown(Sockets.SHUT_WR);
        }
        return move.endOutput();
    }

    @Override
    boolean isInputOver() {
        return move.isInputOver();
    }

    @Override
    void left() {
        connection.close(false);
    }

    // ---- stream

    @Override
    int write(ByteBuffer source) throws IOException {
        return moveOutput() ? tcp.write(source) : smc.write(source);
    }

    @Override
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return moveOutput() ? tcp.write(sources, offset, length) : smc.write(sources, offset, length);
    }

    @Override
    boolean writeUrgent(byte value, boolean await) throws IOException {
        return moveOutput() ? tcp.writeUrgent(value, await) : smc.writeUrgent(value, await);
    }

    @Override
    boolean awaitReadable(long timeoutNanos) throws IOException {
        return hasInputMoved() ? tcp.awaitReadable(timeoutNanos) : smc.awaitReadable(timeoutNanos);
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) throws IOException {
        return hasOutputMoved() ? tcp.awaitWritable(negotiatingNanos) : smc.awaitWritable(negotiatingNanos);
    }

    @Override
    boolean isWriteByRing() {
        return true;
    }

    // ---- end

    @Override
    ByteBuffer takeEarly() {
        return smc.takeEarly();
    }

    /** What is unread in the ring is lost with it, which TCP tells a peer by a reset. */
    @Override
    boolean close(ByteBuffer rest, boolean reset) {
        if (!hasOutputMoved()) {
            return smc.close(rest, reset);
        }
        if (!hasInputMoved() && move.isUnread()) {
            socket.setResetByClose();
        }
        connection.close(reset);
        return false;
    }
}
