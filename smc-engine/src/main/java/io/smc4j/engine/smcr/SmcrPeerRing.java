package io.smc4j.engine.smcr;

import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.wire.CdcCursor;
import io.smc4j.engine.wire.CdcMessage;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a connection sends into: the send buffer here, of which {@link #ring} writes what is new into the peer's RMB and
 * then tells by a CDC message. A byte's place in the send buffer is free when the peer has consumed the byte, so that
 * all that the peer may not have can be written once more over another link.
 */
class SmcrPeerRing extends PeerRing {

    /** What carries it: a link. */
    interface Path {
        /** Sends what the connection has to say, now or when it can be. Any thread. */
        void flush(SmcrPeerRing ring);

        /** Has its turn come once more; with the lock held, by the connection whose turn it is. */
        void flushAgain(SmcrPeerRing ring);

        /** Does something while nobody sends. */
        void whileLocked(Runnable action);

        /**
         * Posts an RDMA write; with the lock held.
         *
         * @param offset in the buffer
         * @return 0 or an error number
         */
        int write(RegisteredBuffer from, int offset, int length, long remoteAddress, int rkey);

        /** The link's number. */
        int number();
    }

    /** Bytes there is room for that stay unsent where links may change, see {@link #askIfStuck}. */
    private static final int RESERVE = 64;

    private final SmcrLocalRing local;
    private final RegisteredBuffer buffer;
    private final ByteBuffer data;
    private final Rtokens rtokens;
    private final int peerToken;
    private final int peerSize;
    private final int size;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Runnable onQuiet;
    private volatile Path link;
    private volatile long producer;
    private volatile long consumer;
    private volatile int state;
    /** The consumer cursor for which more was asked for last. */
    private volatile long askedAt = -1;
    private volatile boolean asking;
    private volatile boolean abandoned;
    private boolean quiet;
    /** The consumer cursor at the last {@link #askIfStuck}. */
    private long stuckAt = -1;
    private int moves;
    private int peerMoves;
    private volatile boolean stuck;

    // Guarded by the link's lock.
    boolean isPending;
    private long sent;
    /** The highest producer cursor that the peer was told. */
    private volatile long told;
    private int sequence;
    private int posted;
    private boolean validating;
    /** The last message that the peer has for certain. */
    private volatile int received;

    /**
     * Ties a connection's send side together.
     *
     * @param rtokens how the peer's RMB is reached
     * @param peerToken what names the connection to the peer
     * @param peerSize bytes of the peer's RMB
     * @param onQuiet told when nothing is under way after {@link #abandon}
     */
    SmcrPeerRing(SmcrLocalRing local, RegisteredBuffer buffer, Path link, Rtokens rtokens, int peerToken, int peerSize,
            Runnable onQuiet) {
        this.local = local;
        this.buffer = buffer;
        this.data = buffer.memory().asByteBuffer();
        this.link = link;
        this.rtokens = rtokens;
        this.peerToken = peerToken;
        this.peerSize = peerSize;
        this.size = Math.min(buffer.size(), peerSize);
        this.onQuiet = onQuiet;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ByteBuffer data() {
        return data;
    }

    @Override
    public void setProducer(long value) {
        producer = value;
    }

    @Override
    public long consumer() {
        return consumer;
    }

    @Override
    public synchronized void setState(int flags) {
        state |= flags;
    }

    @Override
    public boolean isResumable() {
        return local.isResumable();
    }

    @Override
    public boolean isStuck() {
        return stuck;
    }

    /**
     * A peer tells of space when its RMB is more than half full. It must be asked if it never comes to that, as the
     * send buffer is the smaller one.
     */
    @Override
    public void setBlocked() {
        VarHandle.fullFence();
        if (size < peerSize && askedAt != consumer) {
            askedAt = consumer;
            asking = true;
            ring();
        }
    }

    @Override
    public boolean ring() {
        // Between what is to be sent and the look at the link; who moves the connection sets the link, then sends.
        VarHandle.fullFence();
        link.flush(this);
        return true;
    }

    @Override
    public void ringLast() {
        ring();
    }

    // ---- with the link's lock held

    /** It is about to post, or waits for its turn; {@link #completed} once for each. */
    void begin() {
        underWay.incrementAndGet();
    }

    /**
     * Posts the RDMA writes up to the producer cursor and fills the CDC message in.
     *
     * @return 0 or an error number
     */
    int post(Path on, ByteBuffer message, int offset) {
        if (validating) {
            validating = false;
            // It tells of a message that has come, and is none itself.
            posted = received;
            CdcMessage.encode(message, offset, received, peerToken, 0, 0, 0, 0, CdcMessage.FAILOVER_VALIDATION, 0);
            on.flushAgain(this);
            return 0;
        }
        boolean asks = asking || stuck;
        asking = false;
        int shown = state;
        long end = producer;
        if (local.mayChangeLinks() && !stuck && shown == 0) {
            end = Math.max(told, Math.min(end, consumer + size - RESERVE));
        }
        int flags = producer - consumer >= size ? CdcMessage.WRITE_BLOCKED : 0;
        flags |= asks ? CdcMessage.WRITE_BLOCKED | CdcMessage.UPDATE_REQUESTED : 0;
        told = end;
        int error = sent < end ? write(on, end) : 0;
        long consumed = local.confirm();
        posted = ++sequence;
        CdcMessage.encode(message, offset, sequence, peerToken, CdcCursor.wrap(end, peerSize),
                CdcCursor.count(end, peerSize), CdcCursor.wrap(consumed, local.size()),
                CdcCursor.count(consumed, local.size()), flags, wireState(shown));
        return error;
    }

    private int write(Path on, long end) {
        int rkey = rtokens.rkey(on.number());
        long base = rtokens.address(on.number());
        // What was consumed meanwhile, after a change of links, need not be written, and its place may be taken.
        long position = Math.max(sent, consumer);
        while (position < end) {
            int from = (int) (position & buffer.size() - 1);
            int to = (int) (position & peerSize - 1);
            int length = (int) Math.min(end - position, Math.min(buffer.size() - from, peerSize - to));
            int error = on.write(buffer, from, length, base + to, rkey);
            if (error != 0) {
                return error;
            }
            position += length;
        }
        sent = end;
        return 0;
    }

    /** An abort says all; with the other flags it would be more than the kernel ever sends. */
    private static int wireState(int flags) {
        return (flags & CdcMessage.ABORT) != 0 ? flags & (CdcMessage.ABORT | CdcMessage.DONE_WRITING)
                : flags & (CdcMessage.DONE_WRITING | CdcMessage.CLOSED);
    }

    // ---- on the control loop

    /**
     * Takes the peer's consumer cursor.
     *
     * @return {@code false} if it cannot be
     */
    boolean consumed(int wrap, int count) {
        long known = consumer;
        long position = CdcCursor.position(known, told, wrap, count, peerSize);
        if (position == CdcCursor.INVALID) {
            return false;
        }
        if (position != known) {
            consumer = position;
            stuck = false;
            if (told < producer) {
                ring();
            }
        }
        return true;
    }

    /** Number of the message posted last, which the peer has when that has come; with the link's lock held. */
    int sequence() {
        return posted;
    }

    /** The peer has the message of this number. */
    void delivered(int number) {
        received = number;
    }

    /** A message of this connection is out, or will never be. */
    void completed() {
        if (underWay.decrementAndGet() == 0 && abandoned) {
            quiet();
        }
    }

    /** The connection is over; the send buffer is free when nothing is under way any more. */
    void abandon() {
        abandoned = true;
        if (underWay.get() == 0) {
            quiet();
        }
    }

    private void quiet() {
        if (!quiet) {
            quiet = true;
            onQuiet.run();
        }
    }

    boolean isUnderWay() {
        return underWay.get() > 0;
    }

    /** Goes on over another link, with all that the peer may not have. */
    void moveTo(Path other) {
        moves++;
        other.whileLocked(() -> {
            sent = consumer;
            validating = true;
            isPending = false;
            // What the peer said of space over the lost link may be lost.
            asking |= producer != consumer;
            link = other;
        });
        ring();
    }

    /** The peer has changed links, too; what it says from now on comes. */
    void peerHasMoved() {
        peerMoves++;
    }

    /**
     * Sends what was held back, and has the application send the little there is room for, if the peer's consumer
     * cursor stands still after a change of links. A kernel does not repeat what it said of it over the lost link, and
     * answers a question for it only when its application next receives something.
     */
    void askIfStuck() {
        long known = consumer;
        if (peerMoves >= moves && known == stuckAt && known != producer) {
            stuck = true;
            ring();
            local.lookAgain();
        }
        stuckAt = known;
    }

    /** Has its end told over another link, over which the peer's RMB cannot be reached. */
    void endOver(Path other) {
        other.whileLocked(() -> {
            sent = Long.MAX_VALUE;
            isPending = false;
            link = other;
        });
    }

    Path link() {
        return link;
    }

    RegisteredBuffer buffer() {
        return buffer;
    }

    Rtokens rtokens() {
        return rtokens;
    }
}
