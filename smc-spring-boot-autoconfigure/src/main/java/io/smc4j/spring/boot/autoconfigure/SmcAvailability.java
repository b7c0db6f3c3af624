package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.Smc;
import org.springframework.core.NativeDetector;
import org.springframework.util.ClassUtils;

/**
 * Whether the engine can run in this process. Asks in the order in which asking is safe: engine classes are loaded only
 * where the Java version can load them.
 *
 * @param cause why not, in one line; {@code null} if it can
 */
record SmcAvailability(String cause) {

    private static final String ENGINE_CLASS = "io.smc4j.engine.Smc";

    /** The answer for this process and the class loader. */
    static SmcAvailability in(ClassLoader classLoader) {
        String cause = causeOnPlatform(Runtime.version().feature(), System.getProperty("os.name", "unknown"),
                NativeDetector.inNativeImage());
        return new SmcAvailability((cause != null) ? cause : causeInEngine(classLoader));
    }

    static String causeOnPlatform(int javaFeature, String osName, boolean nativeImage) {
        if (nativeImage) {
            return "native images are not supported";
        }
        if (javaFeature < 22) {
            return "Java " + javaFeature + " < 22, the first with the Foreign Function & Memory API";
        }
        return osName.equals("Linux") ? null : "operating system is " + osName + ", not Linux";
    }

    private static String causeInEngine(ClassLoader classLoader) {
        if (!ClassUtils.isPresent(ENGINE_CLASS, classLoader)) {
            return "smc-engine is not on the class path";
        }
        try {
            return EngineProbe.cause();
        } catch (LinkageError e) {
            return "engine does not load: " + e;
        }
    }

    /** Apart, so that loading the outer class never links the engine's. */
    private static final class EngineProbe {

        static String cause() {
            return Smc.unavailabilityCause();
        }
    }
}
