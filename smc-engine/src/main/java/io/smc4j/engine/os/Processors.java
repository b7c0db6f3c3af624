package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The processors this process may use. Thread-safe. */
public final class Processors {

    private static final MethodHandle SCHED_GETCPU = LibC.critical("sched_getcpu", JAVA_INT);

    private Processors() {
    }

    /** The processor the calling thread runs on at this moment; -1 if the kernel does not tell. Cheap. */
    public static int current() {
        try {
            return (int) SCHED_GETCPU.invokeExact();
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** How much processor time there is per time: processors, or a part of them if the control group has a quota. */
    public static double available() {
        int processors = Runtime.getRuntime().availableProcessors();
        double quota = quota();
        return quota > 0 ? Math.min(processors, quota) : processors;
    }

    /** The control group's quota, in processors; 0 if there is none. Reads files: ask rarely. */
    public static double quota() {
        return CpuQuota.read(Path.of("/"));
    }
}
