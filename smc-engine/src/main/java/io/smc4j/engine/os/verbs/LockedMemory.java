package io.smc4j.engine.os.verbs;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.LockedMemoryUsage;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.ResourceLimits;

/** Whether the limit of locked memory made pinning fail: the kernel says no more than that memory is short. */
final class LockedMemory {

    private LockedMemory() {
    }

    static boolean explains(int errno, long bytes) {
        try {
            return explains(errno, bytes, ResourceLimits.lockedMemory(), LockedMemoryUsage.now().pinned());
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
}
