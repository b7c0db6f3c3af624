package io.smc4j.engine.os.verbs;

import io.smc4j.engine.os.Errno;

/** RDMA is not to be had, or a verb failed. The message names the verb and the error; {@link #hint} what may help. */
public final class VerbsException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kept the verb from working. */
    public enum Reason {
        /** libibverbs is not installed, or too old. */
        NO_LIBRARY(
                "install libibverbs and its drivers (Debian: libibverbs1 and ibverbs-providers, Red Hat: libibverbs)"),
        /** There is no such device, or no longer. */
        NO_DEVICE("look at 'rdma link'; a container sees RDMA devices only with its host's sysfs"),
        /** {@code /dev/infiniband/uverbsN} may not be opened, or is not there. */
        NO_PERMISSION(
                "give this user access to /dev/infiniband/uverbs*; a container needs these devices passed on to it"),
        /** {@code RLIMIT_MEMLOCK} does not let this process pin so much memory. */
        MEMLOCK_LIMIT(
                "raise the limit of locked memory (ulimit -l, LimitMEMLOCK= of systemd, --ulimit memlock= of Docker)"),
        /** Memory, descriptors, or what the device has of its own kind are used up. */
        NO_RESOURCES(""),
        /** Anything else. */
        FAILED("");

        private final String hint;

        Reason(String hint) {
            this.hint = hint;
        }
    }

    private final Reason reason;
    private final int errno;

    private VerbsException(String message, Reason reason, int errno, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.errno = errno;
    }

    static VerbsException of(Reason reason, String message, Throwable cause) {
        return new VerbsException(message, reason, 0, cause);
    }

    static VerbsException of(Reason reason, String verb, int errno) {
        return new VerbsException(verb + ": " + Errno.describe(errno), reason, errno, null);
    }

    /** The exception for a verb that pins no memory. */
    static VerbsException of(String verb, int errno) {
        return of(reason(errno), verb, errno);
    }

    /** The exception for a verb that has the kernel pin about so many bytes. */
    static VerbsException pinning(long bytes, String verb, int errno) {
        return of(LockedMemory.explains(errno, bytes) ? Reason.MEMLOCK_LIMIT : reason(errno), verb, errno);
    }

    private static Reason reason(int errno) {
        return switch (errno) {
            case Errno.ENOMEM, Errno.ENOSPC, Errno.EMFILE, Errno.ENFILE, Errno.EAGAIN -> Reason.NO_RESOURCES;
            case Errno.EACCES, Errno.EPERM -> Reason.NO_PERMISSION;
            case Errno.ENODEV -> Reason.NO_DEVICE;
            default -> Reason.FAILED;
        };
    }

    /** What kept the verb from working. */
    public Reason reason() {
        return reason;
    }

    /** The error number; 0 if it has none. */
    public int errno() {
        return errno;
    }

    /** What an administrator can do, in one line; empty if there is nothing to say. */
    public String hint() {
        return reason.hint;
    }
}
