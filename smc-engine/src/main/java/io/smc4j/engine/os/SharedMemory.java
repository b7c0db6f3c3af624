package io.smc4j.engine.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Zeroed memory without a name in any file system, which another process may map as well once it has been sent the
 * descriptor (see {@link UnixSockets}). It is sealed against shrinking: touching what a peer cut off would kill the
 * process. Pages take up memory from their first use on, or once they are {@linkplain #allocate allocated}; whoever is
 * first pays for them, as control groups count. Thread-safe.
 */
public final class SharedMemory implements AutoCloseable {

    private static final int MFD_CLOEXEC = 0x1;
    private static final int MFD_ALLOW_SEALING = 0x2;
    private static final int MFD_NOEXEC_SEAL = 0x8;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int F_SEAL_SEAL = 0x1;
    private static final int F_SEAL_SHRINK = 0x2;
    private static final int F_SEAL_GROW = 0x4;
    private static final int FALLOC_FL_KEEP_SIZE = 0x1;
    private static final int FALLOC_FL_PUNCH_HOLE = 0x2;
    /** What delivers signals to a thread, such as a profiler, may break a call off, which then has done nothing. */
    private static final int ATTEMPTS = 10;
    private static final long TMPFS_MAGIC = 0x01021994;

    private static final Level MAPPINGS = new Level();
    private static final Level DESCRIPTORS = new Level();

    private final Arena arena;
    private final MemorySegment segment;
    private int fd;

    private SharedMemory(int fd, Arena arena, MemorySegment segment) {
        this.fd = fd;
        this.arena = arena;
        this.segment = segment;
        MAPPINGS.add(1);
        DESCRIPTORS.add(1);
    }

    /** How many are mapped in this process. */
    public static Level mappings() {
        return MAPPINGS;
    }

    /** How many have their descriptor open in this process. */
    public static Level descriptors() {
        return DESCRIPTORS;
    }

    /**
     * Makes and maps new memory.
     *
     * @param name what {@code /proc/<pid>/maps} calls it
     * @param size in bytes; may be more than the machine has, as long as not all is used
     */
    public static SharedMemory create(String name, long size) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int fd = createDescriptor(scratch, name);
            try {
                OsException.check("ftruncate", FileCalls.ftruncate(scratch, fd, size));
                OsException.check("fcntl(F_ADD_SEALS)", FileCalls.fcntl(scratch, fd, F_ADD_SEALS,
                        F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
                return map(scratch, fd, size);
            } catch (OsException | RuntimeException e) {
                FileCalls.close(scratch, fd);
                throw e;
            }
        }
    }

    private static int createDescriptor(NativeScratch scratch, String name) throws OsException {
        scratch.buffer().setString(0, name);
        int fd = FileCalls.memfdCreate(scratch, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
        if (fd == -Errno.EINVAL) {
            // Linux before 6.3 does not know NOEXEC; later ones may be configured to insist on it.
            fd = FileCalls.memfdCreate(scratch, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        }
        return OsException.check("memfd_create", fd);
    }

    /**
     * Maps memory that a peer made. Takes over the descriptor, but not if this fails: it may be anything then.
     *
     * @throws OsException with {@code EPERM} if the peer could still shrink the memory; with {@code EINVAL} if it does
     *        not
     *         have the expected size or is no such memory at all
     */
    public static SharedMemory map(int fd, long expectedSize) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            verify(scratch, fd, expectedSize);
            return map(scratch, fd, expectedSize);
        }
    }

    private static void verify(NativeScratch scratch, int fd, long expectedSize) throws OsException {
        int seals = OsException.check("fcntl(F_GET_SEALS)", FileCalls.fcntl(scratch, fd, F_GET_SEALS, 0));
        if ((seals & F_SEAL_SHRINK) == 0) {
            throw OsException.of("shared memory not sealed against shrinking", Errno.EPERM);
        }
        OsException.check("fstatfs", FileCalls.fstatfs(scratch, fd));
        if (scratch.getLong(NativeScratch.CONTROL) != TMPFS_MAGIC) {
            // Huge pages can run out at the first touch, which would kill the process.
            throw OsException.of("shared memory not of ordinary pages", Errno.EINVAL);
        }
        long size = OsException.check("lseek", FileCalls.size(scratch, fd));
        if (size != expectedSize) {
            throw OsException.of("shared memory of " + size + " instead of " + expectedSize + " bytes", Errno.EINVAL);
        }
    }

    private static SharedMemory map(NativeScratch scratch, int fd, long size) throws OsException {
        long address = OsException.check("mmap", FileCalls.mapShared(scratch, fd, size));
        Arena arena = Arena.ofShared();
        MemorySegment segment = MemorySegment.ofAddress(address).reinterpret(size, arena, SharedMemory::unmap);
        return new SharedMemory(fd, arena, segment);
    }

    private static void unmap(MemorySegment mapping) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            FileCalls.munmap(scratch, mapping.address(), mapping.byteSize());
        }
    }

    /** The descriptor to send to a peer; -1 when closed. */
    public synchronized int fd() {
        return fd;
    }

    /** Closes the descriptor but not the mapping. Idempotent. */
    public synchronized void closeDescriptor() {
        int closing = fd;
        if (closing != -1) {
            fd = -1;
            DESCRIPTORS.add(-1);
            Sockets.close(closing);
        }
    }

    /** The memory; using it after {@link #close} is an {@link IllegalStateException}. */
    public MemorySegment segment() {
        return segment;
    }

    /** Bytes mapped. */
    public long size() {
        return segment.byteSize();
    }

    /**
     * Takes up the pages of a range now, so that this process pays for them and no later use of them can fail. All of
     * them or none. Needs the descriptor.
     *
     * @throws OsException if there are no pages left
     * @throws IndexOutOfBoundsException if the range is not within the memory
     */
    public synchronized void allocate(long offset, long length) throws OsException {
        segment.asSlice(offset, length);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int result = -Errno.EINTR;
            for (int i = 0; i < ATTEMPTS && result == -Errno.EINTR; i++) {
                result = FileCalls.fallocate(scratch, fd, 0, offset, length);
            }
            OsException.check("fallocate", result);
        }
    }

    /**
     * Gives memory back: the range reads as zero again, in all processes. Needs the descriptor.
     *
     * @throws IndexOutOfBoundsException if the range is not within the memory
     */
    public synchronized void punchHole(long offset, long length) throws OsException {
        segment.asSlice(offset, length);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("fallocate", FileCalls.fallocate(scratch, fd,
                    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length));
        }
    }

    /**
     * Unmaps the memory and closes the descriptor. Idempotent.
     *
     * @throws IllegalStateException if a thread waits in {@link Futex#await} on this memory; it may be closed
     *        thereafter
     */
    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            MAPPINGS.add(-1);
        }
        closeDescriptor();
    }
}
