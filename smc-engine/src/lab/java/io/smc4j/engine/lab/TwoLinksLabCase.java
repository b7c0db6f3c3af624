package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static io.smc4j.engine.lab.Guest.End.C;
import static io.smc4j.engine.lab.Guest.End.D;
import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.RdmaConfig.PnetEntry;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Link groups with two links, between two engines: the ends A and C are as of one host, B and D of another. */
@RunsIn(MachineKind.TWO_PAIRS)
final class TwoLinksLabCase {

    private static final int CONNECTIONS = 5;

    @GuestCase
    void aSecondLinkComesUpAndIsUsed() throws Exception {
        secondLinkIsUsed(RdmaConfig.defaults().ueid(), 2);
    }

    @GuestCase
    void aSecondLinkComesUpInVersion1() throws Exception {
        secondLinkIsUsed(List.of(), 1);
    }

    private static void secondLinkIsUsed(List<String> ueids, int version) throws Exception {
        try (Pair pair = new Pair(ueids)) {
            assertThat(pair.client.snapshot().linkGroups()).singleElement().satisfies(group -> {
                assertThat(group.smcr().version()).isEqualTo(version);
                assertThat(group.smcr().type()).isEqualTo(SmcSnapshot.LinkGroupType.SYM);
                assertThat(group.smcr().links()).extracting(SmcSnapshot.Link::device)
                        .containsExactlyInAnyOrder("rxe_a", "rxe_c");
                assertThat(group.smcr().links()).allSatisfy(link -> assertThat(link.connections()).isPositive());
            });
            pair.requireEqualDigests(pair.exchange(0.5));
            pair.close(pair.channels);
        }
    }

    @GuestCase(seconds = 60)
    void trafficSurvivesTheLossOfTheClientsSecondDevice() throws Exception {
        survives(RdmaConfig.defaults().ueid(), C);
    }

    @GuestCase(seconds = 60)
    void trafficSurvivesTheLossOfTheServersFirstDevice() throws Exception {
        afterwards(() -> survives(RdmaConfig.defaults().ueid(), B));
    }

    @GuestCase(seconds = 60)
    void trafficSurvivesTheLossOfTheClientsFirstDeviceInVersion1() throws Exception {
        afterwards(() -> survives(List.of(), A));
    }

    private static void survives(List<String> ueids, Guest.End lost) throws Exception {
        try (Pair pair = new Pair(ueids)) {
            List<CompletableFuture<EnginePeer.Stream[]>> exchanges = pair.exchange(10);
            pair.awaitTraffic(exchanges, 0);
            LinkBreaker.deleteDevice(lost);
            try {
                pair.requireEqualDigests(exchanges);
                pair.awaitLinks(1);
                pair.close(pair.channels);
            } finally {
                LinkBreaker.addDevice(lost);
            }
        }
    }

    /** First link 2 is lost, and a new one comes up; then link 1. */
    @GuestCase(seconds = 90)
    void trafficSurvivesTheLossOfOneLinkAfterTheOther() throws Exception {
        afterwards(TwoLinksLabCase::oneAfterTheOther);
    }

    private static void oneAfterTheOther() throws Exception {
        try (Pair pair = new Pair(RdmaConfig.defaults().ueid())) {
            List<CompletableFuture<EnginePeer.Stream[]>> exchanges = pair.exchange(30);
            pair.awaitTraffic(exchanges, 0);
            try {
                LinkBreaker.deleteDevice(C);
                pair.awaitLinks(1);
            } finally {
                LinkBreaker.addDevice(C);
            }
            pair.awaitLinks(2);
            long received = pair.received();
            try {
                LinkBreaker.deleteDevice(B);
                pair.awaitLinks(1);
                pair.awaitTraffic(exchanges, received);
            } finally {
                LinkBreaker.addDevice(B);
            }
            pair.requireEqualDigests(exchanges);
            pair.awaitLinks(2);
            pair.close(pair.channels);
        }
    }

    @GuestCase(seconds = 60)
    void trafficSurvivesAnInterfaceThatIsDown() throws Exception {
        try (Pair pair = new Pair(RdmaConfig.defaults().ueid())) {
            List<CompletableFuture<EnginePeer.Stream[]>> exchanges = pair.exchange(10);
            pair.awaitTraffic(exchanges, 0);
            try {
                LinkBreaker.interfaceDown(C);
                pair.awaitLinks(1);
                pair.requireEqualDigests(exchanges);
            } finally {
                LinkBreaker.interfaceUp(C);
            }
            pair.awaitLinks(2);
            pair.close(pair.channels);
        }
    }

    @GuestCase(seconds = 60)
    void idleConnectionsSurviveTheLossOfBothLinks() throws Exception {
        afterwards(TwoLinksLabCase::bothWhileIdle);
    }

    private static void bothWhileIdle() throws Exception {
        try (Pair pair = new Pair(RdmaConfig.defaults().ueid())) {
            try {
                LinkBreaker.deleteDevice(D);
                pair.awaitLinks(1);
                for (SocketChannel channel : pair.channels) {
                    pair.echoes(channel);
                }
                LinkBreaker.deleteDevice(B);
                for (SocketChannel channel : pair.channels) {
                    pair.echoes(channel);
                }
                assertThat(pair.client.snapshot().connections())
                        .allSatisfy(connection -> assertThat(connection.mode()).isEqualTo(SmcMode.TCP));
                pair.close(pair.channels);
            } finally {
                LinkBreaker.addDevice(D);
                LinkBreaker.addDevice(B);
            }
        }
    }

