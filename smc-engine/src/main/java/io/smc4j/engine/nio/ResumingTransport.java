package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.negotiation.Resumption;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;

/**
 * Bytes that go on over TCP when an RDMA path was lost, or is left. Nothing is written until the peer has said how far
 * it has received, and all behind that was sent once more; what is read comes from the ring up to where this side has
 * said it has received.
 */
final class ResumingTransport extends LeavingTransport {

    private final Resumption resumption;

    /** @param reason why */
    ResumingTransport(ChannelTransport channel, SmcTransport smc, Resumption resumption, FallbackReason reason) {
        super(channel, smc, reason);
        this.resumption = resumption;
    }

    // ---- going over

    @Override
    void advance() {
        channel.changed();
        attempt(resumption.isAnswered());
    }

    /** What was written early, and not handed on, goes behind what was sent by RDMA. */
    @Override
    boolean leaveOutput() {
        if (!resumption.moveOutput()) {
            return false;
        }
        if (!smc.isOutputOpen()) {
            tcp.inheritEarly(smc);
        }
        return tcp.handOn();
    }

    @Override
    boolean isInputOver() {
        return resumption.isAnswered() && !connection.resumption().isUnread();
    }

    @Override
    void left() {
        resumption.close();
        connection.close(false);
    }

    // ---- stream

    @Override
    int write(ByteBuffer source) throws IOException {
        if (moveOutput()) {
            return tcp.write(source);
        }
        return resumption.isFailed() ? smc.write(source) : 0;
    }

    @Override
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        if (moveOutput()) {
            return tcp.write(sources, offset, length);
        }
        return resumption.isFailed() ? smc.write(sources, offset, length) : 0;
    }

    @Override
    boolean writeUrgent(byte value, boolean await) throws IOException {
        if (moveOutput()) {
            return tcp.writeUrgent(value, await);
        }
        throw new SocketException("Urgent data is not supported over SMC");
    }

    @Override
    boolean awaitReadable(long timeoutNanos) throws IOException {
        if (hasInputMoved()) {
            return tcp.awaitReadable(timeoutNanos);
        }
        return channel.await(() -> connection.isReadable() || isDecided() || channel.isReplaced(this)
                || channel.isInputOver(), timeoutNanos);
    }

    private boolean isDecided() {
        return resumption.isAnswered() || resumption.isFailed();
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) throws IOException {
        if (hasOutputMoved()) {
            return tcp.awaitWritable(negotiatingNanos);
        }
        if (!resumption.isAnswered()) {
            return channel.await(() -> isDecided() || channel.isReplaced(this) || channel.isOutputOver(), -1);
        }
        if (!resumption.isFailed()) {
            channel.awaitDescriptorWritable();
        }
        return true;
    }

    @Override
    boolean isWriteByRing() {
        return resumption.isFailed();
    }

    // ---- end

    @Override
    void shutdownInput() throws IOException {
        super.shutdownInput();
        channel.changed();
    }

    @Override
    ByteBuffer takeEarly() {
        return smc.isOutputOpen() ? tcp.takeEarly() : smc.takeEarly();
    }

    /** What is unread in the ring is lost with it, which TCP tells a peer by a reset. */
    @Override
    boolean close(ByteBuffer rest, boolean reset) {
        boolean outlived = resumption.outlive(rest, reset);
        if (!outlived && !reset && (!hasOutputMoved() || !hasInputMoved() && connection.resumption().isUnread())) {
            socket.setResetByClose();
        }
        if (!outlived) {
            connection.close(reset || !hasOutputMoved());
        }
        return outlived;
    }
}
