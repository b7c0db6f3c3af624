package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Waiting for a change of a 32-bit word in memory, also in memory shared between processes. The word lies at a multiple of
 * four bytes. Thread-safe.
 */
public final class Futex {

    private static final long FUTEX = Platform.current().futexNumber();
    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final MethodHandle SYSCALL = LibC.variadic("syscall", 1, JAVA_LONG,
            JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private Futex() {
    }

    /**
     * Waits until woken. Returns at once if the word is not as expected; also returns when the time is over, on a signal, and
     * now and then for no reason. The segment cannot be closed meanwhile.
     *
     * @param timeoutNanos -1 for ever
     */
    public static void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            long timeout = 0;
            if (timeoutNanos >= 0) {
                scratch.setLong(NativeScratch.PAIR, timeoutNanos / NANOS_PER_SECOND);
                scratch.setLong(NativeScratch.PAIR + Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
                timeout = scratch.address(NativeScratch.PAIR);
            }
            long result = call(scratch, segment, offset, FUTEX_WAIT, expected, timeout);
            if (result != -Errno.EAGAIN && result != -Errno.ETIMEDOUT && result != -Errno.EINTR) {
                OsException.checkValid("futex(WAIT)", result);
            }
        }
    }

    /** Wakes at most so many of those who wait. */
    public static void wake(MemorySegment segment, long offset, int waiters) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.checkValid("futex(WAKE)", call(scratch, segment, offset, FUTEX_WAKE, waiters, 0));
        }
    }

    private static long call(NativeScratch scratch, MemorySegment segment, long offset, long operation, int value,
            long timeout) {
        MemorySegment word = segment.asSlice(offset, Integer.BYTES);
        try {
            return scratch.resultOrErrno((long) SYSCALL.invokeExact(scratch.errnoCapture(), FUTEX, word, operation,
                    Integer.toUnsignedLong(value), timeout, 0L, 0L));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
