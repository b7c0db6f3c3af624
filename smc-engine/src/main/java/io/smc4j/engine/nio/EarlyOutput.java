package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the application writes before it is known what carries the connection. With TCP these bytes would lie in the
 * socket's buffer, so that neither a write nor the end of the output waits for a server that has not accepted yet; here
 * they lie in this one. When the outcome is known they are handed on, in order, before anything that is written later.
 *
 * <p>Thread-safe: one thread writes, and another one learns the outcome.
 */
final class EarlyOutput {

    /** What a new ring has room for. */
    static final int LIMIT = SmcConfig.MIN_BUFFER_SIZE;
    /** Result of {@link #add}: nothing is kept here any more. */
    static final int CLOSED = -1;

    private static final int FIRST_SIZE = 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** What carries the connection. */
    interface Stream {
        /** Returns the number of bytes taken, 0 if there is no room. */
        int write(ByteBuffer bytes) throws IOException;

        /** Ends the output. */
        void end() throws IOException;

        /** From now on writes go to the stream directly. */
        void open();
    }

    private ByteBuffer bytes = NOTHING;
    private volatile int size;
    private volatile boolean closed;
    private boolean ended;
    private Stream stream;

    /** @param opened run when writes may go to the socket directly */
    static Stream tcp(TcpSocket socket, Runnable opened) {
        return new Stream() {

            @Override
            public int write(ByteBuffer bytes) throws IOException {
                return socket.stream().write(bytes);
            }

            @Override
            public void end() throws IOException {
                socket.shutdown(Sockets.SHUT_WR);
            }

            @Override
            public void open() {
                opened.run();
            }
        };
    }

    /** @param opened run when writes may go to the connection directly */
    static Stream smc(SmcConnection connection, Runnable opened) {
        return new Stream() {

            @Override
            public int write(ByteBuffer bytes) throws IOException {
                return connection.write(bytes);
            }

            @Override
            public void end() {
                connection.shutdownOutput();
            }

            @Override
            public void open() {
                opened.run();
            }
        };
    }

    /**
     * Keeps what there is room for.
     *
     * @return the number of bytes kept, or {@link #CLOSED}
     */
    synchronized int add(ByteBuffer[] sources, int offset, int length) {
        if (closed) {
            return CLOSED;
        }
        int before = size;
        for (int i = offset; i < offset + length && size < LIMIT; i++) {
            add(sources[i]);
        }
        return size - before;
    }

    private void add(ByteBuffer source) {
        int n = Math.min(source.remaining(), LIMIT - size);
        if (bytes.capacity() < size + n) {
            int capacity = Math.min(LIMIT, Math.max(FIRST_SIZE, 2 * (size + n)));
            bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
        }
        bytes.put(source.slice(source.position(), n));
        source.position(source.position() + n);
        size += n;
    }

    /** Whether {@link #add} would keep something, or is not to be called any more; any thread. */
    boolean hasRoom() {
        return size < LIMIT || closed;
    }

    /** Whether everything is handed on, so that writes go to the stream directly; any thread. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Ends the output behind what is kept. Returns {@code false} if nothing is kept any more: then the caller ends the
     * stream.
     */
    synchronized boolean end() {
        if (closed) {
            return false;
        }
        ended = true;
        return true;
    }

    /**
     * The outcome is known. Returns whether the stream has taken everything, else {@link #flush()} is to be called
     * again.
     */
    synchronized boolean open(Stream outcome) {
        stream = outcome;
        return flush();
    }

    /** Hands on what there is room for. Returns whether nothing is left. */
    synchronized boolean flush() {
        if (closed) {
            return true;
        }
        if (stream == null) {
            return false;
        }
        try {
            if (size > 0 && !handOn()) {
                return false;
            }
            if (ended) {
                stream.end();
            }
        } catch (IOException e) {
            // As if the socket's buffer had been lost with the connection: whoever reads or writes next finds out.
            ConnectionEstablishment.LOG.log(System.Logger.Level.DEBUG, "not sent before the connection ended", e);
        }
        close();
        stream.open();
        return true;
    }

    private boolean handOn() throws IOException {
        bytes.flip();
        try {
            while (bytes.hasRemaining()) {
                if (stream.write(bytes) == 0) {
                    return false;
                }
            }
            return true;
        } finally {
            bytes.compact();
            size = bytes.position();
        }
    }

    /** Takes what is left, for whoever ends the connection. */
    synchronized ByteBuffer take() {
        ByteBuffer left = bytes.flip();
        close();
        return left;
    }

    private void close() {
        bytes = NOTHING;
        size = 0;
        closed = true;
    }
}
