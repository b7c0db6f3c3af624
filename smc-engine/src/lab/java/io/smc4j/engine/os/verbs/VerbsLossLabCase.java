package io.smc4j.engine.os.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.lab.Guest.End;
import io.smc4j.engine.lab.GuestCase;
import io.smc4j.engine.lab.GuestProcess;
import io.smc4j.engine.lab.LinkBreaker;
import io.smc4j.engine.lab.MachineKind;
import io.smc4j.engine.lab.RunsIn;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The verbs while an interface, a device or its file goes away. */
@RunsIn(MachineKind.BREAKABLE)
final class VerbsLossLabCase {

    private static final Path DEVICE_FILES = Path.of("/dev/infiniband");

    /**
     * The port's events come. Sends without a wire may stay outstanding for ever: Soft-RoCE does not count those as
     * sent.
     */
    @GuestCase
    void thePortGoesDownAndComesBack() throws Exception {
        try (VerbsEnd a = new VerbsEnd(End.A, 1); VerbsEnd b = new VerbsEnd(End.B, 2)) {
            VerbsEnd.connect(a, b);
            while (a.context.pollAsyncEvent() != null) {
                // Of the connection.
            }
            LinkBreaker.interfaceDown(End.B);
            try {
                awaitEvent(a.context, AsyncEvent.PORT_ERR);
                assertThat(a.context.port(1).active()).isFalse();
                assertThat(a.pair.postSend(1, a.address(VerbsEnd.SEND), 44, a.region.lkey(), false)).isZero();
                a.pair.toError();
                a.awaitCompletion();
                assertThat(a.queue.wrId(0)).isOne();
                assertThat(a.queue.status(0)).isNotEqualTo(CompletionQueue.SUCCESS);
            } finally {
                LinkBreaker.interfaceUp(End.B);
            }
            awaitEvent(a.context, AsyncEvent.PORT_ACTIVE);
            assertThat(a.context.port(1).active()).isTrue();
            assertThat(a.context.isAlive()).isTrue();
        }
    }

    /** Soft-RoCE waits for the last user, and tells it nothing. */
    @GuestCase
    void anOpenDeviceThatIsTakenAwayGoesWhenItIsClosed() throws Exception {
        Verbs verbs = Verbs.load();
        try (VerbsEnd a = new VerbsEnd(End.A, 1);
                GuestProcess removal = GuestProcess.start("rdma", "link", "delete", End.A.rdmaDevice())) {
            Awaitility.await().atMost(VerbsEnd.PATIENCE).until(() -> deviceFiles().size() == 1);
            assertThat(ProcessHandle.of(removal.pid())).isPresent();
            assertThat(a.context.port(1).ethernet()).isTrue();
            a.close();
            removal.awaitSuccess();
            assertThat(verbs.deviceNames()).doesNotContain(End.A.rdmaDevice());
            assertThatThrownBy(() -> verbs.open(End.A.rdmaDevice())).isInstanceOfSatisfying(VerbsException.class,
                    e -> assertThat(e.reason()).isEqualTo(Reason.NO_DEVICE));
        } finally {
            LinkBreaker.addDevice(End.A);
        }
    }

    @GuestCase
    void filesOfOthers() throws Exception {
        setPermissions("rw-------");
        try {
            UnprivilegedMain.run("permission");
        } finally {
            setPermissions("rw-rw-rw-");
        }
    }

    @GuestCase
    void noFiles() throws Exception {
        Path away = Files.move(DEVICE_FILES, DEVICE_FILES.resolveSibling("infiniband-away"));
        try {
            UnprivilegedMain.expectNoPermission();
        } finally {
            Files.move(away, DEVICE_FILES);
        }
    }

    private static void setPermissions(String permissions) throws Exception {
        for (Path file : deviceFiles()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
    }

    private static List<Path> deviceFiles() throws IOException {
        try (Stream<Path> files = Files.list(DEVICE_FILES)) {
            return files.filter(file -> file.getFileName().toString().startsWith("uverbs")).toList();
        }
    }

    private static void awaitEvent(VerbsContext context, int type) throws Exception {
        while (true) {
            assertThat(Sockets.poll(context.asyncFd(), Sockets.POLLIN, VerbsEnd.PATIENCE.toMillis()))
                    .as("event " + type).isEqualTo(Sockets.POLLIN);
            for (AsyncEvent event = context.pollAsyncEvent(); event != null; event = context.pollAsyncEvent()) {
                if (event.type() == type) {
                    assertThat(event.port()).isOne();
                    assertThat(event.qpn()).isZero();
                    return;
                }
            }
        }
    }
}
