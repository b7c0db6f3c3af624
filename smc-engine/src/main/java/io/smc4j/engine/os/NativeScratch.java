package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Native memory for the arguments and results of one call: the error number, small structures, a socket address, buffer
 * vectors, control messages, and a buffer through which the contents of heap buffers pass.
 *
 * <p>Taken from a lock-free pool, so that calls allocate nothing; not tied to threads, so that many virtual threads
 * share few. Belongs to one thread between {@link #acquire} and {@link #close}, and is certainly alive in between, so
 * that its parts may be passed by address.
 */
final class NativeScratch implements AutoCloseable {

    /** Entries of {@link #VECTORS}. */
    static final int MAX_VECTORS = 64;
    /**
     * Descriptors for which {@link #CONTROL} has room: all that Linux sends at once (SCM_MAX_FD, include/net/scm.h).
     */
    static final int MAX_DESCRIPTORS = 253;
    /** Bytes of {@link #buffer()}. */
    static final int BUFFER_SIZE = 64 * 1024;
    /** Bytes of one {@code struct iovec}. */
    static final int VECTOR_SIZE = 16;

    /** A single value that is passed by pointer: int or long. */
    static final long VALUE = 8;
    /** A length that is passed by pointer. */
    static final long LENGTH = 16;
    /** Two values: timespec, rlimit, linger, ucred. */
    static final long PAIR = 24;
    /** A {@code struct pollfd}. */
    static final long POLL_DESCRIPTOR = 40;
    /** A {@code struct epoll_event}. */
    static final long EPOLL_EVENT = 48;
    /** A socket address of any family. */
    static final long SOCKET_ADDRESS = 64;
    static final int SOCKET_ADDRESS_SIZE = 128;
    /** A {@code struct msghdr}. */
    static final long MESSAGE_HEADER = SOCKET_ADDRESS + SOCKET_ADDRESS_SIZE;
    /** {@code struct iovec} entries. */
    static final long VECTORS = MESSAGE_HEADER + 64;
    /** Control messages; also other structures of up to this size. */
    static final long CONTROL = VECTORS + MAX_VECTORS * VECTOR_SIZE;
    static final int CONTROL_SIZE = 16 + Integer.BYTES * (MAX_DESCRIPTORS + 1);

    private static final long SIZE = CONTROL + CONTROL_SIZE;
    private static final long ERRNO = Linker.Option.captureStateLayout()
            .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    /** References between two slots, so that no two slots share a cache line. */
    private static final int STRIDE = 16;
    private static final int SLOTS =
            Math.max(16, Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors()));
    private static final int PROBES = 4;
    private static final AtomicReferenceArray<NativeScratch> POOL = new AtomicReferenceArray<>(SLOTS * STRIDE);

    private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, Long.BYTES);
    private final MemorySegment errnoCapture = memory.asSlice(0, Linker.Option.captureStateLayout());
    private MemorySegment buffer;
    private ByteBuffer bufferView;

    private NativeScratch() {
    }

    static NativeScratch acquire() {
        int home = homeSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = slot(home, probe);
            NativeScratch found = POOL.getPlain(slot);
            if (found != null && POOL.compareAndSet(slot, found, null)) {
                return found;
            }
        }
        return new NativeScratch();
    }

    /** Gives it back to the pool, or to the garbage collector if the pool has no room. */
    @Override
    public void close() {
        int home = homeSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = slot(home, probe);
            if (POOL.getPlain(slot) == null && POOL.compareAndSet(slot, null, this)) {
                return;
            }
        }
    }

    private static int homeSlot() {
        return (int) Thread.currentThread().threadId();
    }

    private static int slot(int home, int probe) {
        return (home + probe & SLOTS - 1) * STRIDE;
    }

    /** The first argument of handles made by {@link LibC#function}. */
    MemorySegment errnoCapture() {
        return errnoCapture;
    }

    /** The call's result, or the negated error number if it is -1. */
    int resultOrErrno(int result) {
        return result != -1 ? result : -memory.get(JAVA_INT, ERRNO);
    }

    /** The call's result, or the negated error number if it is -1. */
    long resultOrErrno(long result) {
        return result != -1 ? result : -memory.get(JAVA_INT, ERRNO);
    }

    /** The address of a part. */
    long address(long part) {
        return memory.address() + part;
    }

    /** All parts but {@link #buffer()}, addressed by the offsets above. */
    MemorySegment memory() {
        return memory;
    }

    short getShort(long offset) {
        return memory.get(JAVA_SHORT, offset);
    }

    void setShort(long offset, short value) {
        memory.set(JAVA_SHORT, offset, value);
    }

    int getInt(long offset) {
        return memory.get(JAVA_INT, offset);
    }

    void setInt(long offset, int value) {
        memory.set(JAVA_INT, offset, value);
    }

    long getLong(long offset) {
        return memory.get(JAVA_LONG, offset);
    }

    void setLong(long offset, long value) {
        memory.set(JAVA_LONG, offset, value);
    }

    /** {@value #BUFFER_SIZE} bytes for what cannot be passed to the kernel in place. */
    MemorySegment buffer() {
        if (buffer == null) {
            buffer = Arena.ofAuto().allocate(BUFFER_SIZE, Long.BYTES);
            bufferView = buffer.asByteBuffer();
        }
        return buffer;
    }

    /** Copies bytes from a buffer's position, which stays, into {@link #buffer()}. */
    void copyFrom(ByteBuffer src, int offset, int length) {
        buffer();
        bufferView.put(offset, src, src.position(), length);
    }

    /** Copies bytes from {@link #buffer()} to a buffer's position, which stays. */
    void copyTo(ByteBuffer dst, int offset, int length) {
        buffer();
        dst.put(dst.position(), bufferView, offset, length);
    }
}
