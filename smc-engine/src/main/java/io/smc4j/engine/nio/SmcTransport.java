package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.ConnectionFigures;
import io.smc4j.engine.connection.ConnectionMove;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.negotiation.LastBytes;
import io.smc4j.engine.negotiation.Resumption;
import io.smc4j.engine.nio.socket.NamedOption;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/** Bytes that travel by an SMC connection. The TCP connection beside it is silent. */
final class SmcTransport extends EstablishedTransport implements Resumption.Listener {

    /** The bytes of a ring are all alike: an urgent one would have to overtake those before it. */
    private static final String NO_URGENT_DATA = "Urgent data is not supported over SMC";

    private final SmcConnection connection;
    private final Resumption resumption;
    /** What has taken its place since the path was lost or left; on the control loop. */
    private ResumingTransport successor;

    /** @param resumption {@code null} if the connection ends with its path */
    SmcTransport(ChannelTransport channel, SmcConnection connection, Resumption resumption, EarlyOutput early) {
        super(channel, early);
        this.connection = connection;
        this.resumption = resumption;
    }

    // ---- stream

    @Override
    int read(ByteBuffer target) throws IOException {
        return flow.read(connection.read(target));
    }

    @Override
    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return flow.read(connection.read(targets, offset, length));
    }

    @Override
    int available() throws IOException {
        return connection.available();
    }

    @Override
    int write(ByteBuffer source) throws IOException {
        return isOutputOpen() || handOn() ? writeThrough(source) : 0;
    }

    @Override
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        if (!isOutputOpen() && !handOn()) {
            return 0;
        }
        long n = connection.write(sources, offset, length);
        flow.wrote(n, Flow.rest(sources, offset, length), connection.figures().sendBufferSize());
        return n;
    }

    @Override
    int writeThrough(ByteBuffer source) throws IOException {
        int n = connection.write(source);
        flow.wrote(n, source.remaining(), connection.figures().sendBufferSize());
        return n;
    }

    @Override
    boolean writeUrgent(byte value, boolean await) throws IOException {
        throw new SocketException(NO_URGENT_DATA);
    }

    @Override
    boolean awaitReadable(long timeoutNanos) {
        return connection.awaitReadable(timeoutNanos);
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) {
        connection.awaitWritable();
        return true;
    }

    // ---- readiness

    @Override
    int readyOps(int interestOps, boolean inputShutdown) {
        int ready = 0;
        if ((interestOps & SelectionKey.OP_READ) != 0 && (inputShutdown || connection.isReadable())) {
            ready = SelectionKey.OP_READ;
        }
        if ((interestOps & SelectionKey.OP_WRITE) != 0 && isOutputOpen()
                && (ready == 0 || !connection.isLastWord()) && connection.isWritable()) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    /** Over RDMA what is under way may be lost, and is sent again; else it goes on by the way it has begun to. */
    @Override
    boolean move(FallbackReason why) {
        synchronized (channel) {
            // It is not closed meanwhile, and has its rings.
            if (channel.isReplaced(this) || resumption == null && !canMove()) {
                return false;
            }
            if (resumption != null) {
                return resumption.begin(why);
            }
        }
        if (!isOutputOpen()) {
            channel.engine().loop().schedule(ChannelTransport.HAND_ON_NANOS, () -> channel.move(why));
            return true;
        }
        MovingTransport next = new MovingTransport(channel, this, why);
        if (!channel.replace(this, next)) {
            return false;
        }
        channel.engine().statistics().moved(channel.role(), why, channel.remoteAddress());
        next.advance();
        return true;
    }

    @Override
    public void resumed(FallbackReason why) {
        ResumingTransport next = new ResumingTransport(channel, this, resumption, why);
        if (channel.replace(this, next)) {
            successor = next;
            channel.engine().statistics().moved(channel.role(), why, channel.remoteAddress());
            connection.interruptWaits();
        }
    }

    @Override
    public void progressed() {
        if (successor != null) {
            successor.advance();
        }
    }

    private boolean canMove() {
        ConnectionMove move = connection.move();
        return move.isPeerMoved() || move.isPossible() && channel.socket().isWhole();
    }

    // ---- end

    @Override
    void shutdownInput() {
        connection.interruptReads();
    }

    @Override
    void end() {
        connection.shutdownOutput();
    }

    @Override
    void interruptWrites() {
        connection.interruptWrites();
    }

    @Override
    void interruptWaits() {
        connection.interruptWaits();
    }

    @Override
    boolean close(ByteBuffer rest, boolean reset) {
        boolean outlived = resumption != null && resumption.outlive(null, reset);
        if (rest.hasRemaining()) {
            LastBytes.send(channel.engine().negotiations(), connection, rest, reset);
        } else {
            connection.close(reset);
        }
        return outlived;
    }

    // ---- options and figures

    @Override
    void check(SocketOption<?> option, Object value) throws SocketException {
        if (option == NamedOption.SO_OOBINLINE && Boolean.TRUE.equals(value)) {
            throw new SocketException(NO_URGENT_DATA);
        }
    }

    @Override
    Object option(SocketOption<?> option) {
        if (option == StandardSocketOptions.SO_SNDBUF) {
            return connection.figures().sendBufferSize();
        }
        return option == StandardSocketOptions.SO_RCVBUF ? connection.figures().receiveBufferSize() : null;
    }

    @Override
    SmcConnection smcConnection() {
        return connection;
    }

    @Override
    void addTo(Tally tally) {
        super.addTo(tally);
        tally.add(connection.figures());
    }

    @Override
    SmcMode mode() {
        return connection.mode();
    }

    @Override
    LinkGroup group() {
        return connection.group();
    }

    @Override
    long bytesSent() {
        return connection.figures().bytesSent();
    }

    @Override
    long bytesReceived() {
        return connection.figures().bytesReceived();
    }

    @Override
    boolean look(Monitor monitor, long now) {
        ConnectionFigures figures = connection.figures();
        if (flow.isStalled() && figures.hasRoom()) {
            flow.roomSeen(now);
        }
        long unread = figures.unread();
        return look(monitor, now, unread, unread > 0 && figures.isPeerBlocked());
    }

    @Override
    void show(SmcSnapshot.Connection.Builder shown) {
        shown.mode(connection.mode(), connection.state())
                .bufferSizes(connection.figures().sendBufferSize(), connection.figures().receiveBufferSize())
                .traffic(bytesSent(), bytesReceived())
                .linkGroup(connection.group().id(), connection.figures().link());
    }

    @Override
    public String toString() {
        return "SMC";
    }
}
