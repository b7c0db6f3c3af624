package io.smc4j.engine.nio;

import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;

/** No connection, or none any more: the negotiation has failed, or the channel is closed. */
final class EndedTransport extends Transport {

    static final EndedTransport CLOSED = new EndedTransport(null);

    /** {@code null} if the channel is closed. */
    private final IOException failure;

    /** @param failure of the connection */
    EndedTransport(IOException failure) {
        this.failure = failure;
    }

    @Override
    int read(ByteBuffer target) throws IOException {
        failRead();
        return UNAVAILABLE;
    }

    @Override
    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        failRead();
        return UNAVAILABLE;
    }

    private void failRead() throws IOException {
        if (failure != null) {
            throw TcpStream.ofRead(failure);
        }
    }

    @Override
    int available() {
        return 0;
    }

    @Override
    int write(ByteBuffer source) throws IOException {
        failWrite();
        return 0;
    }

    @Override
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        failWrite();
        return 0;
    }

    @Override
    boolean writeUrgent(byte value, boolean await) throws IOException {
        failWrite();
        return false;
    }

    private void failWrite() throws IOException {
        if (failure != null) {
            throw TcpStream.ofWrite(failure);
        }
    }

    @Override
    boolean awaitReadable(long timeoutNanos) {
        return true;
    }

    @Override
    boolean awaitWritable(long negotiatingNanos) {
        return true;
    }

    @Override
    int readyOps(int interestOps, boolean inputShutdown) {
        return failure == null ? 0 : interestOps;
    }

    @Override
    void shutdownInput() {
        // It is over.
    }

    @Override
    void shutdownOutput() {
        // It is over.
    }

    @Override
    ByteBuffer takeEarly() {
        return EarlyOutput.NOTHING;
    }

    @Override
    void show(SmcSnapshot.Connection.Builder shown) {
        // It is as if the outcome were not known.
    }

    @Override
    public String toString() {
        return failure == null ? "CLOSED" : "FAILED";
    }
}
