package io.smc4j.engine.link;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A part of the bytes a connection receives: those that go through one and the same memory, at the remainder of their
 * position by its size. Where a ring is never replaced by another there is one stretch, without an end.
 */
public final class Stretch {

    /** Where no stretch begins: a reader that is told so takes the peer for broken. */
    static final long IMPOSSIBLE = Long.MAX_VALUE;

    private final int number;
    private final long offset;
    private final int size;
    private final ByteBuffer data;
    private long from;
    private volatile boolean taken;
    private Stretch next;

    /** The first stretch of a connection. */
    Stretch(MemorySegment memory, long offset) {
        this(0, memory, offset);
        this.taken = true;
    }

    /**
     * What the peer may go over to.
     *
     * @param number of the offer
     * @param offset of the memory in the segment
     */
    Stretch(int number, MemorySegment memory, long offset) {
        this.number = number;
        this.offset = offset;
        this.size = Math.toIntExact(memory.byteSize());
        this.data = memory.asByteBuffer();
    }

    int number() {
        return number;
    }

    long offset() {
        return offset;
    }

    /** In bytes, a power of two. */
    public int size() {
        return size;
    }

    /** Its memory; use absolute access only. */
    public ByteBuffer data() {
        return data;
    }

    /**
     * What comes after this one, or {@code null}. It was set before the peer could learn of it, and the peer publishes no
     * byte of it before it says that it has taken it: a look after that at the producer cursor misses nothing.
     */
    public Stretch next() {
        return next;
    }

    void setNext(Stretch value) {
        next = value;
    }

    /** Whether the peer is known to have gone over to it. */
    boolean isTaken() {
        return taken;
    }

    void setTaken(long position) {
        from = position;
        taken = true;
    }

    /** The position of its first byte, as the peer says; only once it was {@linkplain LocalRing#isTaken taken}. */
    public long from() {
        return from;
    }
}