    /** Connections come and go while a link is lost and another comes up. */
    @GuestCase(seconds = 90)
    void connectionsComeAndGoWhileLinksDo() throws Exception {
        try (Pair pair = new Pair(RdmaConfig.defaults().ueid())) {
            CompletableFuture<Void> churn = CompletableFuture.runAsync(() -> EnginePeer.unchecked(() -> {
                for (int i = 0; i < 150; i++) {
                    CompletableFuture<Void> served = pair.server.echo(1);
                    try (SocketChannel channel = pair.client.connect(B.ip(), pair.port)) {
                        EnginePeer.messages(channel, 2, 5_000);
                    }
                    EnginePeer.join(served);
                }
                return null;
            }), EnginePeer.THREADS);
            for (Guest.End lost : new Guest.End[] {C, D}) {
                try {
                    LinkBreaker.deleteDevice(lost);
                    pair.awaitLinks(1);
                } finally {
                    LinkBreaker.addDevice(lost);
                }
                pair.awaitLinks(2);
            }
            churn.orTimeout(Guest.patience(Duration.ofSeconds(60)).toSeconds(), TimeUnit.SECONDS).join();
            pair.requireEqualDigests(pair.exchange(0.2));
            pair.close(pair.channels);
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() ->
                    assertThat(List.of(pair.client, pair.server))
                            .allSatisfy(peer -> assertThat(peer.snapshot().linkGroups())
                            .singleElement().satisfies(group -> assertThat(group.connections()).isZero())));
        }
    }

    private static void afterwards(LinkBreaker.Action test) throws Exception {
        try {
            test.run();
        } finally {
            LinkBreaker.restoreOrder();
        }
    }

    /** Two engines with connections between them, each an echo, over both links. */
    private static final class Pair implements AutoCloseable {

        final EnginePeer server;
        final EnginePeer client;
        final int port;
        final List<SocketChannel> channels = new ArrayList<>();
        private final CompletableFuture<Void> served;

        Pair(List<String> ueids) throws Exception {
            server = peer(B, D, ueids);
            client = peer(A, C, ueids);
            port = server.listen();
            served = server.echo(CONNECTIONS);
            channels.add(client.connect(B.ip(), port));
            awaitLinks(2);
            while (channels.size() < CONNECTIONS) {
                channels.add(client.connect(B.ip(), port));
            }
            client.requireSmcr(CONNECTIONS);
        }

        /** All but one, which stands. */
        List<CompletableFuture<EnginePeer.Stream[]>> exchange(double mib) {
            return channels.stream().skip(1).map(channel -> CompletableFuture.supplyAsync(
                    () -> EnginePeer.unchecked(() -> EnginePeer.exchange(channel, mib, 50_000)), EnginePeer.THREADS))
                    .toList();
        }

        void requireEqualDigests(List<CompletableFuture<EnginePeer.Stream[]>> exchanges) {
            for (CompletableFuture<EnginePeer.Stream[]> exchange : exchanges) {
                EnginePeer.Stream[] streams = exchange.orTimeout(Guest.patience(Duration.ofSeconds(60)).toSeconds(),
                        TimeUnit.SECONDS).join();
                assertThat(streams[1]).isEqualTo(streams[0]);
            }
        }

        /** Waits until all connections are in the middle of it. */
        void awaitTraffic(List<CompletableFuture<EnginePeer.Stream[]>> exchanges, long after) {
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(20)))
                    .until(() -> received() > after + (1 << 20));
            assertThat(exchanges).noneMatch(CompletableFuture::isDone);
        }

        /** Bytes received by the slowest of them. */
        long received() {
            return client.snapshot().connections().stream().mapToLong(SmcSnapshot.Connection::bytesReceived).sorted()
                    .skip(1)
                    .findFirst().orElse(0);
        }

        void awaitLinks(int count) {
            for (EnginePeer peer : List.of(client, server)) {
                Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() ->
                        assertThat(peer.snapshot().linkGroups()).singleElement().satisfies(group ->
                                assertThat(group.smcr().links()).hasSize(count)
                                        .allSatisfy(link -> assertThat(link.state())
                                        .isEqualTo(SmcSnapshot.LinkState.ACTIVE))));
            }
        }

        void echoes(SocketChannel channel) throws Exception {
            ByteBuffer message = ByteBuffer.wrap(new byte[1000]);
            while (message.hasRemaining()) {
                channel.write(message);
            }
            ByteBuffer answer = ByteBuffer.allocate(1000);
            while (answer.hasRemaining()) {
                assertThat(channel.read(answer)).isPositive();
            }
        }

        void close(List<SocketChannel> open) throws Exception {
            for (SocketChannel channel : open) {
                channel.close();
            }
            EnginePeer.join(served);
        }

        @Override
        public void close() throws Exception {
            try {
                client.close();
            } finally {
                server.close();
            }
        }
    }

    private static EnginePeer peer(Guest.End first, Guest.End second, List<String> ueids) throws Exception {
        return new EnginePeer(first, EnginePeer.config(config(first, second, ueids)).build());
    }

    /**
     * Both devices serve the first one's interface.
     *
     * @param ueids in common with the peer; if there is none, it is version 1
     */
    static RdmaConfig config(Guest.End first, Guest.End second, List<String> ueids) {
        RdmaConfig defaults = RdmaConfig.defaults();
        List<PnetEntry> pnet = List.of(new PnetEntry(first.networkDevice(), first.rdmaDevice(), 1),
                new PnetEntry(first.networkDevice(), second.rdmaDevice(), 1));
        List<String> known = ueids.isEmpty() ? List.of("ONLY." + first) : ueids;
        return new RdmaConfig(defaults.provider(), known, null, 0, -1, pnet, 2, 255);
    }
}
