package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static io.smc4j.engine.lab.Guest.End.C;
import static io.smc4j.engine.lab.Guest.End.D;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** A machine with two wires. */
@RunsIn(MachineKind.TWO_PAIRS)
final class TwoPairsLabCase {

    @GuestCase
    void everyEndHasItsDevice() throws Exception {
        assertThat(List.of(A, B, C, D)).extracting(Guest.End::rdmaDevice).containsExactly("rxe_a", "rxe_b", "rxe_c", "rxe_d");
        for (Guest.End end : Guest.End.values()) {
            try (GuestProcess info = GuestProcess.start("ibv_devinfo", "-d", end.rdmaDevice())) {
                info.await("state:\\s+PORT_ACTIVE");
                info.awaitSuccess();
            }
        }
    }

    @GuestCase
    void bothWiresCarrySmcR() throws Exception {
        KernelExchange.run(A, B, "echo", 1, "exchange");
        KernelExchange.run(C, D, "echo", 1, "exchange");
    }
}
