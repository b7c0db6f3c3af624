package io.smc4j.engine;

import java.io.IOException;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The door to the engine. The values of this package load on Java 17; what is behind the door needs Java 22 on Linux,
 * and is loaded only there. Thread-safe.
 */
public final class Smc {

    private static final int REQUIRED_JAVA = 22;

    private static final SmcProvider.Factory FACTORY;
    private static final String CAUSE;

    static {
        SmcProvider.Factory factory = null;
        String cause = causeOnPlatform(Runtime.version().feature(), System.getProperty("os.name", "unknown"),
                System.getProperty("org.graalvm.nativeimage.imagecode") != null);
        if (cause == null) {
            try {
                factory = ServiceLoader.load(SmcProvider.Factory.class, Smc.class.getClassLoader()).findFirst()
                        .orElse(null);
                cause = factory == null ? "smc-engine is not complete: no " + SmcProvider.Factory.class.getName()
                        : factory.unavailabilityCause();
            } catch (ServiceConfigurationError | LinkageError e) {
                cause = "engine does not load: " + e;
            }
        }
        FACTORY = factory;
        CAUSE = cause;
    }

    private Smc() {
    }

    static String causeOnPlatform(int javaFeature, String osName, boolean nativeImage) {
        if (nativeImage) {
            return "native images are not supported";
        }
        if (javaFeature < REQUIRED_JAVA) {
            return "Java " + javaFeature + " < " + REQUIRED_JAVA + ", the first with the Foreign Function & Memory API";
        }
        return osName.equals("Linux") ? null : "operating system is " + osName + ", not Linux";
    }

    /** Whether SMC channels can be made in this process. */
    public static boolean isAvailable() {
        return CAUSE == null;
    }

    /** Why not, in one line; {@code null} if {@link #isAvailable()}. */
    public static String unavailabilityCause() {
        return CAUSE;
    }

    /**
     * Starts an engine. Several can be open in one process.
     *
     * @throws UnsupportedOperationException if {@link #isAvailable()} is false, with the cause as message
     * @throws IOException if descriptors are exhausted
     */
    public static SmcProvider open(SmcConfig config) throws IOException {
        Objects.requireNonNull(config, "config");
        if (CAUSE != null) {
            throw new UnsupportedOperationException(CAUSE);
        }
        return FACTORY.open(config);
    }
}
