package io.smc4j.engine.os.bpf;

import java.io.IOException;

/** The option cannot be announced here. The message says why in one line, {@link #hint()} what would help. */
public final class BpfException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What stands in the way. */
    public enum Reason {

        /** The process may not load BPF programs. */
        NO_PERMISSION("run with the capabilities CAP_BPF and CAP_NET_ADMIN (before Linux 5.11 also with an unlimited"
                + " RLIMIT_MEMLOCK), and let the container's seccomp profile permit bpf(2)"),
        /** The process is in no control group of version 2 that it can see. */
        NO_CGROUP2(
        "mount the control groups of version 2, as systemd does on /sys/fs/cgroup or /sys/fs/cgroup/unified"),
        /** The kernel lacks what the program needs. */
        NOT_SUPPORTED("use Linux 5.10 or later with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF"),
        /** Anything else. */
        FAILED("see the error; a program of somebody else may hold the control group for itself");

        private final String hint;

        Reason(String hint) {
            this.hint = hint;
        }
    }

    private final Reason reason;

    BpfException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What stands in the way. */
    public Reason reason() {
        return reason;
    }

    /** What an administrator can do about it, in one line. */
    public String hint() {
        return reason.hint;
    }
}
