package io.smc4j.engine.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of this process that cannot be paged out. The kernel holds the limit against what is pinned and against what
 * is locked, each by itself.
 *
 * @param pinned bytes that devices may access
 * @param locked bytes that {@code mlock} has locked
 * @param limit in bytes, -1 is none
 */
public record LockedMemoryUsage(long pinned, long locked, long limit) {

    private static final Path STATUS = Path.of("/proc/self/status");
    /** linux/capability.h. */
    private static final int CAP_IPC_LOCK = 14;
    private static final int KIB = 1024;

    /** As it is now; what {@code /proc} does not tell is 0. */
    public static LockedMemoryUsage now() {
        try {
            return of(Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1), ResourceLimits.lockedMemory());
        } catch (IOException e) {
            return new LockedMemoryUsage(0, 0, -1);
        }
    }

    /** @param limit that of the process, which one that may lock any memory does not have to heed */
    static LockedMemoryUsage of(List<String> status, long limit) {
        boolean any = (number(status, "CapEff:", 16) >>> CAP_IPC_LOCK & 1) != 0;
        return new LockedMemoryUsage(KIB * number(status, "VmPin:", 10), KIB * number(status, "VmLck:", 10),
                any ? -1 : limit);
    }

    private static long number(List<String> status, String field, int radix) {
        for (String line : status) {
            if (line.startsWith(field)) {
                try {
                    return Long.parseUnsignedLong(line.substring(field.length()).strip().split(" ")[0], radix);
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 0;
    }
}
