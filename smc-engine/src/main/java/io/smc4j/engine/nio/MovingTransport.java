package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.ConnectionMove;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes that go over from SMC to TCP in mid-stream, each direction by itself. What is written goes over TCP as soon as
 * somebody has the write lock; what is read comes from the ring until the peer has gone over, too, and all of the ring
 * was read. When both are done, the {@link TcpTransport} takes its place.
 *
 * <p>A direction is moved by whoever reads or writes, or by the control loop if nobody does.
 */
final class MovingTransport extends Transport {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");
    /** When to try again to get a lock that somebody has. */
    private static final long RETRY_NANOS = 1_000_000;

    private final ChannelTransport channel;
    private final TcpSocket socket;
    private final SmcTransport smc;
    private final TcpTransport tcp;
    private final SmcConnection connection;
    private final ConnectionMove move;
    /** Set with the write lock held. */
    private volatile boolean outputMoved;
    /** Set with the read lock held. */
    private volatile boolean inputMoved;

    /** @param reason why */
    MovingTransport(ChannelTransport channel, SmcTransport smc, FallbackReason reason) {
        this.channel = channel;
        this.socket = channel.socket();
        this.smc = smc;
        this.tcp = new TcpTransport(channel, reason, 0, false, null);
        this.connection = smc.smcConnection();
        this.move = connection.move();
    }

    // ---- going over

    /** Once it has taken its predecessor's place: has everybody go over who waits, or does it for them; any thread. */
    void advance() {
        connection.interruptWrites();
        boolean done = outputMoved || tryWith(channel.writeLock(), this::moveOutput);
        if (move.isPeerMoved()) {
            connection.interruptReads();
            done &= inputMoved || tryWith(channel.readLock(), this::isInputMoved);
        }
        if (!done && !channel.isReplaced(this)) {
            channel.engine().loop().schedule(RETRY_NANOS, this::advance);
        }
    }

    private interface Part {
        boolean run() throws IOException;
    }

    private boolean tryWith(ReentrantLock lock, Part part) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            if (!channel.isReplaced(this)) {
                part.run();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not moved to TCP", e);
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** Whether what is written goes over TCP now; it does unless the peer is gone. With the write lock held. */
    private boolean moveOutput() throws IOException {
        if (outputMoved) {
            return true;
        }
        if (move.isPossible()) {
            if (move.isOutputShut()) {
                // Before the peer looks there for the end that it may have seen already.
                socket.shutdown(Sockets.SHUT_WR);
            }
            if (move.endOutput()) {
                smc.flow.end();
                outputMoved = true;
                settle();
            }
        }
        return outputMoved;
    }

    /** Whether what is read comes over TCP now. With the read lock held. */
    private boolean isInputMoved() throws IOException {
        if (!inputMoved && move.isInputOver()) {
            inputMoved = true;
            if (channel.isInputOver()) {
                socket.shutdown(Sockets.SHUT_RD);
            }
            settle();
        }
        return inputMoved;
    }

    /** One more direction has gone over. From the last one on nobody touches the SMC connection. */
    private void settle() {
        if (outputMoved && inputMoved && channel.moved(this, smc, tcp)) {
            connection.close(false);
        } else {
            channel.changed();
        }
    }

    @Override
    boolean move(FallbackReason why) {
        advance();
        return false;
    }

    // ---- stream

    @Override
    int read(ByteBuffer target) throws IOException {
        if (isInputMoved()) {
            return tcp.read(target);
        }
        int n = smc.read(target);
        isInputMoved();
        return n;
    }

    @Override
    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        if (isInputMoved()) {
            return tcp.read(targets, offset, length);
        }
        long n = smc.read(targets, offset, length);
        isInputMoved();
        return n;
    }

    @Override
    int available() throws IOException {
        return isInputMoved() ? tcp.available() : smc.available();
    }

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
        return inputMoved ? tcp.awaitReadable(timeoutNanos) : smc.awaitReadable(timeoutNanos);
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) throws IOException {
        return outputMoved ? tcp.awaitWritable(negotiatingNanos) : smc.awaitWritable(negotiatingNanos);
    }

    // ---- readiness

    @Override
    int pollEvents(int interestOps) {
        return tcp.pollEvents(interestOps & movedOps());
    }

    /** The operations that go by TCP. */
    private int movedOps() {
        return (inputMoved ? SelectionKey.OP_READ : 0) | (outputMoved ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    int readyOps(int interestOps, boolean inputShutdown) {
        int asked = interestOps & ~movedOps();
        if (!inputShutdown && move.isInputOver()) {
            // Whoever has the read lock sees to it, else the control loop.
            asked &= ~SelectionKey.OP_READ;
        }
        return asked == 0 ? 0 : smc.readyOps(asked, inputShutdown);
    }

    // ---- end

    @Override
    void shutdownInput() throws IOException {
        smc.shutdownInput();
        if (inputMoved) {
            tcp.shutdownInput();
        }
    }

    @Override
    void shutdownOutput() throws IOException {
        if (moveOutput()) {
            tcp.shutdownOutput();
        } else {
            smc.shutdownOutput();
        }
    }

    @Override
    void interruptWrites() throws IOException {
        smc.interruptWrites();
        if (outputMoved) {
            tcp.interruptWrites();
        }
    }

    @Override
    void interruptWaits() {
        smc.interruptWaits();
    }

    @Override
    ByteBuffer takeEarly() {
        return smc.takeEarly();
    }

    /** What is unread in the ring is lost with it, which TCP tells a peer by a reset. */
    @Override
    void close(ByteBuffer rest, boolean reset) {
        if (!outputMoved) {
            smc.close(rest, reset);
            return;
        }
        if (!inputMoved && move.isUnread()) {
            socket.setResetByClose();
        }
        connection.close(reset);
    }

    // ---- options and figures

    @Override
    Object option(SocketOption<?> option) {
        return option == StandardSocketOptions.SO_SNDBUF && outputMoved ? null : smc.option(option);
    }

    @Override
    SmcConnection smcConnection() {
        return inputMoved ? null : connection;
    }

    @Override
    boolean isOnSmc() {
        return true;
    }

    @Override
    void countTraffic(TrafficSum sum) {
        smc.countTraffic(sum);
        tcp.countTraffic(sum);
    }

    @Override
    void addTo(Tally tally) {
        smc.addTo(tally);
        tcp.addTo(tally);
    }

    @Override
    SmcMode mode() {
        return smc.mode();
    }

    @Override
    boolean look(Monitor monitor, long now) {
        return smc.look(monitor, now);
    }

    @Override
    FlowSample sample() {
        return smc.sample();
    }

    @Override
    void endIn(Monitor monitor) {
        smc.endIn(monitor);
        tcp.endIn(monitor);
    }

    @Override
    void show(SmcSnapshot.Connection.Builder shown) {
        smc.show(shown);
        shown.traffic(smc.bytesSent() + tcp.bytesSent(), smc.bytesReceived() + tcp.bytesReceived());
    }

    @Override
    public String toString() {
        return "MOVING";
    }
}
