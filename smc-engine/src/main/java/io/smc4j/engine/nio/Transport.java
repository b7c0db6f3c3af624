package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.negotiation.Statistics;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * What carries a channel's bytes. A channel has one at a time and does not ask which. {@link ChannelTransport} puts
 * another in its place when the outcome of the negotiation is known, and once more when a connection goes over from SMC
 * to TCP; a call that comes too late goes on to the successor.
 *
 * <p>Who reads holds the channel's read lock, who writes or ends the output its write lock, who closes both. The
 * questions and what interrupts are for any thread.
 */
abstract sealed class Transport permits NegotiatingTransport, EstablishedTransport, LeavingTransport,
        EndedTransport {

    static final int UNAVAILABLE = TcpStream.UNAVAILABLE;

    // ---- stream

    /** Returns the number of bytes read, {@link #UNAVAILABLE} or {@link TcpStream#EOF}. */
    abstract int read(ByteBuffer target) throws IOException;

    /** As {@link #read(ByteBuffer)}, and waits for bytes if it can do both in one. */
    int readOrAwait(ByteBuffer target) throws IOException {
        return read(target);
    }

    abstract long read(ByteBuffer[] targets, int offset, int length) throws IOException;

    /** How many bytes can be read at once. */
    abstract int available() throws IOException;

    /** Returns the number of bytes written, 0 if there is no room. */
    abstract int write(ByteBuffer source) throws IOException;

    abstract long write(ByteBuffer[] sources, int offset, int length) throws IOException;

    /**
     * Writes a byte as urgent.
     *
     * @param await whether to wait until it is known what carries the connection
     * @return {@code false} if that is not known, or there is no room
     */
    abstract boolean writeUrgent(byte value, boolean await) throws IOException;

    /** Returns {@code false} if the time was over before; -1 for no limit. */
    abstract boolean awaitReadable(long timeoutNanos) throws IOException;

    /**
     * Waits for room.
     *
     * @param negotiatingNanos the longest wait while the outcome is not known, -1 for no limit
     * @return {@code false} if that was over before
     */
    abstract boolean awaitWritable(long negotiatingNanos) throws IOException;

    // ---- readiness

    /** What the descriptor is to be polled for. */
    int pollEvents(int interestOps) {
        return 0;
    }

    /** What is ready that the descriptor does not tell. */
    int readyOps(int interestOps, boolean inputShutdown) {
        return 0;
    }

    /** Whether what was written early is handed on; any thread. */
    boolean isOutputOpen() {
        return true;
    }

    /** Hands on what was written early, as far as there is room. Returns {@link #isOutputOpen()}. */
    boolean handOn() {
        return true;
    }

    /**
     * Has the bytes go over from SMC to TCP if the peer can follow or has gone ahead; any thread.
     *
     * @return whether that begins now
     */
    boolean move(FallbackReason why) {
        return false;
    }

    /** Bytes that were there may have become readable. */
    void lookAgain() {
        // The descriptor or the peer tells.
    }

    // ---- end

    /** Ends reading, after the channel's input was marked as shut down. */
    abstract void shutdownInput() throws IOException;

    abstract void shutdownOutput() throws IOException;

    /** Has threads that wait for room return, after the channel's output was marked as shut down. */
    void interruptWrites() throws IOException {
        // They wait for the outcome, and are told otherwise.
    }

    /** Has all waiting threads return, as the channel is being closed. */
    void interruptWaits() {
        // They wait for the outcome or the descriptor, and are told otherwise.
    }

    /** Takes what was written early and not handed on. */
    abstract ByteBuffer takeEarly();

    /**
     * Ends the connection, but for the descriptor.
     *
     * @param rest what {@link #takeEarly()} has returned
     * @return whether the descriptor is closed elsewhere, too
     */
    boolean close(ByteBuffer rest, boolean reset) {
        return false;
    }

    // ---- options and figures

    /** Refuses an option that cannot be had, before the socket is given it. */
    void check(SocketOption<?> option, Object value) throws IOException {
        // The socket decides.
    }

    /** Returns {@code null} for an option that is the socket's. */
    Object option(SocketOption<?> option) {
        return null;
    }

    /** The SMC connection, for a selector that wants it to ring; else {@code null}. */
    SmcConnection smcConnection() {
        return null;
    }

    /** Whether it ends with the engine. */
    boolean isOnSmc() {
        return smcConnection() != null;
    }

    /** Whether only a look at the kernel's sockets tells what the connection runs on. */
    boolean isModeUnknown() {
        return false;
    }

    /** Takes over what a look at the kernel's sockets has found. */
    void learn(Map<Long, KernelSocket> sockets, Statistics statistics) {
        // The kernel has no say.
    }

    /** Adds up what was sent and received, as far as it was not counted before; before the close. */
    void countTraffic(TrafficSum sum) {
        // There was none.
    }

    /** Adds what is counted of it. */
    void addTo(Tally tally) {
        // Nothing was counted.
    }

    /** Looks how much has moved, for the monitor. Returns whether the next move will be told. */
    boolean look(Monitor monitor, long now) {
        return false;
    }

    /** What {@link #look} knows; {@code null} if that has not been. */
    FlowSample sample() {
        return null;
    }

    /** How its bytes travel; {@code null} while it is not known. */
    SmcMode mode() {
        return null;
    }

    /** Adds what it has come to, as it ends. */
    void endIn(Monitor monitor) {
        // It has come to nothing.
    }

    abstract void show(SmcSnapshot.Connection.Builder shown);
}
