package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.negotiation.Statistics;
import io.smc4j.engine.negotiation.UnattendedGate;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Map;

/**
 * Bytes that travel by the descriptor: over TCP, or as the kernel decides. While a CLC message of the peer may still
 * come in, nothing is read.
 */
final class TcpTransport extends EstablishedTransport {

    private final TcpSocket socket;
    private final TcpStream stream;
    private final FallbackReason reason;
    private final int peerDiagnosis;
    /** Whether nothing may be read: the negotiation says until when, or the gate does if there is one. */
    private volatile boolean gated;
    private volatile UnattendedGate gate;
    /** Bytes that the connection has moved before, otherwise. */
    private volatile long sentBefore;
    private volatile long receivedBefore;

    /**
     * Over the socket as it is now.
     *
     * @param early {@code null} if nothing was written early
     * @param peerDiagnosis the code in the peer's Decline, or 0
     * @param gated whether nothing may be read before {@link #openGate()}
     */
    TcpTransport(ChannelTransport channel, FallbackReason reason, int peerDiagnosis, boolean gated, EarlyOutput early) {
        super(channel, early);
        this.socket = channel.socket();
        this.stream = socket.stream();
        this.reason = reason;
        this.peerDiagnosis = peerDiagnosis;
        this.gated = gated;
    }

    /** Takes over from what has carried the bytes until now. */
    void follow(EstablishedTransport former) {
        sentBefore = former.bytesSent();
        receivedBefore = former.bytesReceived();
    }

    /** The application's bytes begin here. */
    void openGate() {
        gated = false;
    }

    /** Who reads looks from now on whether the application's bytes begin. */
    void leaveGate(UnattendedGate left) {
        gate = left;
    }

    /** Whether nothing may be read; with the read lock held. */
    private boolean isShut() throws IOException {
        return gated && !pass();
    }

    private boolean pass() throws IOException {
        UnattendedGate left = gate;
        if (left == null || !left.isOpen()) {
            return false;
        }
        gated = false;
        return true;
    }

    /** Whether nothing that comes concerns the application. */
    private boolean isAttended() {
        return gated && gate == null;
    }

    // ---- stream

    @Override
    int read(ByteBuffer target) throws IOException {
        return isShut() ? UNAVAILABLE : flow.read(stream.read(target));
    }

    /** The kernel can do both in one, into memory that may be passed to it, on a thread that it may stop. */
    @Override
    int readOrAwait(ByteBuffer target) throws IOException {
        return !isShut() && target.isDirect() && target.hasRemaining() && socket.kernel() == null
                && !Thread.currentThread().isVirtual() ? flow.read(socket.readBlocking(target))
                : read(target);
    }

    @Override
    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return isShut() ? UNAVAILABLE : flow.read(stream.read(targets, offset, length));
    }

    @Override
    int available() throws IOException {
        return isShut() ? 0 : socket.available();
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
        long n = stream.write(sources, offset, length);
        flow.wrote(n, Flow.rest(sources, offset, length), Long.MAX_VALUE);
        return n;
    }

    @Override
    int writeThrough(ByteBuffer source) throws IOException {
        int n = stream.write(source);
        flow.wrote(n, source.remaining(), Long.MAX_VALUE);
        return n;
    }

    @Override
    boolean writeUrgent(byte value, boolean await) throws IOException {
        while (!handOn()) {
            if (!await || channel.isOutputOver()) {
                return false;
            }
            awaitWritable(-1);
        }
        return stream.writeUrgent(value);
    }

    @Override
    boolean awaitReadable(long timeoutNanos) throws IOException {
        if (isAttended()) {
            return channel.await(() -> !isAttended() || channel.isReplaced(this) || channel.isInputOver(),
                    timeoutNanos);
        }
        return channel.awaitDescriptorReadable(timeoutNanos);
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) throws IOException {
        if (isOutputOpen()) {
            channel.awaitDescriptorWritable();
        } else {
            // The end of the output must not reach the descriptor before what is kept does, so that would not end a
            // wait for it.
            channel.await(channel::isOutputOver, ChannelTransport.HAND_ON_NANOS);
        }
        return true;
    }

    // ---- readiness

    @Override
    int pollEvents(int interestOps) {
        int events = (interestOps & SelectionKey.OP_READ) != 0 && !isAttended() ? Sockets.POLLIN : 0;
        return (interestOps & SelectionKey.OP_WRITE) != 0 && isOutputOpen() ? events | Sockets.POLLOUT : events;
    }

    // ---- end

    @Override
    void shutdownInput() throws IOException {
        socket.shutdown(Sockets.SHUT_RD);
    }

    @Override
    void end() throws IOException {
        socket.shutdown(Sockets.SHUT_WR);
    }

    @Override
    void interruptWrites() throws IOException {
        if (isOutputOpen()) {
            socket.interruptWrites();
        }
    }

    // ---- figures

    @Override
    boolean isModeUnknown() {
        return socket.kernel() != null && socket.kernel().mode() == null;
    }

    @Override
    void learn(Map<Long, KernelSocket> sockets, Statistics statistics) {
        if (socket.kernel() != null) {
            socket.kernel().learn(sockets, channel.role(), reason, socket.remoteAddress(), statistics);
        }
    }

    @Override
    SmcMode mode() {
        KernelConnection kernel = socket.kernel();
        return kernel == null ? SmcMode.TCP : kernel.mode();
    }

    @Override
    long bytesSent() {
        return stream.bytesSent();
    }

    @Override
    long bytesReceived() {
        return stream.bytesReceived();
    }

    @Override
    boolean look(Monitor monitor, long now) {
        return look(monitor, now, monitor.isAsked() ? unread() : FlowSample.UNKNOWN, false);
    }

    /** What comes while the gate is shut may be a CLC message. */
    private long unread() {
        try {
            return gated ? 0 : socket.available();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    void show(SmcSnapshot.Connection.Builder shown) {
        shown.traffic(sentBefore + bytesSent(), receivedBefore + bytesReceived());
        KernelConnection kernel = socket.kernel();
        if (kernel == null) {
            shown.mode(SmcMode.TCP, SmcState.ACTIVE).fallback(reason, peerDiagnosis);
        } else {
            shown.mode(kernel.mode(), kernel.state()).bufferSizes(kernel.sendBufferSize(), kernel.receiveBufferSize())
                    .fallback(kernel.reason(), kernel.peerDiagnosis());
        }
    }

    @Override
    public String toString() {
        return "TCP";
    }
}
