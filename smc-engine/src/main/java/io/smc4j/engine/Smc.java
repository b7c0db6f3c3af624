package io.smc4j.engine;

import io.smc4j.engine.os.NativeAccess;

/**
 * The one question a user of the engine asks first: can it run here? Thread-safe.
 */
public final class Smc {

    private static final String CAUSE = NativeAccess.unavailabilityCause();

    private Smc() {
    }

    /** Whether SMC channels can be made in this process. */
    public static boolean isAvailable() {
        return CAUSE == null;
    }

    /** Why not, in one line; {@code null} if {@link #isAvailable()}. */
    public static String unavailabilityCause() {
        return CAUSE;
    }
}
