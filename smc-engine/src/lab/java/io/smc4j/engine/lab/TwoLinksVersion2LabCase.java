package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** Link groups with two links, between an engine and the kernel's AF_SMC in version 2. Each end sees both devices. */
@RunsIn(MachineKind.SMC_V2)
final class TwoLinksVersion2LabCase {

    private static final int CONNECTIONS = 4;

    @GuestCase
    void aKernelServerAddsALink() throws Exception {
        try (EnginePeer client = peer(A, B); GuestProcess server = GuestProcess.smc("listen", "echo", B.ip(), "0",
                "--accept",
                Integer.toString(CONNECTIONS), "--require", "SMCR")) {
            int port = server.awaitPort();
            List<SocketChannel> channels = new ArrayList<>();
            channels.add(client.connect(B.ip(), port));
            awaitTwoLinks(client);
            while (channels.size() < CONNECTIONS) {
                channels.add(client.connect(B.ip(), port));
            }
            client.requireSmcr(CONNECTIONS);
            assertThat(client.snapshot().linkGroups()).singleElement()
                    .satisfies(group -> assertThat(group.smcr().links())
                    .allSatisfy(link -> assertThat(link.connections()).isPositive()));
            for (SocketChannel channel : channels) {
                EnginePeer.Stream[] streams = EnginePeer.exchange(channel, 0.5, 50_000);
                assertThat(streams[1]).isEqualTo(streams[0]);
                channel.close();
            }
            server.awaitSuccess();
        }
    }

    @GuestCase
    void aKernelClientTakesALink() throws Exception {
        try (EnginePeer server = peer(B, A)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(1 + CONNECTIONS);
            try (GuestProcess first = GuestProcess.smc("connect", "hold", B.ip(), Integer.toString(port))) {
                first.await("^connected .* mode=SMCR$");
                awaitTwoLinks(server);
                try (GuestProcess client = GuestProcess.smc("connect", "exchange", B.ip(), Integer.toString(port),
                        "--parallel",
                        Integer.toString(CONNECTIONS), "--mib", "0.5", "--require", "SMCR")) {
                    client.awaitSuccess();
                    List<Map<String, String>> connections = client.lines().stream()
                            .filter(line -> line.startsWith("connection ")).map(Guest::fields).toList();
                    assertThat(connections).hasSize(CONNECTIONS).allSatisfy(connection -> assertThat(connection)
                            .containsEntry("mode", "SMCR")
                            .containsEntry("received_sha256", connection.get("sent_sha256")));
                }
            }
            EnginePeer.join(served);
        }
    }

    private static EnginePeer peer(Guest.End first, Guest.End second) throws Exception {
        return new EnginePeer(first,
                EnginePeer.config(TwoLinksLabCase.config(first, second, RdmaConfig.defaults().ueid())).build());
    }

    private static void awaitTwoLinks(EnginePeer peer) {
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() ->
                assertThat(peer.snapshot().linkGroups()).singleElement().satisfies(group -> {
                    assertThat(group.smcr().type()).isEqualTo(SmcSnapshot.LinkGroupType.SYM);
                    assertThat(group.smcr().links()).hasSize(2).extracting(SmcSnapshot.Link::state)
                            .containsOnly(SmcSnapshot.LinkState.ACTIVE);
                }));
    }
}
