package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;

/** As many connections at once as a kernel client's six seconds for each handshake allow in the quicker version 2. */
final class ManyConnectionsLabCase {

    @GuestCase(seconds = 60)
    void twoHundredWithAKernelClientShareALinkGroup() throws Exception {
        try (EnginePeer server = new EnginePeer(B)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(201);
            // The first contact, after which all others are quick.
            InteropLabCase.kernelConnects(port, 1, "exchange", "--mib", "0.02");
            InteropLabCase.kernelConnects(port, 200, "exchange", "--parallel", "200", "--mib", "0.02");
            assertThat(server.snapshot().linkGroups()).hasSize(1);
            EnginePeer.join(served);
        }
    }
}
