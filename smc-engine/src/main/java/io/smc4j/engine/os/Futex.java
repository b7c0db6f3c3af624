package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * Waiting for a change of a 32-bit word in memory, also in memory shared between processes. The word lies at a multiple
 * of four bytes. Thread-safe.
 */
public final class Futex {

    private static final long FUTEX = Platform.current().futexNumber();
    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * The last but one parameter means nothing for these operations: it keeps the memory from being freed meanwhile.
     */
    private static final MethodHandle FAST_SYSCALL = LibC.variadicWithoutErrno("syscall", 1, JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    private static final MethodHandle SYSCALL = LibC.variadic("syscall", 1, JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);

    private Futex() {
    }

    /**
     * Waits until woken. Returns at once if the word is not as expected; also returns when the time is over, on a
     * signal, and now and then for no reason. The segment cannot be closed meanwhile.
     *
     * @param timeoutNanos -1 for ever
     */
    public static void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        long result;
        if (timeoutNanos < 0) {
            result = call(segment, offset, FUTEX_WAIT, expected, 0);
        } else {
            try (NativeScratch scratch = NativeScratch.acquire()) {
                result = call(segment, offset, FUTEX_WAIT, expected, setTimeout(scratch, timeoutNanos));
            }
        }
        if (result < 0) {
            requireWaitable(segment, offset, expected);
        }
    }

    /** Waits for no time, to learn whether the wait before could not be or was merely over. */
    private static void requireWaitable(MemorySegment segment, long offset, int expected) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            long result = call(scratch, segment, offset, FUTEX_WAIT, expected, setTimeout(scratch, 0));
            if (result != -Errno.EAGAIN && result != -Errno.ETIMEDOUT && result != -Errno.EINTR) {
                OsException.checkValid("futex(WAIT)", result);
            }
        }
    }

    private static long setTimeout(NativeScratch scratch, long nanos) {
        scratch.setLong(NativeScratch.PAIR, nanos / NANOS_PER_SECOND);
        scratch.setLong(NativeScratch.PAIR + Long.BYTES, nanos % NANOS_PER_SECOND);
        return scratch.address(NativeScratch.PAIR);
    }

    /** Wakes at most so many of those who wait. */
    public static void wake(MemorySegment segment, long offset, int waiters) {
        if (call(segment, offset, FUTEX_WAKE, waiters, 0) < 0) {
            try (NativeScratch scratch = NativeScratch.acquire()) {
                OsException.checkValid("futex(WAKE)", call(scratch, segment, offset, FUTEX_WAKE, waiters, 0));
            }
        }
    }

    /** Tells that it failed, but not why. */
    private static long call(MemorySegment segment, long offset, long operation, int value, long timeout) {
        try {
            return (long) FAST_SYSCALL.invokeExact(FUTEX, word(segment, offset), operation,
                    Integer.toUnsignedLong(value), timeout, segment, 0L);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private static long call(NativeScratch scratch, MemorySegment segment, long offset, long operation, int value,
            long timeout) {
        try {
            return scratch.resultOrErrno((long) SYSCALL.invokeExact(scratch.errnoCapture(), FUTEX,
                    word(segment, offset), operation, Integer.toUnsignedLong(value), timeout, segment, 0L));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** An address rather than a slice, which would be an object for each call. */
    private static long word(MemorySegment segment, long offset) {
        return segment.address() + Objects.checkFromIndexSize(offset, Integer.BYTES, segment.byteSize());
    }
}
