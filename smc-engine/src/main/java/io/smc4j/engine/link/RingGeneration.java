package io.smc4j.engine.link;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A part of the bytes a connection receives: those that go through one and the same memory, at the remainder of their
 * position by its size. Where a ring is never replaced by another there is one stretch, without an end.
 */
public final class RingGeneration {

    /** Where no stretch begins: a reader that is told so takes the peer for broken. */
    public static final long IMPOSSIBLE = Long.MAX_VALUE;

    private final int number;
    private final long offset;
    private final int size;
    private final ByteBuffer data;
    private long from;
    private volatile boolean taken;
    private RingGeneration next;

    /** The first stretch of a connection. */
    public RingGeneration(MemorySegment memory, long offset) {
        this(0, memory, offset);
        this.taken = true;
    }

    /**
     * What the peer may go over to.
     *
     * @param number of the offer
     * @param offset of the memory in the segment
     */
    public RingGeneration(int number, MemorySegment memory, long offset) {
        this.number = number;
        this.offset = offset;
        this.size = Math.toIntExact(memory.byteSize());
        this.data = memory.asByteBuffer();
    }

    public int number() {
        return number;
    }

    public long offset() {
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
     * What comes after this one, or {@code null}. It was set before the peer could learn of it, and the peer publishes
     * no byte of it before it says that it has taken it: a look after that at the producer cursor misses nothing.
     */
    public RingGeneration next() {
        return next;
    }

    public void setNext(RingGeneration value) {
        next = value;
    }

    /** Whether the peer is known to have gone over to it. */
    public boolean isTaken() {
        return taken;
    }

    public void setTaken(long position) {
        from = position;
        taken = true;
    }

    /** The position of its first byte, as the peer says; only once it was {@linkplain LocalRing#isTaken taken}. */
    public long from() {
        return from;
    }
}
