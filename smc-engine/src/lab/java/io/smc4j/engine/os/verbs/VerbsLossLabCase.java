package io.smc4j.engine.os.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.lab.Guest.End;
import io.smc4j.engine.lab.GuestCase;
import io.smc4j.engine.lab.LinkBreaker;
import io.smc4j.engine.lab.MachineKind;
import io.smc4j.engine.lab.RunsIn;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** The verbs while an interface, a device or its file goes away. */
@RunsIn(MachineKind.BREAKABLE)
final class VerbsLossLabCase {

    private static final Path DEVICE_FILES = Path.of("/dev/infiniband");

    /** The port's events come. Sends without a wire may stay outstanding for ever: Soft-RoCE does not count those as sent. */
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

    /** Soft-RoCE's device goes when its last user does. */
    @GuestCase
    void anOpenDeviceIsTakenAway() throws Exception {
        Thread removal;
        Throwable[] failure = new Throwable[1];
        try (VerbsEnd a = new VerbsEnd(End.A, 1)) {
            removal = Thread.ofPlatform().daemon().start(() -> {
                try {
                    LinkBreaker.deleteDevice(End.A);
                } catch (Throwable e) {
                    failure[0] = e;
                }
            });
            int ready = Sockets.poll(a.context.asyncFd(), Sockets.POLLIN, 5_000);
            System.out.println("removal: async fd " + ready + ", " + a.context.pollAsyncEvent() + ", postReceive "
                    + a.pair.postReceive(1, a.address(VerbsEnd.RECEIVE), 44, a.region.lkey()) + ", poll " + a.queue.poll());
        }
        try {
            removal.join();
            assertThat(failure[0]).isNull();
            Verbs verbs = Verbs.load();
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
        try (Stream<Path> files = Files.list(DEVICE_FILES)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("uverbs")).toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            }
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
