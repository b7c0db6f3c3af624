package io.smc4j.engine.link;

import java.nio.ByteBuffer;

/** The ring a connection sends into. Data, cursor and state reach the peer at the latest with {@link #ring()}. */
public abstract class PeerRing {

    /** Bytes that may be under way at most, a power of two. */
    public abstract int size();

    /** The memory to write to, of a power of two bytes and at least {@link #size()}; use absolute access only. */
    public abstract ByteBuffer data();

    /** Publishes how many bytes were ever written, and with it what they are. */
    public abstract void setProducer(long value);

    /** Bytes ever read, as the peer says. */
    public abstract long consumer();

    /** Publishes this side's state flags, after all data. */
    public abstract void setState(int flags);

    /**
     * Asks the peer to tell when it has read; a full fence, so that a look at {@link #consumer()} after it is
     * conclusive.
     */
    public abstract void setBlocked();

    /**
     * Whether the peer may say what it has read only when it receives more, so that any room is to be used, however
     * little.
     */
    public boolean isStuck() {
        return false;
    }

    /** The number of the ring that the peer has offered last in place of its former ones; 0 if none. */
    public int offer() {
        return 0;
    }

    /**
     * Goes over to the ring that the peer has offered.
     *
     * @param number of the offer
     * @param position of the first byte that is written to it
     * @return its memory, or {@code null} if what the peer offers can be no ring
     */
    public ByteBuffer take(int number, long position) {
        throw new IllegalStateException("none was offered");
    }

    /**
     * Lets the peer know that a larger ring would be filled; it may offer one then, or may not. Asks once for each
     * ring, and again after some time.
     *
     * @param size of the ring there is no room in
     * @param number of its offer
     */
    public void wantRoom(int size, int number) {
    }

    /**
     * Begins an overflow, for bytes that there is no room for.
     *
     * @param from position of the first of them
     * @param wanted bytes that are about to be written
     * @param most bytes that ever may be
     * @return {@code null} if there can be none
     */
    public Overflow beginOverflow(long from, long wanted, int most) {
        return null;
    }

    /** Whether one could begin now; any thread. */
    public boolean canBeginOverflow() {
        return false;
    }

    /** Has whoever waits for room look again after some time, as nobody else will tell; any thread. */
    public void lookAgain(long nanos) {
    }

    /** Ends the overflow: the bytes from a position on are in the peer's ring again. */
    public void endOverflow(long to) {
        throw new IllegalStateException("none was begun");
    }

    /** The peer has read what was in it. */
    public void freeOverflow() {
    }

    /** Whether both sides have agreed that the connection can be moved to TCP. */
    public boolean isMovable() {
        return false;
    }

    /** Whether both sides have agreed that the connection goes on over TCP when what carries it is lost. */
    public boolean isResumable() {
        return false;
    }

    /** Tells the peer of the state that says that what follows goes over TCP, also if it does not look by itself. */
    public void tellMoved() {
        throw new IllegalStateException("not agreed on");
    }

    /**
     * Makes the peer look at the connection: it sees everything published before.
     *
     * @return whether that took a system call or a message; {@code false} if the peer looks by itself
     */
    public abstract boolean ring();

    /**
     * As {@link #ring} after the last flags of all, by which a peer that shares memory frees it: it finds them by
     * itself, and has to.
     */
    public void ringLast() {
    }
}
