package io.smc4j.engine.connection;

import io.smc4j.engine.link.Overflow;
import io.smc4j.engine.link.PeerRing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The writing end of the peer's ring. For one thread at a time.
 *
 * <p>Silly windows are avoided as the kernel does: a write waits until a quarter of the window is free, unless less
 * will do, and the reader tells of space only when half of the ring is free. A reader that tells of space only when it
 * has received more is sent the little there is room for.
 *
 * <p>The peer may offer another ring in place of the one that is written to. It is taken when there is no room; what is
 * unread in the former one does not count any more.
 *
 * <p>Where there is no room and no offer, an {@linkplain Overflow overflow} takes what is written, as a socket's send
 * buffer would, until it is read, or full, or has had as much as the limit in a moment.
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

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.connection");
    private static final long NOTHING_PASSED = -1;
    /**
     * For how long the peer must have read nothing before as much as the limit may go to overflows once more: a writer
     * that is only faster gains nothing by them, and fresh memory costs page faults on both sides.
     */
    private static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What is done to it now and then. */
    interface Upkeep {
        void run() throws CursorException;
    }

    /** What is written to. */
    private static final class Window {
        /** The peer's ring, also where an overflow is written to. */
        final ByteBuffer ring;
        /** Number of the peer's offer that it was. */
        final int number;
        final int size;
        /** The room that is waited for. */
        final int quarter;
        /** The first byte written to the ring or the overflow. */
        final long from;
        /** The consumer cursor then. */
        final long floor;
        /** {@code null} if the ring is written to. */
        final Overflow overflow;

        Window(ByteBuffer ring, int number, int size, long from, long floor, Overflow overflow) {
            this.ring = ring;
            this.number = number;
            this.size = size;
            this.quarter = overflow == null ? size / 4 : Math.min(size / 4, Overflow.STEP);
            this.from = from;
            this.floor = floor;
            this.overflow = overflow;
        }

        Window back(long position, long consumer) {
            return new Window(ring, number, size, position, consumer, null);
        }

        /** Bytes in an overflow that may be written, if so many were ever written. */
        long overflowRoom(long total) {
            return overflow.room() - (total - from);
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
    /** Where the last overflow ended, while the peer has not read up to there; its memory is in use until then. */
    private volatile long passedAt = NOTHING_PASSED;
    /** Bytes that may be written to overflows until it is renewed, not counting the last overflow. */
    private volatile long credit;
    /** How far the peer had read when it was last looked at, and since when; any thread that finds no room looks. */
    private volatile long readAt;
    private volatile long readSince;

    /** @param limit bytes that may be under way at most, in a ring and in an overflow */
    SendSide(PeerRing ring, int limit) {
        this(ring, limit, 0);
    }

    /** @param start the position of both cursors */
    SendSide(PeerRing ring, int limit, long start) {
        this.ring = ring;
        this.limit = limit;
        this.producer = start;
        this.seen = start;
        this.credit = limit;
        this.readAt = start;
        this.readSince = System.nanoTime();
        this.window = new Window(ring.data(), 0, Math.min(limit, ring.size()), start, start, null);
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
        long rest = (long) length + more;
        int wanted = (int) Math.min(rest, window.quarter);
        int free = free();
        if (free < wanted || free == 0) {
            ring.setBlocked();
            free = refresh();
            if (free < least(wanted)) {
                free = makeRoom(rest, wanted);
                if (free == 0) {
                    wantRoom();
                    return 0;
                }
            }
        }
        int n = Math.min(length, free);
        Window now = window;
        if (now.overflow == null) {
            Cursor.copyIn(source, now.ring, producer, n);
        } else {
            Cursor.copyIn(source, now.overflow.data(), producer - now.from, n);
        }
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
        if (hasRoom() || canOverflow()) {
            return true;
        }
        wantRoom();
        return false;
    }

    /** Whether a write would be accepted, or the cursor is broken, which writing will tell; any thread. */
    boolean hasRoom() {
        Window now = window;
        long consumer = ring.consumer();
        if (now.overflow != null) {
            return consumer < now.floor || consumer >= now.from || now.overflowRoom(total()) >= now.quarter
                    || ring.offer() != now.number;
        }
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
        Window before = window;
        if (number == before.number) {
            return false;
        }
        long consumer = consumer();
        if (before.overflow == null) {
            Cursor.distance(Math.max(consumer, before.from), producer, before.size);
        }
        ByteBuffer data = ring.take(number, producer);
        if (data == null) {
            throw new CursorException("SMC peer offered a ring that cannot be");
        }
        if (before.overflow != null) {
            endOverflow(consumer);
        }
        seen = producer;
        window = new Window(data, number, Math.min(limit, data.capacity()), producer, consumer, null);
        return true;
    }

    /** Does what has time; if the peer has said what cannot be, whoever has no room comes upon it. */
    void keepUp(Upkeep upkeep) {
        try {
            upkeep.run();
        } catch (CursorException e) {
            LOG.log(System.Logger.Level.DEBUG, "left as it is", e);
        }
    }

    private int free() throws CursorException {
        if (window.overflow != null) {
            return refresh();
        }
        int free = window.size - (int) (producer - seen);
        return free >= window.size / 2 ? free : refresh();
    }

    private int refresh() throws CursorException {
        long cursor = consumer();
        if (window.overflow != null) {
            if (cursor != producer) {
                return (int) window.overflowRoom(producer);
            }
            leaveOverflow(cursor);
        }
        reclaim(cursor);
        long consumer = Math.max(cursor, window.from);
        int used = Cursor.distance(consumer, producer, window.size);
        seen = consumer;
        return window.size - used;
    }

    // ---- overflow

    /** Finds room elsewhere; returns how much. */
    private int makeRoom(long rest, int wanted) throws CursorException {
        Window now = window;
        if (now.overflow == null) {
            return takeOffer() ? window.size : beginOverflow(rest);
        }
        long used = producer - now.from;
        int free = (int) (now.overflow.extend(used + rest) - used);
        if (free >= wanted) {
            return free;
        }
        long consumer = consumer();
        if (consumer >= now.from) {
            // Nothing unread is in the ring any more.
            leaveOverflow(consumer);
            return window.size;
        }
        return takeOffer() ? window.size : 0;
    }

    /** Whether a write would find room where the ring has none; any thread. */
    private boolean canOverflow() {
        Overflow current = window.overflow;
        if (current != null) {
            return current.canExtend();
        }
        long consumer = ring.consumer();
        long underWay = total() - consumer;
        long passed = passedAt;
        if (passed != NOTHING_PASSED && consumer < passed || limit - underWay < Overflow.STEP) {
            return false;
        }
        if (credit <= 0) {
            long early = CREDIT_NANOS - unreadNanos(consumer);
            if (early > 0) {
                // The peer tells when it has read, but nothing else would.
                ring.lookAgain(early);
                return false;
            }
        }
        return ring.canBeginOverflow();
    }

    /** For how long the peer has read nothing, as far as somebody has looked. */
    private long unreadNanos(long consumer) {
        long now = System.nanoTime();
        if (consumer != readAt) {
            readSince = now;
            readAt = consumer;
        }
        return now - readSince;
    }

    private int beginOverflow(long rest) throws CursorException {
        long consumer = consumer();
        reclaim(consumer);
        if (passedAt != NOTHING_PASSED) {
            return 0;
        }
        if (credit < limit && unreadNanos(consumer) >= CREDIT_NANOS) {
            credit = limit;
        }
        if (credit <= 0) {
            return 0;
        }
        int most = (int) (limit - (producer - consumer));
        Overflow overflow = ring.beginOverflow(producer, Math.min(rest, most), most);
        if (overflow == null) {
            return 0;
        }
        // The peer may offer more of its own meanwhile.
        wantRoom();
        window = new Window(window.ring, window.number, window.size, producer, consumer, overflow);
        return overflow.room();
    }

    /** Goes back to the ring, in which nothing is unread. */
    private void leaveOverflow(long consumer) {
        endOverflow(consumer);
        seen = producer;
        window = window.back(producer, consumer);
    }

    private void endOverflow(long consumer) {
        credit -= producer - window.from;
        ring.endOverflow(producer);
        passedAt = producer;
        reclaim(consumer);
    }

    private void reclaim(long consumer) {
        if (passedAt != NOTHING_PASSED && consumer >= passedAt) {
            passedAt = NOTHING_PASSED;
            ring.freeOverflow();
        }
    }

    /** Gives the memory of an overflow back if the peer has read all that was written to it. */
    void reclaimOverflow() throws CursorException {
        long consumer = consumer();
        if (window.overflow != null && consumer == producer) {
            leaveOverflow(consumer);
        } else {
            reclaim(consumer);
        }
    }

    /** Bytes ever read, as the peer says; what it had in its former rings it may read later. */
    private long consumer() throws CursorException {
        long consumer = ring.consumer();
        if (consumer < window.floor || consumer > producer) {
            throw new CursorException(producer - consumer, window.size);
        }
        return consumer;
    }

    /**
     * What was written from a position on, as far as it lies together in the peer's ring; nobody may write at the same
     * time, and no overflow be in use.
     */
    ByteBuffer from(long position) {
        ByteBuffer ring = window.ring;
        int from = (int) (position & ring.capacity() - 1);
        return ring.slice(from, (int) Math.min(producer - position, ring.capacity() - from));
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
