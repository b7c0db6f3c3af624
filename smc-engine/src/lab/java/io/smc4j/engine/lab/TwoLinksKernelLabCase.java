package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static io.smc4j.engine.lab.Guest.End.C;
import static io.smc4j.engine.lab.Guest.End.D;
import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcSnapshot;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Link groups with two links, between an engine and the kernel's AF_SMC in version 1.
 *
 * <p>A kernel whose own device is taken away is held to less: what it sends is changed at times, also between two
 * kernels, so only what it is sent is compared. And a kernel whose peer's device is taken away waits for ever for what
 * it has under way, as Soft-RoCE takes its number of retries for infinite; its own device can then not be taken away
 * any more.
 */
@RunsIn(MachineKind.TWO_PAIRS)
final class TwoLinksKernelLabCase {

    private static final int CONNECTIONS = 4;
    private static final double MIB = 10;

    @GuestCase(seconds = 60)
    void aKernelServerAddsALink() throws Exception {
        ourClient(0.5, null);
    }

    @GuestCase(seconds = 60, ownMachine = true)
    void trafficWithAKernelServerSurvivesTheLossOfOurDevice() throws Exception {
        ourClient(MIB, C);
    }

    @GuestCase(seconds = 60)
    void whatAKernelServerIsSentSurvivesTheLossOfItsDevice() throws Exception {
        try (EnginePeer client = new EnginePeer(A, EnginePeer.config(TwoLinksLabCase.config(A, C, List.of())).build());
                GuestProcess server = GuestProcess.smc("listen", "digest", B.ip(), "0", "--accept",
                        Integer.toString(CONNECTIONS),
                        "--require", "SMCR")) {
            List<SocketChannel> channels = connect(client, server.awaitPort());
            List<CompletableFuture<EnginePeer.Stream>> sent = sendAndEnd(channels);
            lose(client, B, sent, () -> {
                for (int i = 0; i < CONNECTIONS; i++) {
                    assertThat(EnginePeer.text(channels.get(i))).isEqualTo(join(sent.get(i)).sha256());
                    channels.get(i).close();
                }
                server.awaitSuccess();
            });
        }
        LinkBreaker.restoreOrder();
    }

    @GuestCase(seconds = 60)
    void aKernelClientTakesALink() throws Exception {
        ourServer(0.5, null);
    }

    @GuestCase(seconds = 60, ownMachine = true)
    void trafficWithAKernelClientSurvivesTheLossOfOurDevice() throws Exception {
        ourServer(MIB, D);
    }

    @GuestCase(seconds = 60)
    void whatAKernelClientIsSentSurvivesTheLossOfItsDevice() throws Exception {
        try (EnginePeer server = new EnginePeer(B, EnginePeer.config(TwoLinksLabCase.config(B, D, List.of()))
                .build())) {
            int port = server.listen();
            try (GuestProcess client = GuestProcess.smc("connect", "sink", B.ip(), Integer.toString(port), "--parallel",
                    Integer.toString(CONNECTIONS), "--require", "SMCR")) {
                List<SocketChannel> channels = new ArrayList<>();
                while (channels.size() < CONNECTIONS) {
                    channels.add(server.accept());
                }
                awaitLinks(server, 2);
                List<CompletableFuture<EnginePeer.Stream>> sent = sendAndEnd(channels);
                lose(server, A, sent, () -> {
                    for (CompletableFuture<EnginePeer.Stream> stream : sent) {
                        join(stream);
                    }
                    client.awaitSuccess();
                    assertThat(connections(client)).hasSize(CONNECTIONS).allSatisfy(connection ->
                            assertThat(connection).containsEntry("received_sha256", join(sent.get(0)).sha256()));
                });
                for (SocketChannel channel : channels) {
                    channel.close();
                }
            }
        }
        LinkBreaker.restoreOrder();
    }

    private static List<SocketChannel> connect(EnginePeer client, int port) throws Exception {
        List<SocketChannel> channels = new ArrayList<>();
        channels.add(client.connect(B.ip(), port));
        awaitLinks(client, 2);
        while (channels.size() < CONNECTIONS) {
            channels.add(client.connect(B.ip(), port));
        }
        client.requireSmcr(CONNECTIONS);
        return channels;
    }

