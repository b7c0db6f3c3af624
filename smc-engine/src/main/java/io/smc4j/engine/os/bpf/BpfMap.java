package io.smc4j.engine.os.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A table that the kernel holds and a BPF program uses, too: values of 8 bytes by keys of 8 bytes. Owns its descriptor.
 * Thread-safe, except that nothing may be called beside or after {@link #close()}.
 */
final class BpfMap implements AutoCloseable {

    static final int HASH = 1;
    static final int ARRAY = 2;
    /** Throws out what was not used for long when it is full. */
    static final int LRU_HASH = 9;

    /** Memory for entries is taken when they are made. */
    static final int BPF_F_NO_PREALLOC = 1;
    static final int BPF_F_MMAPABLE = 1 << 10;

    private static final int BPF_NOEXIST = 1;

    private final int fd;

    private BpfMap(int fd) {
        this.fd = fd;
    }

    /** Makes an empty table; the keys of an {@link #ARRAY} have 4 bytes. */
    static BpfMap create(int type, int maxEntries, int flags) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(BpfCalls.ATTRIBUTES_SIZE, Long.BYTES);
            attributes.set(JAVA_INT, 0, type);
            attributes.set(JAVA_INT, 4, type == ARRAY ? Integer.BYTES : Long.BYTES);
            attributes.set(JAVA_INT, 8, Long.BYTES);
            attributes.set(JAVA_INT, 12, maxEntries);
            attributes.set(JAVA_INT, 16, flags);
            int created = BpfCalls.bpf(BpfCalls.BPF_MAP_CREATE, attributes);
            if (created < 0) {
                throw OsException.of("bpf(MAP_CREATE)", -created);
            }
            return new BpfMap(created);
        }
    }

    int fd() {
        return fd;
    }

    /** Adds an entry. Returns 0 or the negated error number: {@code EEXIST}, {@code E2BIG} if the table is full. */
    int add(long key, long value) {
        return call(BpfCalls.BPF_MAP_UPDATE_ELEM, key, value, BPF_NOEXIST);
    }

    /** Removes an entry. Returns 0 or the negated error number: {@code ENOENT}. */
    int remove(long key) {
        return call(BpfCalls.BPF_MAP_DELETE_ELEM, key, 0, 0);
    }

    /** The value of a key, or another one if there is none. */
    long get(long key, long otherwise) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keyAndValue = arena.allocate(2 * Long.BYTES, Long.BYTES);
            return call(arena, BpfCalls.BPF_MAP_LOOKUP_ELEM, keyAndValue, key, 0, 0) == 0
                    ? keyAndValue.get(JAVA_LONG, Long.BYTES)
                    : otherwise;
        }
    }

    private int call(int command, long key, long value, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena, command, arena.allocate(2 * Long.BYTES, Long.BYTES), key, value, flags);
        }
    }

    private int call(Arena arena, int command, MemorySegment keyAndValue, long key, long value, long flags) {
        keyAndValue.set(JAVA_LONG, 0, key);
        keyAndValue.set(JAVA_LONG, Long.BYTES, value);
        MemorySegment attributes = arena.allocate(BpfCalls.ATTRIBUTES_SIZE, Long.BYTES);
        attributes.set(JAVA_INT, 0, fd);
        attributes.set(JAVA_LONG, 8, keyAndValue.address());
        if (command != BpfCalls.BPF_MAP_DELETE_ELEM) {
            attributes.set(JAVA_LONG, 16, keyAndValue.address() + Long.BYTES);
            attributes.set(JAVA_LONG, 24, flags);
        }
        return BpfCalls.bpf(command, attributes);
    }

    @Override
    public void close() {
        Sockets.close(fd);
    }
}
