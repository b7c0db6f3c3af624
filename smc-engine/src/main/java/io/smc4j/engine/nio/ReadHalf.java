package io.smc4j.engine.nio;

import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a socket channel does with its read lock held: reads, now or after a wait. The channel calls, and brackets what waits
 * in its {@code begin} and {@code end}, outside of the lock.
 */
final class ReadHalf {

    static final int UNAVAILABLE = Sockets.UNAVAILABLE;
    static final int EOF = Sockets.EOF;

    private final SmcSocketChannel channel;
    private final ChannelState state;
    private final ChannelTransport transport;
    private final ReentrantLock lock;
    private volatile boolean shutdown;

    ReadHalf(SmcSocketChannel channel, ChannelState state, ChannelTransport transport, ReentrantLock lock) {
        this.channel = channel;
        this.state = state;
        this.transport = transport;
        this.lock = lock;
    }

    /** Reads what is there, 0 bytes if there is nothing. */
    int readNow(ByteBuffer dst) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            if (shutdown) {
                return EOF;
            }
            int n = transport.read(dst);
            return n == UNAVAILABLE ? 0 : n;
        } finally {
            lock.unlock();
        }
    }

    /** Reads several buffers' worth of what is there, 0 bytes if there is nothing. */
    long readNow(ByteBuffer[] dsts, int offset, int length) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            if (shutdown) {
                return EOF;
            }
            long n = transport.read(dsts, offset, length);
            return n == UNAVAILABLE ? 0 : n;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for bytes and reads them.
     *
     * @param timeoutMillis the longest wait, 0 for none
     * @return {@link #UNAVAILABLE} if the channel was closed meanwhile
     */
    int awaitAndRead(ByteBuffer dst, long timeoutMillis) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            long deadline = timeoutMillis <= 0 ? 0 : System.nanoTime() + timeoutMillis * 1_000_000;
            while (!shutdown) {
                int n = deadline == 0 ? transport.readOrAwait(dst) : transport.read(dst);
                if (n != UNAVAILABLE || !channel.isOpen()) {
                    return n;
                }
                long left = timeoutMillis <= 0 ? -1 : Math.max(0, deadline - System.nanoTime());
                if (!transport.awaitReadable(left)) {
                    throw new SocketTimeoutException("Read timed out");
                }
            }
            return EOF;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for bytes and reads them, as {@link #awaitAndRead(ByteBuffer, long)} without a limit. */
    long awaitAndRead(ByteBuffer[] dsts, int offset, int length) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            while (!shutdown) {
                long n = transport.read(dsts, offset, length);
                if (n != UNAVAILABLE || !channel.isOpen()) {
                    return n;
                }
                transport.awaitReadable(-1);
            }
            return EOF;
        } finally {
            lock.unlock();
        }
    }

    int available() throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            return shutdown ? 0 : transport.available();
        } finally {
            lock.unlock();
        }
    }

    /** Ends reading, also for a thread that waits in it; takes no lock. */
    void shutdown() throws IOException {
        state.requireConnected();
        shutdown = true;
        transport.shutdownInput();
        channel.keys().changed();
    }

    /** Any thread. */
    boolean isShutdown() {
        return shutdown;
    }
}
