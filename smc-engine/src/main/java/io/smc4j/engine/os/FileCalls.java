package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/** The system calls about descriptors and memory. Each returns its result or the negated error number. */
final class FileCalls {

    private static final int SEEK_END = 2;
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_SHARED = 0x1;

    private static final MethodHandle CLOSE = LibC.function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle OPENAT = LibC.variadic("openat", 3, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle POLL = LibC.function("poll", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FCNTL = LibC.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle IOCTL = LibC.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEMFD_CREATE = LibC.function("memfd_create", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FTRUNCATE = LibC.function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle LSEEK = LibC.function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FSTATFS = LibC.function("fstatfs", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FALLOCATE =
            LibC.function("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MMAP =
            LibC.function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = LibC.function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);

    private FileCalls() {
    }

    static int close(NativeScratch scratch, int fd) {
        try {
            int result = scratch.resultOrErrno((int) CLOSE.invokeExact(scratch.errnoCapture(), fd));
            if (result != -Errno.EBADF) {
                Descriptors.closed();
            }
            return result;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * Opens a file that exists. Takes the zero-terminated path from {@link NativeScratch#buffer()}.
     *
     * @param directory what a relative path starts from
     */
    static int openAt(NativeScratch scratch, int directory, int flags) {
        try {
            return Descriptors.opened(scratch.resultOrErrno((int) OPENAT.invokeExact(scratch.errnoCapture(),
                    directory, scratch.buffer().address(), flags)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Waits for what {@link NativeScratch#POLL_DESCRIPTOR} says. */
    static int poll(NativeScratch scratch, int timeoutMillis) {
        try {
            return scratch.resultOrErrno((int) POLL.invokeExact(scratch.errnoCapture(),
                    scratch.address(NativeScratch.POLL_DESCRIPTOR), 1L, timeoutMillis));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static int fcntl(NativeScratch scratch, int fd, int command, int argument) {
        try {
            return scratch.resultOrErrno((int) FCNTL.invokeExact(scratch.errnoCapture(), fd, command, argument));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Fills {@link NativeScratch#VALUE}. */
    static int ioctl(NativeScratch scratch, int fd, long request) {
        try {
            return scratch.resultOrErrno((int) IOCTL.invokeExact(scratch.errnoCapture(), fd, request,
                    scratch.address(NativeScratch.VALUE)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Takes the zero-terminated name from {@link NativeScratch#buffer()}. */
    static int memfdCreate(NativeScratch scratch, int flags) {
        try {
            return Descriptors.opened(scratch.resultOrErrno((int) MEMFD_CREATE.invokeExact(scratch.errnoCapture(),
                    scratch.buffer().address(), flags)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static int ftruncate(NativeScratch scratch, int fd, long size) {
        try {
            return scratch.resultOrErrno((int) FTRUNCATE.invokeExact(scratch.errnoCapture(), fd, size));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** The size of a file; unlike {@code fstat}, {@code lseek} is an exported function in every C library. */
    static long size(NativeScratch scratch, int fd) {
        try {
            return scratch.resultOrErrno((long) LSEEK.invokeExact(scratch.errnoCapture(), fd, 0L, SEEK_END));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Fills {@link NativeScratch#CONTROL} with a {@code struct statfs}, which begins with the type as a long. */
    static int fstatfs(NativeScratch scratch, int fd) {
        try {
            return scratch.resultOrErrno((int) FSTATFS.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.CONTROL)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static int fallocate(NativeScratch scratch, int fd, int mode, long offset, long length) {
        try {
            return scratch.resultOrErrno((int) FALLOCATE.invokeExact(scratch.errnoCapture(), fd, mode, offset, length));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Maps a whole file, shared, for reading and writing; returns the address. */
    static long mapShared(NativeScratch scratch, int fd, long size) {
        try {
            return scratch.resultOrErrno((long) MMAP.invokeExact(scratch.errnoCapture(), 0L, size, PROT_READ_WRITE,
                    MAP_SHARED, fd, 0L));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static int munmap(NativeScratch scratch, long address, long size) {
        try {
            return scratch.resultOrErrno((int) MUNMAP.invokeExact(scratch.errnoCapture(), address, size));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
