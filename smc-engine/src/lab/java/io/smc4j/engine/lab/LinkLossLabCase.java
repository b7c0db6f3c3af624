package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** A link group with one link, which is lost: between two engines its connections go on over TCP. */
@RunsIn(MachineKind.BREAKABLE)
final class LinkLossLabCase {

    /** How often the link is lost under load, and how many connections there are then. */
    private static final int LOSSES = Integer.getInteger("smc4j.lab.losses", 3);
    private static final int CONNECTIONS = 20;
    private static final double MIB = 2;

    @GuestCase(seconds = 40)
    void connectionsOutliveADeviceThatIsDeleted() throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            CompletableFuture<SocketChannel> first = accept(server);
            CompletableFuture<SocketChannel> second = accept(server);
            try (SocketChannel blocked = client.connect(B.ip(), port);
                    SocketChannel selected = client.connect(B.ip(), port);
                    SocketChannel accepted = EnginePeer.join(first); SocketChannel other = EnginePeer.join(second)) {
                client.requireSmcr(2);
                CompletableFuture<Integer> here = read(blocked);
                LinkBreaker.deleteDevice(A);
                try {
                    awaitMoved(client);
                    awaitMoved(server);
                    assertThat(client.snapshot().linkGroups()).isEmpty();
                    accepted.write(ByteBuffer.allocate(1));
                    other.write(ByteBuffer.allocate(1));
                    // Which of the accepted ones belongs to which does not matter: each has written a byte.
                    assertThat(EnginePeer.join(here)).isOne();
                    assertSelected(client, selected);
                    // There is no device any more, but there is TCP.
                    CompletableFuture<Void> served = server.echo(1);
                    try (SocketChannel next = client.connect(B.ip(), port)) {
                        EnginePeer.messages(next, 3, 100);
                    }
                    EnginePeer.join(served);
                } finally {
                    LinkBreaker.addDevice(A);
                }
            }
            assertThatItIsUsedAgain(server, client, port);
        }
    }

    /** With the interface, TCP is gone, too, until that is back. */
    @GuestCase(seconds = 60)
    void connectionsGoOnWhenANetworkInterfaceIsBack() throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            CompletableFuture<SocketChannel> accepting = accept(server);
            try (SocketChannel channel = client.connect(B.ip(), port);
                    SocketChannel accepted = EnginePeer.join(accepting)) {
                client.requireSmcr(1);
                CompletableFuture<Integer> read = read(channel);
                LinkBreaker.interfaceDown(A);
                try {
                    Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10)))
                            .until(() -> client.snapshot().linkGroups().isEmpty());
                    assertThat(read).isNotDone();
                } finally {
                    LinkBreaker.interfaceUp(A);
                }
                accepted.write(ByteBuffer.allocate(1));
                assertThat(EnginePeer.join(read)).isOne();
                awaitMoved(client);
            }
        }
    }

    @GuestCase(seconds = 120)
    void losesNothingUnderLoad() throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            for (int i = 0; i < LOSSES; i++) {
                loseUnderLoad(server, client, port);
                System.out.printf("loss %d: %d connections went on%n", i + 1, CONNECTIONS);
                assertThatItIsUsedAgain(server, client, port);
            }
        }
    }

    private static void loseUnderLoad(EnginePeer server, EnginePeer client, int port) throws Exception {
        CompletableFuture<Void> served = server.echo(CONNECTIONS);
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            channels.add(client.connect(B.ip(), port));
        }
        client.requireSmcr(CONNECTIONS);
        List<CompletableFuture<EnginePeer.Stream[]>> exchanges = channels.stream()
                .map(channel -> CompletableFuture.supplyAsync(
                        () -> EnginePeer.unchecked(() -> EnginePeer.exchange(channel, MIB, 10_000)),
                        EnginePeer.THREADS))
                .toList();
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(20))).until(() -> client.snapshot().connections()
                .stream().mapToLong(c -> c.bytesReceived()).sum() > CONNECTIONS * MIB * (1 << 20) / 10);
        LinkBreaker.deleteDevice(A);
        try {
            for (CompletableFuture<EnginePeer.Stream[]> exchange : exchanges) {
                EnginePeer.Stream[] streams = EnginePeer.join(exchange);
                assertThat(streams[1]).isEqualTo(streams[0]);
            }
            EnginePeer.join(served);
            awaitMoved(client);
            for (SocketChannel channel : channels) {
                channel.close();
            }
        } finally {
            LinkBreaker.addDevice(A);
        }
    }

    /** The kernel does not know how to go on. */
    @GuestCase(seconds = 40)
    void aConnectionWithAKernelIsReset() throws Exception {
        try (EnginePeer client = new EnginePeer(A);
                GuestProcess kernel = GuestProcess.smc("listen", "hold", B.ip(), "0");
                SocketChannel channel = client.connect(B.ip(), kernel.awaitPort())) {
            client.requireSmcr(1);
            LinkBreaker.deleteDevice(A);
            try {
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                        .withMessage("Connection reset").havingCause().withMessageContaining("lost");
            } finally {
                LinkBreaker.addDevice(A);
            }
        }
    }

    private static void awaitMoved(EnginePeer peer) {
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() ->
                assertThat(peer.snapshot().connections()).isNotEmpty().allSatisfy(connection -> {
                    assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
                    assertThat(connection.fallbackReason()).isEqualTo(FallbackReason.PATH_LOST);
                }));
    }

    private static void assertThatItIsUsedAgain(EnginePeer server, EnginePeer client, int port) throws Exception {
        for (EnginePeer peer : List.of(server, client)) {
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(5)))
                    .until(() -> peer.snapshot().rdma().devices().stream()
                    .anyMatch(device -> device.name().equals(peer.device()) && device.active() && device.gids()
                    .size() > 1));
        }
        CompletableFuture<Void> served = server.echo(1);
        try (SocketChannel next = client.connect(B.ip(), port)) {
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() ->
                    assertThat(client.snapshot().linkGroups()).singleElement()
                            .satisfies(group -> assertThat(group.connections()).isOne()));
            EnginePeer.messages(next, 3, 100);
        }
        EnginePeer.join(served);
    }

    private static void assertSelected(EnginePeer client, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try (Selector selector = client.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.select(Guest.patience(Duration.ofSeconds(10)).toMillis())).isOne();
            assertThat(channel.read(ByteBuffer.allocate(2))).isOne();
        }
    }

    /** A connection on SMC stands when both ends have it. */
    private static CompletableFuture<SocketChannel> accept(EnginePeer server) {
        return CompletableFuture.supplyAsync(() -> EnginePeer.unchecked(server::accept), EnginePeer.THREADS);
    }

    private static CompletableFuture<Integer> read(SocketChannel channel) {
        return CompletableFuture.supplyAsync(() -> EnginePeer.unchecked(() -> channel.read(ByteBuffer.allocate(1))),
                EnginePeer.THREADS);
    }
}
