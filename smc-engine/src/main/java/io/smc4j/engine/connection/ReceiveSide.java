package io.smc4j.engine.connection;

import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerOverflow;
import io.smc4j.engine.link.RingGeneration;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** The reading end of a connection's own ring. For one thread at a time. */
final class ReceiveSide {

    private static final VarHandle CONSUMER;
    private static final VarHandle FULLS;

    static {
        try {
            CONSUMER = MethodHandles.lookup().findVarHandle(ReceiveSide.class, "consumer", long.class);
            FULLS = MethodHandles.lookup().findVarHandle(ReceiveSide.class, "fulls", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LocalRing ring;
    /** What is read from now. */
    private RingGeneration stretch;
    private ByteBuffer data;
    private int size;
    /** The position of what is at the beginning of the memory, or any that leaves the same remainder. */
    private long base;
    /** Memory of the peer that what follows the ring is in, or what is read now; {@code null} if none is known of. */
    private PeerOverflow overflow;
    /** How many the peer had begun and ended when the last one was passed. */
    private int overflowsPassed;
    /** Bytes ever read. Written by the reading thread, looked at by any. */
    private long consumer;
    /** What the producer cursor was when last looked at, but not beyond the stretch. */
    private long seen;
    /** Looks that found the ring full. Written by the reading thread, looked at by any. */
    private long fulls;

    ReceiveSide(LocalRing ring) {
        this(ring, 0);
    }

    /** @param start the position of both cursors */
    ReceiveSide(LocalRing ring, long start) {
        this.ring = ring;
        this.consumer = start;
        this.seen = start;
        enter(ring.oldest());
    }

    private void enter(RingGeneration next) {
        stretch = next;
        data = next.data();
        size = next.size();
        base = 0;
    }

    /** Bytes that can be read now, at least. */
    int available() throws CursorException {
        return refresh(consumer);
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
        int n = readOn(target);
        if (n > 0 && (stretch.next() != null || overflow != null)) {
            // What follows is in other memory, but no less there.
            for (int more = n; more > 0 && target.hasRemaining(); n += more) {
                more = readOn(target);
            }
        }
        return n;
    }

    private int readOn(ByteBuffer target) throws CursorException {
        long position = consumer;
        int available = (int) (seen - position);
        if (available < target.remaining()) {
            available = refresh(position);
        }
        int n = Math.min(available, target.remaining());
        if (n > 0) {
            Cursor.copyOut(data, position - base, target, n);
            CONSUMER.setOpaque(this, position + n);
        }
        return n;
    }

    private int refresh(long position) throws CursorException {
        long producer = ring.producer();
        // After that look, an acquire: then what bytes up to there can be in is known here.
        long end = stretch.next() == null && overflow == null && ring.overflows() == overflowsPassed ? producer
                : endOf(position, producer);
        int available = Cursor.distance(position, end, size);
        seen = end;
        if (available == size) {
            FULLS.setOpaque(this, fulls + 1);
        }
        return available;
    }

    /** Goes over to the memory in which the position is, and returns up to where it can be read. */
    private long endOf(long position, long producer) throws CursorException {
        passOverflow(position);
        if (ring.overflows() != (overflow == null ? overflowsPassed : overflow.count())) {
            overflow = ring.overflow(overflow, overflowsPassed, position);
            if (overflow == null) {
                throw new CursorException("SMC peer told of an overflow that cannot be");
            }
            passOverflow(position);
        }
        long end = producer;
        if (overflow != null) {
            if (position >= overflow.from()) {
                return inOverflow(producer);
            }
            if (data != stretch.data()) {
                // Another one ended where the reader is.
                enter(stretch);
            }
            end = Math.min(producer, overflow.from());
        }
        for (RingGeneration next = stretch.next(); next != null && ring.isTaken(next); next = stretch.next()) {
            if (overflow != null && next.from() >= overflow.from()) {
                break;
            }
            int left = Cursor.distance(position, next.from(), size);
            if (left > 0) {
                return Math.min(end, next.from());
            }
            enter(next);
            ring.reached(next);
        }
        return end;
    }

    private long inOverflow(long producer) throws CursorException {
        if (data != overflow.data()) {
            data = overflow.data();
            size = data.capacity();
            base = overflow.from();
            ring.enteredOverflow();
        }
        long end = Math.min(producer, overflow.to());
        Cursor.distance(base, end, size);
        return end;
    }

    /** Goes back to the ring when all of an overflow was read. */
    private void passOverflow(long position) {
        if (overflow != null && position >= overflow.to()) {
            overflowsPassed = overflow.count();
            overflow = null;
            enter(stretch);
        }
    }

    /** Publishes what was read; the peer may overwrite it then. Returns whether the peer is to be told. */
    boolean publish() {
        return ring.publishConsumer(consumer);
    }

    /** How often the ring was found full; any thread. */
    long fulls() {
        return (long) FULLS.getOpaque(this);
    }

    /** Bytes ever read; any thread. */
    long total() {
        return (long) CONSUMER.getOpaque(this);
    }
}
