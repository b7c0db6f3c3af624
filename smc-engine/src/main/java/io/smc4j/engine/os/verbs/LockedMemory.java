package io.smc4j.engine.os.verbs;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the limit of locked memory made pinning fail: the kernel says no more than that memory is short. */
final class LockedMemory {

    private static final String PINNED = "VmPin:";

    private LockedMemory() {
    }

    static boolean explains(int errno, long bytes) {
        try {
            return explains(errno, bytes, ResourceLimits.lockedMemory(), pinned());
        } catch (OsException e) {
            return false;
        }
    }

    /**
     * Whether pinning {@code bytes} had to fail so.
     *
     * @param limit in bytes, -1 is none
     * @param pinned in bytes, already; the kernel counts what RDMA pins apart from what {@code mlock} locks
     */
    static boolean explains(int errno, long bytes, long limit, long pinned) {
        return switch (errno) {
            // The kernel does not even begin if the limit is zero.
            case Errno.EPERM -> limit == 0;
            case Errno.ENOMEM -> limit != -1 && bytes > limit - pinned;
            default -> false;
        };
    }

    private static long pinned() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(PINNED)) {
                    return 1024 * Long.parseLong(line.substring(PINNED.length()).strip().split(" ")[0]);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Without procfs the limit alone must do.
        }
        return 0;
    }
}
