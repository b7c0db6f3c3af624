package io.smc4j.engine.os;

import java.lang.invoke.MethodHandles;
import java.util.List;

/** Whether this package works in this process. Thread-safe; never throws. */
public final class NativeAccess {

    private static final String CAUSE = probe(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));

    private NativeAccess() {
    }

    /** Whether the other classes of this package can be used. */
    public static boolean isAvailable() {
        return CAUSE == null;
    }

    /** Why not, in one line; {@code null} if {@link #isAvailable()}. */
    public static String unavailabilityCause() {
        return CAUSE;
    }

    static String probe(String osName, String architecture) {
        if (!osName.equals("Linux")) {
            return "SMC needs Linux; this is " + osName;
        }
        if (Platform.of(architecture) == null) {
            return "SMC needs an x86_64 or aarch64 processor; this is " + architecture;
        }
        try {
            linkAll();
            return null;
        } catch (LinkageError e) {
            return cause(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            return cause(e);
        }
    }

    private static void linkAll() throws IllegalAccessException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        for (Class<?> user : List.of(SocketCalls.class, FileCalls.class, Epoll.class, EventFd.class, WakeSocket.class,
                Futex.class, Processors.class, Processes.class, ResourceLimits.class)) {
            lookup.ensureInitialized(user);
        }
    }

    private static String cause(Throwable e) {
        if (e instanceof IllegalCallerException) {
            return "native access is denied; start Java with --enable-native-access=ALL-UNNAMED";
        }
        return "the C library cannot be used: " + (e.getMessage() == null ? e.getClass().getName() : e.getMessage());
    }
}
