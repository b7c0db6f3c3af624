package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/** The machine itself: what any other case rests on. Both ends are the kernel's. */
@RunsIn({MachineKind.SMC_V2, MachineKind.SMC_V1})
final class KernelLabCase {

    @GuestCase
    void smoke() throws Exception {
        for (Guest.End end : List.of(A, B)) {
            try (GuestProcess info = GuestProcess.start("ibv_devinfo", "-d", end.rdmaDevice())) {
                info.await("state:\\s+PORT_ACTIVE");
                info.awaitSuccess();
            }
        }
        exchange("echo", 1, "exchange", "--mib", "1");
    }

    @GuestCase
    void halfClose() throws Exception {
        exchange("digest", 1, "ask-digest", "--mib", "3");
    }

    @GuestCase
    void smallMessages() throws Exception {
        exchange("echo", 1, "messages", "--count", "300", "--chunk", "33", "--nodelay");
    }

    @GuestCase
    void severalConnections() throws Exception {
        exchange("echo", 8, "exchange", "--parallel", "8", "--mib", "0.25");
    }

    @GuestCase
    void aKilledPeerEndsTheStream() throws Exception {
        try (GuestProcess server = GuestProcess.smc("listen", "sink", B.ip(), "0");
                GuestProcess client = GuestProcess.smc("connect", "source", B.ip(),
                        Integer.toString(server.awaitPort()),
                        "--mib", "8", "--die-after", "1000000")) {
            assertThat(client.exitCode()).isEqualTo(128 + 9);
            Map<String, String> connection = Guest.fields(server.await("^connection .*").group());
            assertThat(connection).containsEntry("mode", "SMCR");
            assertThat(Long.parseLong(connection.get("received"))).isLessThan(8 << 20);
        }
    }

    private static void exchange(String serverRole, int connections, String clientRole, String... options)
            throws Exception {
        KernelExchange.run(A, B, serverRole, connections, clientRole, options);
    }
}
