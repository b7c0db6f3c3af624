package io.smc4j.engine.nio;

import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** Reads for a socket channel: with its read lock held, and in the bracket of its waits if it blocks. */
final class ReadHalf {

    private static final int UNAVAILABLE = Sockets.UNAVAILABLE;
    private static final int EOF = Sockets.EOF;

    private final SmcSocketChannel channel;
    private final ChannelState state;
    private final ChannelTransport transport;
    private final ReentrantLock lock;
    private final ShutdownFlags shutdown;

    ReadHalf(SmcSocketChannel channel, ChannelState state, ChannelTransport transport, ReentrantLock lock,
            ShutdownFlags shutdown) {
        this.channel = channel;
        this.state = state;
        this.transport = transport;
        this.lock = lock;
        this.shutdown = shutdown;
    }

    /**
     * Reads, after a wait if the channel blocks.
     *
     * @param timeoutMillis the longest wait, 0 for none
     */
    int read(ByteBuffer dst, long timeoutMillis) throws IOException {
        state.requireConnected();
        if (!channel.isBlocking()) {
            return readNow(dst);
        }
        int n = UNAVAILABLE;
        try {
            channel.beginWaiting();
            n = awaitAndRead(dst, timeoutMillis);
        } finally {
            channel.endWaiting(n > 0 || n == EOF && channel.isOpen());
        }
        return n;
    }

    /** As {@link #read(ByteBuffer, long)}, without a limit. */
    long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        state.requireConnected();
        if (!channel.isBlocking()) {
            return readNow(dsts, offset, length);
        }
        long n = UNAVAILABLE;
        try {
            channel.beginWaiting();
            n = awaitAndRead(dsts, offset, length);
        } finally {
            channel.endWaiting(n > 0 || n == EOF && channel.isOpen());
        }
        return n;
    }

    /** Reads what is there, 0 bytes if there is nothing. */
    int readNow(ByteBuffer dst) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            if (shutdown.input) {
                return EOF;
            }
            int n = transport.transport().read(dst);
            return n == UNAVAILABLE ? 0 : n;
        } finally {
            lock.unlock();
        }
    }

    /** Reads several buffers' worth of what is there, 0 bytes if there is nothing. */
    private long readNow(ByteBuffer[] dsts, int offset, int length) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            if (shutdown.input) {
                return EOF;
            }
            long n = transport.transport().read(dsts, offset, length);
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
    private int awaitAndRead(ByteBuffer dst, long timeoutMillis) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            long deadline = timeoutMillis <= 0 ? 0 : System.nanoTime() + timeoutMillis * 1_000_000;
            while (!shutdown.input) {
                int n = deadline == 0 ? transport.transport().readOrAwait(dst) : transport.transport().read(dst);
                if (n != UNAVAILABLE || !channel.isOpen()) {
                    return n;
                }
                long left = timeoutMillis <= 0 ? -1 : Math.max(0, deadline - System.nanoTime());
                if (!transport.transport().awaitReadable(left)) {
                    throw new SocketTimeoutException("Read timed out");
                }
            }
            return EOF;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for bytes and reads them, as {@link #awaitAndRead(ByteBuffer, long)} without a limit. */
    private long awaitAndRead(ByteBuffer[] dsts, int offset, int length) throws IOException {
        lock.lock();
        try {
            state.requireConnected();
            while (!shutdown.input) {
                long n = transport.transport().read(dsts, offset, length);
                if (n != UNAVAILABLE || !channel.isOpen()) {
                    return n;
                }
                transport.transport().awaitReadable(-1);
            }
            return EOF;
        } finally {
            lock.unlock();
        }
    }

    /** Does not wait for a thread that reads: what there is is that thread's, and nothing is left for this one. */
    int available() throws IOException {
        state.requireConnected();
        if (!lock.tryLock()) {
            return 0;
        }
        try {
            state.requireConnected();
            return shutdown.input ? 0 : transport.transport().available();
        } finally {
            lock.unlock();
        }
    }

    /** Ends reading, also for a thread that waits in it; takes no lock. */
    void shutdown() throws IOException {
        state.requireConnected();
        shutdown.input = true;
        transport.shutdownInput();
        channel.keys().changed();
    }

    /** Any thread. */
    boolean isShutdown() {
        return shutdown.input;
    }
}
