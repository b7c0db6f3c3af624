package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static io.smc4j.engine.lab.Guest.End.C;
import static io.smc4j.engine.lab.Guest.End.D;
import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.RdmaConfig.PnetEntry;
import io.smc4j.engine.SmcSnapshot;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** Link groups with two links, between two engines: the ends A and C are as of one host, B and D of another. */
@RunsIn(MachineKind.TWO_PAIRS)
final class TwoLinksLabCase {

    private static final int CONNECTIONS = 4;

    @GuestCase
    void aSecondLinkComesUpAndIsUsed() throws Exception {
        try (EnginePeer server = peer(B, D); EnginePeer client = peer(A, C)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(1 + CONNECTIONS);
            List<SocketChannel> channels = new ArrayList<>();
            channels.add(client.connect(B.ip(), port));
            awaitLinks(client, 2);
            awaitLinks(server, 2);
            for (int i = 0; i < CONNECTIONS; i++) {
                channels.add(client.connect(B.ip(), port));
            }
            client.requireSmcr(1 + CONNECTIONS);
            assertThat(client.snapshot().linkGroups()).singleElement().satisfies(group -> {
                assertThat(group.smcr().type()).isEqualTo("SYM");
                assertThat(group.smcr().links()).extracting(SmcSnapshot.Link::device).containsExactlyInAnyOrder("rxe_a", "rxe_c");
                assertThat(group.smcr().links()).allSatisfy(link -> assertThat(link.connections()).isPositive());
            });
            for (SocketChannel channel : channels) {
                EnginePeer.Stream[] streams = EnginePeer.exchange(channel, 0.5, 50_000);
                assertThat(streams[1]).isEqualTo(streams[0]);
                channel.close();
            }
            EnginePeer.join(served);
        }
    }

    @GuestCase(seconds = 60)
    void trafficSurvivesTheLossOfTheClientsSecondDevice() throws Exception {
        survives(C);
    }

    @GuestCase(seconds = 60)
    void trafficSurvivesTheLossOfTheServersFirstDevice() throws Exception {
        survives(B);
    }

    private static void survives(Guest.End lost) throws Exception {
        try (EnginePeer server = peer(B, D); EnginePeer client = peer(A, C)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(1 + CONNECTIONS);
            List<SocketChannel> channels = new ArrayList<>();
            channels.add(client.connect(B.ip(), port));
            awaitLinks(client, 2);
            awaitLinks(server, 2);
            for (int i = 0; i < CONNECTIONS; i++) {
                channels.add(client.connect(B.ip(), port));
            }
            List<CompletableFuture<EnginePeer.Stream[]>> exchanges = channels.stream()
                    .map(channel -> CompletableFuture.supplyAsync(
                            () -> EnginePeer.unchecked(() -> EnginePeer.exchange(channel, 10, 50_000)), EnginePeer.THREADS))
                    .toList();
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10)))
                    .until(() -> client.snapshot().connections().stream().allMatch(c -> c.bytesReceived() > 1 << 20));
            assertThat(exchanges).noneMatch(CompletableFuture::isDone);
            try (GuestProcess delete = GuestProcess.start("rdma", "link", "delete", lost.rdmaDevice())) {
                delete.awaitSuccess();
            }
            try {
                for (CompletableFuture<EnginePeer.Stream[]> exchange : exchanges) {
                    EnginePeer.Stream[] streams = EnginePeer.join(exchange);
                    assertThat(streams[1]).isEqualTo(streams[0]);
                }
                awaitLinks(client, 1);
                awaitLinks(server, 1);
                for (SocketChannel channel : channels) {
                    channel.close();
                }
                EnginePeer.join(served);
            } finally {
                try (GuestProcess add = GuestProcess.start("rdma", "link", "add", lost.rdmaDevice(), "type", "rxe", "netdev",
                        lost.networkDevice())) {
                    add.awaitSuccess();
                }
            }
        }
    }

    private static void awaitLinks(EnginePeer peer, int count) {
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() -> assertThat(peer.snapshot().linkGroups())
                .singleElement().satisfies(group -> assertThat(group.smcr().links()).hasSize(count)
                        .allSatisfy(link -> assertThat(link.state()).isEqualTo("ACTIVE"))));
    }

    private static EnginePeer peer(Guest.End first, Guest.End second) throws Exception {
        RdmaConfig defaults = RdmaConfig.defaults();
        List<PnetEntry> pnet = List.of(new PnetEntry(first.networkDevice(), first.rdmaDevice(), 1),
                new PnetEntry(first.networkDevice(), second.rdmaDevice(), 1));
        return new EnginePeer(first, EnginePeer.config(new RdmaConfig(defaults.provider(), defaults.ueids(), null, 0, -1, pnet, 2,
                255)).build());
    }
}
