package io.smc4j.engine.os.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Hands a program of type {@code sock_ops} to the kernel and puts it on a control group. */
final class BpfLoader {

    private static final int BPF_PROG_TYPE_SOCK_OPS = 13;
    private static final int BPF_CGROUP_SOCK_OPS = 3;
    /** No helper that the program calls is reserved for the GPL. */
    private static final String LICENSE = "Apache-2.0";
    private static final String NAME = "smc_syn_option";
    private static final int LOG_SIZE = 64 * 1024;

    private BpfLoader() {
    }

    /** Returns the descriptor of the link; closing it takes the program away. */
    static int attach(ByteBuffer code, Path group) throws BpfException {
        int directory = BpfCalls.open(group.toString());
        if (directory < 0) {
            OsException e = OsException.of("open " + group, -directory);
            throw new BpfException(BpfException.Reason.NO_CGROUP2, e.getMessage(), e);
        }
        try {
            int program = load(code);
            try {
                // The link keeps the program.
                return link(program, directory, group);
            } finally {
                Sockets.close(program);
            }
        } finally {
            Sockets.close(directory);
        }
    }

    private static int load(ByteBuffer code) throws BpfException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instructions = arena.allocate(code.remaining(), Long.BYTES);
            instructions.copyFrom(MemorySegment.ofBuffer(code));
            MemorySegment attributes = arena.allocate(BpfCalls.ATTRIBUTES_SIZE, Long.BYTES);
            attributes.set(JAVA_INT, 0, BPF_PROG_TYPE_SOCK_OPS);
            attributes.set(JAVA_INT, 4, code.remaining() / BpfAssembler.INSTRUCTION_SIZE);
            attributes.set(JAVA_LONG, 8, instructions.address());
            attributes.set(JAVA_LONG, 16, arena.allocateFrom(LICENSE).address());
            attributes.setString(48, NAME);
            attributes.set(JAVA_INT, 68, BPF_CGROUP_SOCK_OPS);
            int program = BpfCalls.bpf(BpfCalls.BPF_PROG_LOAD, attributes);
            if (program >= 0) {
                return program;
            }
            throw explain(OsException.of("bpf(PROG_LOAD)", -program), verdict(arena, attributes));
        }
    }

    /** What the verifier says at its end, by a second attempt; empty if it was not even asked. */
    private static String verdict(Arena arena, MemorySegment attributes) {
        MemorySegment log = arena.allocate(LOG_SIZE);
        attributes.set(JAVA_INT, 24, 1);
        attributes.set(JAVA_INT, 28, LOG_SIZE);
        attributes.set(JAVA_LONG, 32, log.address());
        int program = BpfCalls.bpf(BpfCalls.BPF_PROG_LOAD, attributes);
        if (program >= 0) {
            Sockets.close(program);
            return "";
        }
        log.set(JAVA_BYTE, LOG_SIZE - 1, (byte) 0);
        String[] lines = log.getString(0).split("\n");
        for (int i = lines.length - 1; i >= 0; i--) {
            if (!lines[i].isBlank() && !lines[i].startsWith("processed ")) {
                return lines[i].strip();
            }
        }
        return "";
    }

    private static int link(int program, int directory, Path group) throws BpfException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(BpfCalls.ATTRIBUTES_SIZE, Long.BYTES);
            attributes.set(JAVA_INT, 0, program);
            attributes.set(JAVA_INT, 4, directory);
            attributes.set(JAVA_INT, 8, BPF_CGROUP_SOCK_OPS);
            int link = BpfCalls.bpf(BpfCalls.BPF_LINK_CREATE, attributes);
            if (link >= 0) {
                return link;
            }
            OsException e = OsException.of("bpf(LINK_CREATE) on " + group, -link);
            // Who may load the program may attach it, unless somebody attached one that tolerates no other.
            throw link == -Errno.EPERM ? new BpfException(BpfException.Reason.FAILED, e.getMessage(), e)
                    : explain(e, "");
        }
    }

    /** Why a step failed; {@code verdict} is what the kernel had to say beyond the error number. */
    static BpfException explain(OsException e, String verdict) {
        BpfException.Reason reason = switch (e.errno()) {
            case Errno.EPERM -> BpfException.Reason.NO_PERMISSION;
            case Errno.ENOSYS, Errno.EINVAL, Errno.EOPNOTSUPP -> BpfException.Reason.NOT_SUPPORTED;
            // The verifier's own errors.
            default -> BpfException.Reason.FAILED;
        };
        return new BpfException(reason, verdict.isEmpty() ? e.getMessage() : e.getMessage() + ": " + verdict, e);
    }
}
