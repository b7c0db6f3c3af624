package io.smc4j.engine;

/**
 * The one question a user of the engine asks first: can it run here? Thread-safe.
 */
public final class Smc {

    private static final String CAUSE = probe();

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

    private static String probe() {
        return null; // replaced below by the os layer's probe
    }
}
