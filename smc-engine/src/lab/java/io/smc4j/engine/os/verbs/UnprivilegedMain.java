package io.smc4j.engine.os.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smc4j.engine.lab.Guest.End;
import io.smc4j.engine.lab.GuestProcess;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Another process, of a user who may lock 64 KiB and has no privilege but to read all files: the class path may be in
 * somebody's home. It fails when something is wrong.
 */
final class UnprivilegedMain {

    private UnprivilegedMain() {
    }

    /** Runs it to its end. */
    static void run(String what) throws Exception {
        String privileges = "-all,+dac_read_search";
        List<String> command = new ArrayList<>(List.of("prlimit", "--memlock=65536:65536", "setpriv", "--reuid=65534",
                "--regid=65534", "--clear-groups", "--bounding-set=" + privileges, "--inh-caps=" + privileges,
                "--ambient-caps=" + privileges));
        command.addAll(GuestProcess.javaCommand(UnprivilegedMain.class, what));
        try (GuestProcess process = GuestProcess.start(command.toArray(String[]::new))) {
            process.awaitSuccess();
        }
    }

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "memlock" -> expectMemlockLimit();
            case "permission" -> expectNoPermission();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void expectMemlockLimit() throws Exception {
        try (VerbsContext context = Verbs.load().open(End.A.rdmaDevice());
                ProtectionDomain domain = context.allocateProtectionDomain();
                Arena arena = Arena.ofConfined()) {
            domain.register(arena.allocate(16 << 10, 4096), true).close();
            MemorySegment large = arena.allocate(4 << 20, 4096);
            VerbsException e = catchThrowableOfType(VerbsException.class, () -> domain.register(large, true));
            assertThat(e.reason()).isEqualTo(Reason.MEMLOCK_LIMIT);
            assertThat(e.hint()).contains("ulimit -l");
        }
    }

    /** The device is known, but its file cannot be opened. */
    static void expectNoPermission() throws Exception {
        Verbs verbs = Verbs.load();
        assertThat(verbs.deviceNames()).contains(End.A.rdmaDevice());
        VerbsException e = catchThrowableOfType(VerbsException.class, () -> verbs.open(End.A.rdmaDevice()));
        assertThat(e.reason()).isEqualTo(Reason.NO_PERMISSION);
        assertThat(e.hint()).contains("/dev/infiniband");
    }
}
