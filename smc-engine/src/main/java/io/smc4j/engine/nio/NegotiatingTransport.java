package io.smc4j.engine.nio;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.negotiation.Negotiation;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * Nothing carries the bytes yet: nothing can be read, and what is written is kept. Also what a channel has before it
 * connects.
 */
final class NegotiatingTransport extends Transport {

    private final ChannelTransport channel;
    private final EarlyOutput early = new EarlyOutput();
    private volatile Negotiation negotiation;
    private volatile boolean plain;

    NegotiatingTransport(ChannelTransport channel) {
        this.channel = channel;
    }

    /** The negotiation that is under way. */
    void begin(Negotiation begun) {
        negotiation = begun;
    }

    /** Nothing is negotiated while TCP connects, so the descriptor tells when it has. */
    void beginPlain() {
        plain = true;
    }

    /** What the successor has to hand on. */
    EarlyOutput early() {
        return early;
    }

    // ---- stream

    @Override
    int read(ByteBuffer target) {
        return UNAVAILABLE;
    }

    @Override
    long read(ByteBuffer[] targets, int offset, int length) {
        return UNAVAILABLE;
    }

    @Override
    int available() {
        return 0;
    }

    @Override
    int write(ByteBuffer source) throws IOException {
        Transport now = decide();
        if (now != this) {
            return now.write(source);
        }
        int n = early.add(source);
        kept();
        return n;
    }

    @Override
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Transport now = decide();
        if (now != this) {
            return now.write(sources, offset, length);
        }
        long n = 0;
        for (int i = offset; i < offset + length && early.hasRoom(); i++) {
            n += early.add(sources[i]);
        }
        kept();
        return n;
    }

    /**
     * Output of a server to a client that has said nothing makes the connection plain TCP. Returns what carries it now.
     */
    private Transport decide() {
        Negotiation current = negotiation;
        if (current != null) {
            current.ownerWrites();
        }
        return channel.transport();
    }

    /** The outcome may have come meanwhile, without the write lock; or there is no room left. */
    private void kept() {
        if (channel.isReplaced(this)) {
            channel.transport().handOn();
        } else if (!early.hasRoom()) {
            hurry();
        }
    }

    private void hurry() {
        Negotiation current = negotiation;
        if (current != null) {
            current.hurry();
        }
    }

    @Override
    boolean writeUrgent(byte value, boolean await) throws IOException {
        Transport now = decide();
        if (now == this && await) {
            hurry();
            channel.await(() -> channel.isReplaced(this) || channel.isOutputOver(), -1);
            now = channel.transport();
        }
        return now != this && now.writeUrgent(value, await);
    }

    @Override
    boolean awaitReadable(long timeoutNanos) {
        return channel.await(() -> channel.isReplaced(this) || channel.isInputOver(), timeoutNanos);
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) {
        return channel.await(() -> early.hasRoom() || channel.isReplaced(this) || channel.isOutputOver(),
                negotiatingNanos);
    }

    // ---- readiness

    @Override
    int pollEvents(int interestOps) {
        return plain && (interestOps & SelectionKey.OP_CONNECT) != 0 ? Sockets.POLLOUT : 0;
    }

    @Override
    int readyOps(int interestOps, boolean inputShutdown) {
        return early.hasRoom() ? SelectionKey.OP_WRITE : 0;
    }

    /** An urgent byte may have become readable. */
    @Override
    void lookAgain() {
        Negotiation current = negotiation;
        if (current != null) {
            current.lookAgain();
        }
    }

    // ---- end

    @Override
    void shutdownInput() {
        // What comes is the negotiation's, which leaves it unread.
    }

    @Override
    void shutdownOutput() throws IOException {
        Transport now = decide();
        if (now != this) {
            now.shutdownOutput();
            return;
        }
        early.end();
        if (channel.isReplaced(this)) {
            channel.transport().handOn();
        }
    }

    @Override
    ByteBuffer takeEarly() {
        return early.take();
    }

    @Override
    void show(SmcSnapshot.Connection.Builder shown) {
        // Nothing is known.
    }

    @Override
    public String toString() {
        if (negotiation != null) {
            return "NEGOTIATING";
        }
        return plain ? "CONNECTING" : "IDLE";
    }
}
