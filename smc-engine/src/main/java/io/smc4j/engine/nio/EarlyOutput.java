package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the application writes before it is known what carries the connection. With TCP these bytes would lie in the
 * socket's buffer, so that neither a write nor the end of the output waits for a server that has not accepted yet; here
 * they lie in this one. When the outcome is known they are handed on, in order, before anything that is written later.
 *
 * <p>Guarded by the channel's write lock, but for {@link #hasRoom()} and {@link #isEmpty()}.
 */
final class EarlyOutput {

    /** What a new ring has room for. */
    static final int LIMIT = SmcConfig.MIN_BUFFER_SIZE;
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");
    private static final int FIRST_SIZE = 1024;

    private ByteBuffer bytes = NOTHING;
    private volatile int size;
    private boolean ended;

    /** Keeps what there is room for. Returns the number of bytes kept. */
    int add(ByteBuffer source) {
        int n = Math.min(source.remaining(), LIMIT - size);
        if (bytes.capacity() < size + n) {
            int capacity = Math.min(LIMIT, Math.max(FIRST_SIZE, 2 * (size + n)));
            bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
        }
        if (n > 0) {
            bytes.put(source.slice(source.position(), n));
            source.position(source.position() + n);
            size += n;
        }
        return n;
    }

    /** Whether {@link #add} would keep something; any thread. */
    boolean hasRoom() {
        return size < LIMIT;
    }

    /** Whether nothing is kept; any thread. */
    boolean isEmpty() {
        return size == 0;
    }

    /** Ends the output behind what is kept. */
    void end() {
        ended = true;
    }

    /** Hands on what there is room for, and the end. Returns whether nothing is left. */
    boolean handOn(EstablishedTransport transport) {
        try {
            if (size > 0 && !writeTo(transport)) {
                return false;
            }
            if (ended) {
                transport.end();
            }
        } catch (IOException e) {
            // As if the socket's buffer had been lost with the connection: whoever reads or writes next finds out.
            LOG.log(System.Logger.Level.DEBUG, "not sent before the connection ended", e);
        }
        return true;
    }

    private boolean writeTo(EstablishedTransport transport) throws IOException {
        bytes.flip();
        try {
            while (bytes.hasRemaining()) {
                if (transport.writeThrough(bytes) == 0) {
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
    ByteBuffer take() {
        ByteBuffer left = bytes.flip();
        bytes = NOTHING;
        size = 0;
        return left;
    }
}
