package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes that go over from SMC to TCP in mid-stream, each direction by itself, when its bytes that are on their way have
 * another way or have come. When both have gone over, the {@link TcpTransport} takes its place.
 *
 * <p>A direction goes over by whoever reads or writes, or by the control loop if nobody does.
 */
abstract sealed class LeavingTransport extends Transport permits MovingTransport, ResumingTransport {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");
    /** When to try again to get a lock that somebody has. */
    private static final long RETRY_NANOS = 1_000_000;

    final ChannelTransport channel;
    final TcpSocket socket;
    final SmcTransport smc;
    final TcpTransport tcp;
    final SmcConnection connection;
    /** Set with the write lock held. */
    private volatile boolean outputMoved;
    /** Set with the read lock held. */
    private volatile boolean inputMoved;

    /** @param reason why */
    LeavingTransport(ChannelTransport channel, SmcTransport smc, FallbackReason reason) {
        this.channel = channel;
        this.socket = channel.socket();
        this.smc = smc;
        this.tcp = new TcpTransport(channel, reason, 0, false, null);
        this.connection = smc.smcConnection();
    }

    // ---- going over

    /** Has what is written from now on go over TCP, if that can be; with the write lock held. */
    abstract boolean leaveOutput() throws IOException;

    /** Whether all that the ring will ever hold was read, and what follows comes over TCP. */
    abstract boolean isInputOver();

    /** Both directions have gone over; nobody uses the SMC connection any more. */
    abstract void left();

    /** Whether what is written goes over TCP now. With the write lock held. */
    final boolean moveOutput() throws IOException {
        if (!outputMoved && leaveOutput()) {
            smc.flow.end();
            outputMoved = true;
            settle();
        }
        return outputMoved;
    }

    /** Whether what is read comes over TCP now. With the read lock held. */
    final boolean isInputMoved() throws IOException {
        if (!inputMoved && isInputOver()) {
            inputMoved = true;
            if (channel.isInputOver()) {
                socket.shutdown(Sockets.SHUT_RD);
            }
            settle();
        }
        return inputMoved;
    }

    /** One more direction has gone over. */
    private void settle() {
        if (outputMoved && inputMoved && channel.moved(this, smc, tcp)) {
            left();
        } else {
            channel.changed();
        }
    }

    /** Whether what is written goes over TCP now; any thread. */
    final boolean hasOutputMoved() {
        return outputMoved;
    }

    /** Whether what is read comes over TCP now; any thread. */
    final boolean hasInputMoved() {
        return inputMoved;
    }

    /** Has a direction go over that can, for those that do nothing themselves; any thread. */
    final void attempt(boolean input) {
        boolean done = outputMoved || tryWith(channel.writeLock(), this::moveOutput);
        if (input) {
            done &= inputMoved || tryWith(channel.readLock(), this::isInputMoved);
        }
        if (!done && !channel.isReplaced(this)) {
            channel.engine().loop().schedule(RETRY_NANOS, this::advance);
        }
    }

    /** Once it has taken its predecessor's place, and when there is news: has everybody go over who can; any thread. */
    abstract void advance();

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

    @Override
    final boolean move(FallbackReason why) {
        advance();
        return false;
    }

    // ---- stream

    @Override
    final int read(ByteBuffer target) throws IOException {
        if (isInputMoved()) {
            return tcp.read(target);
        }
        int n = smc.read(target);
        isInputMoved();
        return n;
    }

    @Override
    final long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        if (isInputMoved()) {
            return tcp.read(targets, offset, length);
        }
        long n = smc.read(targets, offset, length);
        isInputMoved();
        return n;
    }

    @Override
    final int available() throws IOException {
        return isInputMoved() ? tcp.available() : smc.available();
    }

    // ---- readiness

    @Override
    final int pollEvents(int interestOps) {
        return tcp.pollEvents(interestOps & movedOps());
    }

    /** The operations that go by TCP. */
    private int movedOps() {
        return (inputMoved ? SelectionKey.OP_READ : 0) | (outputMoved ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    final int readyOps(int interestOps, boolean inputShutdown) {
        int asked = interestOps & ~movedOps();
        if (!inputShutdown && isInputOver()) {
            // Whoever has the read lock sees to it, else the control loop.
            asked &= ~SelectionKey.OP_READ;
        }
        if (!isWriteByRing()) {
            asked &= ~SelectionKey.OP_WRITE;
        }
        return asked == 0 ? 0 : smc.readyOps(asked, inputShutdown);
    }

    /** Whether the ring tells what a write comes to that cannot go over TCP; any thread. */
    abstract boolean isWriteByRing();

    // ---- end

    @Override
    void shutdownInput() throws IOException {
        smc.shutdownInput();
        if (inputMoved) {
            tcp.shutdownInput();
        }
    }

    @Override
    final void shutdownOutput() throws IOException {
        if (moveOutput()) {
            tcp.shutdownOutput();
        } else {
            smc.shutdownOutput();
        }
    }

    @Override
    final void interruptWrites() throws IOException {
        smc.interruptWrites();
        if (outputMoved) {
            tcp.interruptWrites();
        }
    }

    @Override
    final void interruptWaits() {
        smc.interruptWaits();
    }

    // ---- options and figures

    @Override
    final Object option(SocketOption<?> option) {
        return option == StandardSocketOptions.SO_SNDBUF && outputMoved ? null : smc.option(option);
    }

    @Override
    final SmcConnection smcConnection() {
        return inputMoved ? null : connection;
    }

    @Override
    final boolean isOnSmc() {
        return true;
    }

    @Override
    final void countTraffic(TrafficSum sum) {
        smc.countTraffic(sum);
        tcp.countTraffic(sum);
    }

    @Override
    final void addTo(Tally tally) {
        smc.addTo(tally);
        tcp.addTo(tally);
    }

    @Override
    final SmcMode mode() {
        return smc.mode();
    }

    @Override
    final boolean look(Monitor monitor, long now) {
        return smc.look(monitor, now);
    }

    @Override
    final FlowSample sample() {
        return smc.sample();
    }

    @Override
    final void endIn(Monitor monitor) {
        smc.endIn(monitor);
        tcp.endIn(monitor);
    }

    @Override
    final void show(SmcSnapshot.Connection.Builder shown) {
        smc.show(shown);
        shown.traffic(smc.bytesSent() + tcp.bytesSent(), smc.bytesReceived() + tcp.bytesReceived());
    }

    @Override
    public String toString() {
        return "MOVING";
    }
}
