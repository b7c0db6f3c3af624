package io.smc4j.engine.connection;

import io.smc4j.engine.link.PeerRing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The writing end of the peer's ring. For one thread at a time.
 *
 * <p>Silly windows are avoided as the kernel does: a write waits until a quarter of the window is free, unless less will
 * do, and the reader tells of space only when half of the ring is free.
 */
final class SendSide {

    private static final VarHandle PRODUCER;

    static {
        try {
            PRODUCER = MethodHandles.lookup().findVarHandle(SendSide.class, "producer", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PeerRing ring;
    private final ByteBuffer data;
    private final int window;
    private final int quarter;
    /** Bytes ever written. Written by the writing thread, looked at by any. */
    private long producer;
    /** What the consumer cursor was when last looked at. */
    private long seen;

    /** @param limit bytes that may be under way at most */
    SendSide(PeerRing ring, int limit) {
        this(ring, limit, 0);
    }

    /** @param start the position of both cursors */
    SendSide(PeerRing ring, int limit, long start) {
        this.ring = ring;
        this.producer = start;
        this.seen = start;
        this.data = ring.data();
        this.window = Math.min(limit, ring.size());
        this.quarter = window / 4;
    }

    int window() {
        return window;
    }

    /**
     * Copies in what fits, not yet visible to the peer.
     *
     * @param more bytes the caller has to write beyond this buffer
     * @return how many bytes, 0 if there is not enough room to bother
     */
    int write(ByteBuffer source, int more) throws CursorException {
        int length = source.remaining();
        int wanted = (int) Math.min((long) length + more, quarter);
        int free = free();
        if (free < wanted || free == 0) {
            ring.setBlocked();
            free = refresh();
            if (free < wanted || free == 0) {
                return 0;
            }
        }
        int n = Math.min(length, free);
        Cursor.copyIn(source, data, producer, n);
        PRODUCER.setOpaque(this, producer + n);
        return n;
    }

    /** Makes what was written visible to the peer. */
    void publish() {
        ring.setProducer(producer);
    }

    /**
     * Asks to be told when there is room. Returns whether there is some already, then nobody may tell; any thread.
     */
    boolean awaitRoom() {
        ring.setBlocked();
        return hasRoom();
    }

    /** Whether a write would be accepted, or the cursor is broken, which writing will tell; any thread. */
    boolean hasRoom() {
        long used = total() - ring.consumer();
        return used < 0 || used > window || window - used >= quarter;
    }

    private int free() throws CursorException {
        int free = window - (int) (producer - seen);
        return free >= window / 2 ? free : refresh();
    }

    private int refresh() throws CursorException {
        long consumer = ring.consumer();
        int used = Cursor.distance(consumer, producer, window);
        seen = consumer;
        return window - used;
    }

    /** Bytes ever written; any thread. */
    long total() {
        return (long) PRODUCER.getOpaque(this);
    }
}
