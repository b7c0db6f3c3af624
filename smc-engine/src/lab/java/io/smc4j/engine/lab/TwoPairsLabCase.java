package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static io.smc4j.engine.lab.Guest.End.C;
import static io.smc4j.engine.lab.Guest.End.D;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A machine with two wires. */
@RunsIn(MachineKind.TWO_PAIRS)
final class TwoPairsLabCase {

    @GuestCase
    void everyEndHasItsDevice() throws Exception {
        assertThat(List.of(A, B, C, D)).extracting(Guest.End::rdmaDevice).containsExactly("rxe_a", "rxe_b", "rxe_c",
                "rxe_d");
        for (Guest.End end : Guest.End.values()) {
            try (GuestProcess info = GuestProcess.start("ibv_devinfo", "-d", end.rdmaDevice())) {
                info.await("state:\\s+PORT_ACTIVE");
                info.awaitSuccess();
            }
        }
    }

    @GuestCase
    void bothWiresLeadToSmcR() throws Exception {
        KernelExchange.run(A, B, "echo", 1, "exchange");
        KernelExchange.run(C, D, "echo", 1, "exchange");
    }

    @GuestCase
    void theSecondLinkIsOnTheSecondWire() throws Exception {
        try (GuestProcess server = GuestProcess.smc("listen", "hold", B.ip(), "0");
                GuestProcess client =
                        GuestProcess.smc("connect", "hold", B.ip(), Integer.toString(server.awaitPort()))) {
            client.await("^connected .* mode=SMCR$");
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10)))
                    .untilAsserted(() -> assertThat(activeDevices())
                    .containsExactlyInAnyOrder(A.rdmaDevice(), B.rdmaDevice(), C.rdmaDevice(), D.rdmaDevice()));
        }
    }

    private static Set<String> activeDevices() throws Exception {
        try (GuestProcess links = GuestProcess.smc("links")) {
            links.awaitSuccess();
            return links.lines().stream().map(Guest::fields).filter(link -> "ACTIVE".equals(link.get("state")))
                    .map(link -> link.get("device")).collect(Collectors.toSet());
        }
    }
}
