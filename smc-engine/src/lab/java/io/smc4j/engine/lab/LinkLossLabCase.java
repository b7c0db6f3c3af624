package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A link group with one link, which is lost. */
@RunsIn(MachineKind.BREAKABLE)
final class LinkLossLabCase {

    @GuestCase(seconds = 40)
    void aDeletedDeviceResetsConnectionsAtBothEnds() throws Exception {
        lose(() -> LinkBreaker.deleteDevice(A), () -> LinkBreaker.addDevice(A));
    }

    @GuestCase(seconds = 40)
    void aNetworkInterfaceThatIsDownResetsConnectionsAtItsEnd() throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            CompletableFuture<SocketChannel> accepting = accept(server);
            try (SocketChannel channel = client.connect(B.ip(),
                    port); SocketChannel accepted = EnginePeer.join(accepting)) {
                client.requireSmcr(1);
                CompletableFuture<Integer> read = read(channel);
                LinkBreaker.interfaceDown(A);
                try {
                    assertReset(read);
                    assertThat(accepted.isOpen()).isTrue();
                } finally {
                    LinkBreaker.interfaceUp(A);
                }
            }
        }
    }

    private static void lose(Action loss, Action repair) throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            CompletableFuture<SocketChannel> first = accept(server);
            CompletableFuture<SocketChannel> second = accept(server);
            try (SocketChannel blocked = client.connect(B.ip(), port); SocketChannel selected = client.connect(B.ip(),
                    port);
                    SocketChannel accepted = EnginePeer.join(first); SocketChannel other = EnginePeer.join(second)) {
                client.requireSmcr(2);
                CompletableFuture<Integer> here = read(blocked);
                CompletableFuture<Integer> there = read(accepted);
                loss.run();
                try {
                    assertReset(here);
                    assertReset(there);
                    assertSelectedAsReset(client, selected);
                    assertThat(other.isOpen()).isTrue();
                    assertThat(client.snapshot().linkGroups()).isEmpty();
                    // There is no device any more, but there is TCP.
                    CompletableFuture<Void> served = server.echo(1);
                    try (SocketChannel next = client.connect(B.ip(), port)) {
                        assertThat(client.snapshot().connections()).filteredOn(c -> c.mode() == SmcMode.TCP).hasSize(1);
                        EnginePeer.messages(next, 3, 100);
                    }
                    EnginePeer.join(served);
                } finally {
                    repair.run();
                }
                assertThatItIsUsedAgain(server, client, port);
            }
        }
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

    private static void assertSelectedAsReset(EnginePeer client, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try (Selector selector = client.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.select(Guest.patience(Duration.ofSeconds(10)).toMillis())).isOne();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                    .withMessage("Connection reset").havingCause().withMessageContaining("lost");
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

    /** Sooner than an idle link is tested. */
    private static void assertReset(CompletableFuture<Integer> read) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> read.get(Guest.patience(Duration.ofSeconds(2)).toSeconds(), TimeUnit.SECONDS))
                .withRootCauseInstanceOf(IOException.class).havingCause().havingCause().withMessage("Connection reset");
    }

    /** Something that may throw. */
    interface Action {
        void run() throws Exception;
    }
}
