package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Counters that make a descriptor readable, by which a process wakes its own threads. Never sent to another process:
 * who shares one can have whoever signals it wait. Thread-safe.
 */
public final class EventFd {

    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;

    private static final MethodHandle EVENTFD = LibC.function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle WRITE = LibC.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle READ = LibC.function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle FAST_WRITE =
            LibC.withoutErrno("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private static final MemorySegment ONE = one();
    /** Where the counts go that nobody wants to know. */
    private static final MemorySegment SINK = Arena.global().allocate(JAVA_LONG);

    private EventFd() {
    }

    /** Makes a counter that stands at zero. */
    public static int create() throws OsException {
        int fd;
        try (NativeScratch scratch = NativeScratch.acquire()) {
            fd = Descriptors.opened(scratch.resultOrErrno(
                    (int) EVENTFD.invokeExact(scratch.errnoCapture(), 0, EFD_NONBLOCK | EFD_CLOEXEC)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        return OsException.check("eventfd", fd);
    }

    /** Makes the counter readable, if it is not so already. */
    public static void signal(int fd) {
        long written;
        try {
            written = (long) FAST_WRITE.invokeExact(fd, ONE, (long) Long.BYTES);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        if (written < 0) {
            signalOrExplain(fd);
        }
    }

    private static void signalOrExplain(int fd) {
        long written;
        try (NativeScratch scratch = NativeScratch.acquire()) {
            written =
                    scratch.resultOrErrno((long) WRITE.invokeExact(scratch.errnoCapture(), fd, ONE, (long) Long.BYTES));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        // A counter at its maximum is as readable as can be.
        if (written != -Errno.EAGAIN) {
            OsException.checkValid("write", written);
        }
    }

    /** Sets the counter to zero: it is no longer readable. */
    public static void drain(int fd) throws OsException {
        long read;
        try (NativeScratch scratch = NativeScratch.acquire()) {
            read = scratch.resultOrErrno((long) READ.invokeExact(scratch.errnoCapture(), fd, SINK, (long) Long.BYTES));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        if (read != -Errno.EAGAIN) {
            OsException.check("read", read);
        }
    }

    private static MemorySegment one() {
        MemorySegment one = Arena.global().allocate(JAVA_LONG);
        one.set(JAVA_LONG, 0, 1);
        return one.asReadOnly();
    }
}