    private static List<CompletableFuture<EnginePeer.Stream>> sendAndEnd(List<SocketChannel> channels) {
        return channels.stream().map(channel -> async(() -> EnginePeer.sendAndEnd(channel, MIB, 50_000))).toList();
    }

    private static <T> CompletableFuture<T> async(EnginePeer.Task<T> task) {
        return CompletableFuture.supplyAsync(() -> EnginePeer.unchecked(task), EnginePeer.THREADS);
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(Guest.patience(Duration.ofSeconds(40)).toSeconds(), TimeUnit.SECONDS).join();
    }

    private static void ourClient(double mib, Guest.End lost) throws Exception {
        try (EnginePeer client = new EnginePeer(A, EnginePeer.config(TwoLinksLabCase.config(A, C, List.of())).build());
                GuestProcess server = GuestProcess.smc("listen", "echo", B.ip(), "0", "--accept",
                        Integer.toString(CONNECTIONS),
                        "--require", "SMCR")) {
            List<SocketChannel> channels = connect(client, server.awaitPort());
            assertThat(group(client).smcr().type()).isEqualTo(SmcSnapshot.LinkGroupType.SYM);
            List<CompletableFuture<EnginePeer.Stream[]>> exchanges = channels.stream()
                    .map(channel -> async(() -> EnginePeer.exchange(channel, mib, 50_000))).toList();
            lose(client, lost, exchanges, () -> {
                for (CompletableFuture<EnginePeer.Stream[]> exchange : exchanges) {
                    EnginePeer.Stream[] streams = join(exchange);
                    assertThat(streams[1]).isEqualTo(streams[0]);
                }
                for (SocketChannel channel : channels) {
                    channel.close();
                }
                server.awaitSuccess();
            });
        }
    }

    private static void ourServer(double mib, Guest.End lost) throws Exception {
        try (EnginePeer server = new EnginePeer(B, EnginePeer.config(TwoLinksLabCase.config(B, D, List.of()))
                .build())) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(1 + CONNECTIONS);
            try (GuestProcess first = GuestProcess.smc("connect", "hold", B.ip(), Integer.toString(port))) {
                first.await("^connected .* mode=SMCR$");
                awaitLinks(server, 2);
                assertThat(group(server).smcr().type()).isEqualTo(SmcSnapshot.LinkGroupType.SYM);
                try (GuestProcess client = GuestProcess.smc("connect", "exchange", B.ip(), Integer.toString(port),
                        "--parallel",
                        Integer.toString(CONNECTIONS), "--mib", Double.toString(mib), "--require", "SMCR")) {
                    lose(server, lost, List.of(), () -> {
                        client.awaitSuccess();
                        assertThat(connections(client)).hasSize(CONNECTIONS)
                                .allSatisfy(connection -> assertThat(connection)
                                .containsEntry("mode", "SMCR")
                                .containsEntry("received_sha256", connection.get("sent_sha256")));
                    });
                }
            }
            EnginePeer.join(served);
        }
    }

    private static void lose(EnginePeer peer, Guest.End lost, List<? extends CompletableFuture<?>> exchanges,
            LinkBreaker.Action check) throws Exception {
        if (lost == null) {
            check.run();
            return;
        }
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(20)))
                .until(() -> peer.snapshot().connections().stream()
                .filter(connection -> connection.bytesReceived() + connection.bytesSent() > 1 << 20)
                .count() >= CONNECTIONS);
        assertThat(exchanges).noneMatch(CompletableFuture::isDone);
        try {
            LinkBreaker.deleteDevice(lost);
            awaitLinks(peer, 1);
            check.run();
        } finally {
            LinkBreaker.addDevice(lost);
        }
    }

    private static SmcSnapshot.LinkGroup group(EnginePeer peer) {
        return peer.snapshot().linkGroups().iterator().next();
    }

    private static void awaitLinks(EnginePeer peer, int count) {
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10)))
                .untilAsserted(() -> assertThat(peer.snapshot().linkGroups())
                .singleElement().satisfies(group -> assertThat(group.smcr().links()).hasSize(count)
                        .allSatisfy(link -> assertThat(link.state()).isEqualTo(SmcSnapshot.LinkState.ACTIVE))));
    }

    private static List<Map<String, String>> connections(GuestProcess process) {
        return process.lines().stream().filter(line -> line.startsWith("connection ")).map(Guest::fields).toList();
    }
}
