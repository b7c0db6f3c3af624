package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.invoke.MethodHandle;

/** Facts about this process. Thread-safe. */
public final class Processes {

    private static final MethodHandle GETEUID = LibC.critical("geteuid", JAVA_INT);

    private Processes() {
    }

    /** The user whose rights this process has. */
    public static int effectiveUserId() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
