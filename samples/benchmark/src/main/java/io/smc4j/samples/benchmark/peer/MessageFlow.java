package io.smc4j.samples.benchmark.peer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Messages one after the other on a channel that does not block. Used by the selector's thread. */
final class MessageFlow {

    private final SelectionKey key;
    private final SocketChannel channel;
    private final boolean echoed;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private boolean sent;
    private long due;

    MessageFlow(SelectionKey key, boolean echoed) {
        this.key = key;
        this.channel = (SocketChannel) key.channel();
        this.echoed = echoed;
        key.attach(this);
    }

    /** Sets the bytes of a message, while none is under way. */
    void size(int bytes) {
        if (buffer.capacity() != bytes) {
            buffer = ByteBuffer.allocateDirect(bytes);
        }
    }

    /** Begins a message; {@link #proceed} is to follow. */
    void start(long dueAt) {
        due = dueAt;
        sent = false;
        buffer.clear();
    }

    /** When the message was due. */
    long due() {
        return due;
    }

    /** Does what can be done now; returns whether the message is done, and else waits for the channel to be ready. */
    boolean proceed() throws IOException {
        if (!sent) {
            channel.write(buffer);
            if (buffer.hasRemaining()) {
                await(SelectionKey.OP_WRITE);
                return false;
            }
            sent = true;
            if (!echoed) {
                return true;
            }
            buffer.clear();
            await(SelectionKey.OP_READ);
            return false;
        }
        if (channel.read(buffer) < 0) {
            throw new EOFException();
        }
        return !buffer.hasRemaining();
    }

    /** Goes on only after others that are ready. */
    void giveWay() {
        await(SelectionKey.OP_WRITE);
    }

    /** Has nothing to do until the next start. */
    void rest() {
        if (!echoed) {
            await(0);
        }
    }

    private void await(int operation) {
        if (key.interestOps() != operation) {
            key.interestOps(operation);
        }
    }

    void close() throws IOException {
        channel.close();
    }
}
