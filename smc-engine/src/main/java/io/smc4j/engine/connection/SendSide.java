package io.smc4j.engine.connection;

import io.smc4j.engine.link.PeerRing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The writing end of the peer's ring. For one thread at a time.
 *
 * <p>Silly windows are avoided as the kernel does: a write waits until a quarter of the window is free, unless less will
 * do, and the reader tells of space only when half of the ring is free. A reader that tells of space only when it has received
 * more is sent the little there is room for.
 *
 * <p>The peer may offer another ring in place of the one that is written to. It is taken when there is no room; what is
 * unread in the former one does not count any more.
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

    /** The ring that is written to. */
    private static final class Window {
        final ByteBuffer data;
        /** Number of the peer's offer that it was. */
        final int number;
        final int size;
        final int quarter;
        /** The first byte written to it. */
        final long from;
        /** The consumer cursor then. */
        final long floor;

        Window(ByteBuffer data, int number, int size, long from, long floor) {
            this.data = data;
            this.number = number;
            this.size = size;
            this.quarter = size / 4;
            this.from = from;
            this.floor = floor;
        }
    }

    private final PeerRing ring;
    private final int limit;
    /** Replaced by the writing thread, looked at by any: all in it is final, and belongs together. */
    private Window window;
    /** Bytes ever written. Written by the writing thread, looked at by any. */
    private long producer;
    /** What the consumer cursor was when last looked at, but not before the window. */
    private long seen;

    /** @param limit bytes that may be under way in a ring at most */
    SendSide(PeerRing ring, int limit) {
        this(ring, limit, 0);
    }

    /** @param start the position of both cursors */
    SendSide(PeerRing ring, int limit, long start) {
        this.ring = ring;
        this.limit = limit;
        this.producer = start;
        this.seen = start;
        this.window = new Window(ring.data(), 0, Math.min(limit, ring.size()), start, start);
    }

    int window() {
        return window.size;
    }

    /**
     * Copies in what fits, not yet visible to the peer.
     *
     * @param more bytes the caller has to write beyond this buffer
     * @return how many bytes, 0 if there is not enough room to bother
     */
    int write(ByteBuffer source, int more) throws CursorException {
        int length = source.remaining();
        int wanted = (int) Math.min((long) length + more, window.quarter);
        int free = free();
        if (free < wanted || free == 0) {
            ring.setBlocked();
            free = refresh();
            if (free < least(wanted)) {
                if (!takeOffer()) {
                    wantRoom();
                    return 0;
                }
                free = window.size;
            }
        }
        int n = Math.min(length, free);
        Cursor.copyIn(source, window.data, producer, n);
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
        if (hasRoom()) {
            return true;
        }
        wantRoom();
        return false;
    }

    /** Whether a write would be accepted, or the cursor is broken, which writing will tell; any thread. */
    boolean hasRoom() {
        Window now = window;
        long consumer = ring.consumer();
        long used = total() - Math.max(consumer, now.from);
        return consumer < now.floor || used < 0 || used > now.size || now.size - used >= least(now.quarter)
                || ring.offer() != now.number;
    }

    /** The room that is waited for, which is usually so much. */
    private int least(int usual) {
        return ring.isStuck() ? 1 : usual;
    }

    private void wantRoom() {
        Window now = window;
        if (now.size < limit) {
            ring.wantRoom(now.size, now.number);
        }
    }

    /** Goes over to another ring if the peer has offered one; returns whether it has. All of it is room then. */
    boolean takeOffer() throws CursorException {
        int number = ring.offer();
        if (number == window.number) {
            return false;
        }
        long consumer = consumer();
        Cursor.distance(Math.max(consumer, window.from), producer, window.size);
        ByteBuffer data = ring.take(number, producer);
        if (data == null) {
            throw new CursorException("SMC peer offered a ring that cannot be");
        }
        seen = producer;
        window = new Window(data, number, Math.min(limit, data.capacity()), producer, consumer);
        return true;
    }

    private int free() throws CursorException {
        int free = window.size - (int) (producer - seen);
        return free >= window.size / 2 ? free : refresh();
    }

    private int refresh() throws CursorException {
        long consumer = Math.max(consumer(), window.from);
        int used = Cursor.distance(consumer, producer, window.size);
        seen = consumer;
        return window.size - used;
    }

    /** Bytes ever read, as the peer says; what it had in its former rings it may read later. */
    private long consumer() throws CursorException {
        long consumer = ring.consumer();
        if (consumer < window.floor) {
            throw new CursorException(consumer - window.floor, window.size);
        }
        return consumer;
    }

    /** Whether the peer has read everything. */
    boolean isConsumed() {
        return ring.consumer() == producer;
    }

    /** Bytes ever written; any thread. */
    long total() {
        return (long) PRODUCER.getOpaque(this);
    }
}
