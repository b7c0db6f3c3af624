package io.smc4j.engine.nio;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.ReentrantLock;

/** Writes for a socket channel: with its write lock held, and in the bracket of its waits if it blocks. */
final class WriteHalf {

    private final SmcSocketChannel channel;
    private final ChannelState state;
    private final ChannelTransport transport;
    private final ReentrantLock lock;
    private final ShutdownFlags shutdown;
    /** Whether {@link #shutdown} was carried out; guarded by the lock. */
    private boolean ended;

    WriteHalf(SmcSocketChannel channel, ChannelState state, ChannelTransport transport, ReentrantLock lock,
            ShutdownFlags shutdown) {
        this.channel = channel;
        this.state = state;
        this.transport = transport;
        this.lock = lock;
        this.shutdown = shutdown;
    }

    /** Writes what fits now, or all of it if the channel blocks. */
    int write(ByteBuffer src) throws IOException {
        requireWritable();
        int start = src.position();
        if (!channel.isBlocking()) {
            writeNow(src);
            return src.position() - start;
        }
        boolean completed = false;
        try {
            channel.beginWaiting();
            awaitAndWrite(src, 0);
            completed = src.position() > start || !src.hasRemaining() && channel.isOpen();
        } finally {
            channel.endWaiting(completed);
        }
        if (src.position() == start) {
            requireNotShutdown();
        }
        return src.position() - start;
    }

    /** As {@link #write(ByteBuffer)}, from several buffers. */
    long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        requireWritable();
        if (!channel.isBlocking()) {
            return writeNow(srcs, offset, length);
        }
        long total = 0;
        boolean completed = false;
        try {
            channel.beginWaiting();
            total = awaitAndWrite(srcs, offset, length);
            completed = total > 0 || channel.isOpen();
        } finally {
            channel.endWaiting(completed);
        }
        if (total == 0) {
            requireNotShutdown();
        }
        return total;
    }

    /**
     * Waits until all is written.
     *
     * @param negotiatingMillis as of {@link #awaitAndWrite(ByteBuffer, long)}
     */
    void writeFully(ByteBuffer src, long negotiatingMillis) throws IOException {
        requireWritable();
        try {
            channel.beginWaiting();
            awaitAndWrite(src, negotiatingMillis);
        } finally {
            channel.endWaiting(!src.hasRemaining());
        }
        if (src.hasRemaining()) {
            // What the kernel says when another thread has shut down the output.
            throw new IOException("Broken pipe");
        }
    }

    /** Writes a byte as urgent; waits until it is known what carries the connection if the channel blocks. */
    void writeUrgent(byte value) throws IOException {
        requireWritable();
        if (!channel.isBlocking()) {
            if (!writeUrgentLocked(value, false)) {
                throw new IOException("Socket buffer full");
            }
            return;
        }
        boolean completed = false;
        try {
            channel.beginWaiting();
            completed = writeUrgentLocked(value, true);
        } finally {
            channel.endWaiting(completed);
        }
        if (!completed) {
            throw new SocketException("No buffer space available");
        }
    }

    /** Writes what fits now. */
    void writeNow(ByteBuffer src) throws IOException {
        lock.lock();
        try {
            requireWritable();
            transport.transport().write(src);
        } finally {
            lock.unlock();
        }
    }

    private long writeNow(ByteBuffer[] srcs, int offset, int length) throws IOException {
        lock.lock();
        try {
            requireWritable();
            return transport.transport().write(srcs, offset, length);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes all of it, unless the channel is closed or its output shut down meanwhile.
     *
     * @param negotiatingMillis the longest wait for the outcome of a negotiation, 0 for no limit
     */
    private void awaitAndWrite(ByteBuffer src, long negotiatingMillis) throws IOException {
        lock.lock();
        try {
            requireWritable();
            long deadline = 0;
            while (src.hasRemaining() && channel.isOpen() && !shutdown.output) {
                if (transport.transport().write(src) == 0 && src.hasRemaining()) {
                    if (negotiatingMillis > 0 && deadline == 0) {
                        deadline = System.nanoTime() + negotiatingMillis * 1_000_000;
                    }
                    long left = deadline == 0 ? -1 : Math.max(0, deadline - System.nanoTime());
                    if (!transport.transport().awaitWritable(left)) {
                        throw new SocketTimeoutException("Write timed out: the server has not accepted the connection");
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #awaitAndWrite(ByteBuffer, long)} without a limit. Returns the number of bytes written. */
    private long awaitAndWrite(ByteBuffer[] srcs, int offset, int length) throws IOException {
        lock.lock();
        try {
            requireWritable();
            long total = 0;
            int next = offset;
            int last = offset + length;
            while (channel.isOpen() && !shutdown.output) {
                while (next < last && !srcs[next].hasRemaining()) {
                    next++;
                }
                if (next == last) {
                    break;
                }
                long n = transport.transport().write(srcs, next, last - next);
                total += n;
                if (n == 0) {
                    transport.transport().awaitWritable(-1);
                }
            }
            return total;
        } finally {
            lock.unlock();
        }
    }

    private boolean writeUrgentLocked(byte value, boolean await) throws IOException {
        lock.lock();
        try {
            requireWritable();
            return transport.transport().writeUrgent(value, await);
        } finally {
            lock.unlock();
        }
    }

    private void requireWritable() throws IOException {
        state.requireConnected();
        requireNotShutdown();
    }

    /** For a write that has written nothing: the JDK says the same of an output shut down before it and during it. */
    private void requireNotShutdown() throws AsynchronousCloseException {
        if (shutdown.output) {
            throw new AsynchronousCloseException();
        }
    }

    /** Ends the stream. A thread that waits for room gives way, and the lock with it. */
    void shutdown() throws IOException {
        state.requireConnected();
        shutdown.output = true;
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
        return shutdown.output;
    }
}
