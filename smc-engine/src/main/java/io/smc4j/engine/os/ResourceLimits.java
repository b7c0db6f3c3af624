package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/** The soft resource limits of this process; -1 is unlimited. Thread-safe. */
public final class ResourceLimits {

    private static final int RLIMIT_NOFILE = 7;
    private static final int RLIMIT_MEMLOCK = 8;

    private static final MethodHandle GETRLIMIT = LibC.function("getrlimit", JAVA_INT, JAVA_INT, JAVA_LONG);

    private ResourceLimits() {
    }

    /** How many descriptors may be open. */
    public static long openFiles() throws OsException {
        return soft(RLIMIT_NOFILE);
    }

    /** How many bytes of memory may be locked. */
    public static long lockedMemory() throws OsException {
        return soft(RLIMIT_MEMLOCK);
    }

    private static long soft(int resource) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("getrlimit", getrlimit(scratch, resource));
            // RLIM_INFINITY has all bits set, which is -1.
            return scratch.getLong(NativeScratch.PAIR);
        }
    }

    private static int getrlimit(NativeScratch scratch, int resource) {
        try {
            return scratch.resultOrErrno((int) GETRLIMIT.invokeExact(scratch.errnoCapture(), resource,
                    scratch.address(NativeScratch.PAIR)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
