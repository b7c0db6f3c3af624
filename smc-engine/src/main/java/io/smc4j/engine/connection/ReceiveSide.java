package io.smc4j.engine.connection;

import io.smc4j.engine.link.LocalRing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** The reading end of a connection's own ring. For one thread at a time. */
final class ReceiveSide {

    private static final VarHandle CONSUMER;

    static {
        try {
            CONSUMER = MethodHandles.lookup().findVarHandle(ReceiveSide.class, "consumer", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LocalRing ring;
    private final ByteBuffer data;
    private final int size;
    /** Bytes ever read. Written by the reading thread, looked at by any. */
    private long consumer;
    /** What the producer cursor was when last looked at. */
    private long seen;

    ReceiveSide(LocalRing ring) {
        this(ring, 0);
    }

    /** @param start the position of both cursors */
    ReceiveSide(LocalRing ring, long start) {
        this.ring = ring;
        this.data = ring.data();
        this.size = ring.size();
        this.consumer = start;
        this.seen = start;
    }

    /** Bytes that can be read now. */
    int available() throws CursorException {
        return Cursor.distance(total(), ring.producer(), size);
    }

    /** Whether anything can be read now, or the cursor is broken, which reading will tell; any thread. */
    boolean hasData() {
        return ring.producer() != total();
    }

    /**
     * Copies out what fits.
     *
     * @return how many bytes, 0 if there are none
     */
    int read(ByteBuffer target) throws CursorException {
        long position = consumer;
        int available = (int) (seen - position);
        if (available < target.remaining()) {
            long producer = ring.producer();
            available = Cursor.distance(position, producer, size);
            seen = producer;
        }
        int n = Math.min(available, target.remaining());
        if (n > 0) {
            Cursor.copyOut(data, position, target, n);
            CONSUMER.setOpaque(this, position + n);
        }
        return n;
    }

    /** Publishes what was read; the peer may overwrite it then. Returns whether the peer is to be told. */
    boolean publish() {
        return ring.publishConsumer(consumer);
    }

    /** Bytes ever read; any thread. */
    long total() {
        return (long) CONSUMER.getOpaque(this);
    }
}
