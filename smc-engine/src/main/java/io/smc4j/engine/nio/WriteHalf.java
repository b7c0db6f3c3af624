package io.smc4j.engine.nio;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a socket channel does with its write lock held: writes, what fits now or all of it. The channel calls, and brackets
 * what waits in its {@code begin} and {@code end}, outside of the lock.
 */
final class WriteHalf {

    private final SmcSocketChannel channel;
    private final ChannelState state;
    private final ChannelTransport transport;
    private final ReentrantLock lock;
    private volatile boolean shutdown;
    /** Whether {@link #shutdown} was carried out; guarded by the lock. */
    private boolean ended;

    WriteHalf(SmcSocketChannel channel, ChannelState state, ChannelTransport transport, ReentrantLock lock) {
        this.channel = channel;
        this.state = state;
        this.transport = transport;
        this.lock = lock;
    }

    void writeNow(ByteBuffer src) throws IOException {
        lock.lock();
        try {
            requireWritable();
            transport.write(src);
        } finally {
            lock.unlock();
        }
    }

    long writeNow(ByteBuffer[] srcs, int offset, int length) throws IOException {
        lock.lock();
        try {
            requireWritable();
            return transport.write(srcs, offset, length);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes all of it, unless the channel is closed meanwhile.
     *
     * @param negotiatingMillis the longest wait for the outcome of a negotiation, 0 for no limit
     */
    void awaitAndWrite(ByteBuffer src, long negotiatingMillis) throws IOException {
        lock.lock();
        try {
            requireWritable();
            long deadline = 0;
            while (src.hasRemaining() && channel.isOpen()) {
                if (transport.write(src) == 0 && src.hasRemaining()) {
                    if (negotiatingMillis > 0 && deadline == 0) {
                        deadline = System.nanoTime() + negotiatingMillis * 1_000_000;
                    }
                    long left = deadline == 0 ? -1 : Math.max(0, deadline - System.nanoTime());
                    if (!transport.awaitWritable(left)) {
                        throw new SocketTimeoutException("Write timed out: the server has not accepted the connection");
                    }
                    requireNotShutdown();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes all of it, unless the channel is closed meanwhile. Returns the number of bytes written. */
    long awaitAndWrite(ByteBuffer[] srcs, int offset, int length) throws IOException {
        lock.lock();
        try {
            requireWritable();
            long total = 0;
            int next = offset;
            int last = offset + length;
            while (channel.isOpen()) {
                while (next < last && !srcs[next].hasRemaining()) {
                    next++;
                }
                if (next == last) {
                    break;
                }
                long n = transport.write(srcs, next, last - next);
                total += n;
                if (n == 0) {
                    transport.awaitWritable(-1);
                    requireNotShutdown();
                }
            }
            return total;
        } finally {
            lock.unlock();
        }
    }

    /** Any thread. */
    void requireWritable() throws IOException {
        state.requireConnected();
        requireNotShutdown();
    }

    private void requireNotShutdown() throws AsynchronousCloseException {
        if (shutdown) {
            // For whatever write, as the JDK does.
            throw new AsynchronousCloseException();
        }
    }

    /** Ends the stream. A thread that waits for room gives way, and the lock with it. */
    void shutdown() throws IOException {
        state.requireConnected();
        shutdown = true;
        transport.interruptWrites();
        lock.lock();
        try {
            state.requireConnected();
            if (!ended) {
                transport.shutdownOutput();
                ended = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Any thread. */
    boolean isShutdown() {
        return shutdown;
    }
}
