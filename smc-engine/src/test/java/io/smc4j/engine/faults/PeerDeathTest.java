package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.faults.PeerMain.Behaviour;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other process is killed or stopped, in every state of a connection. */
@Timeout(60)
class PeerDeathTest {

    private SmcSelectorProvider provider;
    private Resources before;

    @BeforeEach
    void open() throws IOException {
        provider = SmcSelectorProvider.open(SmcConfig.builder().memoryLimit(64L << 20).build());
        before = Resources.inUse();
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        before.awaitReturn();
        SmcSnapshot snapshot = provider.snapshot();
        provider.close();
        assertThat(snapshot.ringMemoryInUse()).isZero();
        assertThat(snapshot.linkGroups()).isEmpty();
        assertThat(snapshot.connections()).isEmpty();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private SocketChannel connect(int port, Behaviour behaviour) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        channel.connect(loopback(port));
        channel.write(ByteBuffer.wrap(new byte[] {(byte) behaviour.ordinal()}));
        await().untilAsserted(() -> assertThat(provider.snapshot().connections())
                .allMatch(connection -> connection.mode() == SmcMode.SMCD));
        return channel;
    }

    private static void readGreeting(SocketChannel channel) throws IOException {
        readPattern(channel, PeerMain.GREETING);
    }

    private static void readPattern(SocketChannel channel, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            assertThat(channel.read(buffer)).isPositive();
        }
        for (int i = 0; i < length; i++) {
            assertThat(buffer.get(i)).isEqualTo((byte) (i % PeerMain.PATTERN_LENGTH));
        }
    }

    /** Reads until the reset and checks what had arrived. */
    private static long readToTheReset(SocketChannel channel, long position) {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        long[] next = {position};
        assertThatThrownBy(() -> {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    assertThat(buffer.get()).isEqualTo((byte) (next[0]++ % (PeerMain.PATTERN_LENGTH * 64)
                            % PeerMain.PATTERN_LENGTH));
                }
            }
        }).isInstanceOf(SocketException.class).hasMessage("Connection reset");
        return next[0];
    }

    private static <T> CompletableFuture<T> start(boolean virtual, Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Less than a quarter is not written to. */
    private boolean isRingFull() {
        return provider.snapshot().connections().get(0).bytesSent() > SmcConfig.DEFAULT_BUFFER_SIZE * 3 / 4;
    }

    private static void assertReset(CompletableFuture<?> call) {
        assertThatThrownBy(call::join).isInstanceOf(CompletionException.class).cause()
                .isInstanceOf(SocketException.class).hasMessage("Connection reset");
    }

    /** Whoever is told second that reads and writes the same connection is told of a broken pipe. */
    private static void assertWriteFailed(CompletableFuture<?> call) {
        assertThatThrownBy(call::join).isInstanceOf(CompletionException.class).cause()
                .isExactlyInstanceOf(IOException.class)
                .extracting(Throwable::getMessage).isIn("Connection reset by peer", "Broken pipe");
    }

    @Test
    void serverIsKilledInMidStream() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server.port(),
                Behaviour.SEND)) {
            readPattern(channel, 100_000);
            server.kill();

            assertThat(readToTheReset(channel, 100_000)).isGreaterThan(100_000);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void serverIsKilledWhileTheConnectionIsIdle() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server.port(),
                Behaviour.GREET)) {
            assertThat(server.nextLine()).isEqualTo("greeted");
            server.kill();

            assertThat(readToTheReset(channel, 0)).isEqualTo(PeerMain.GREETING);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverIsKilledWhileWeWaitForInput(boolean virtual) throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server.port(),
                Behaviour.GREET)) {
            readGreeting(channel);
            CompletableFuture<Integer> reading = start(virtual, () -> channel.read(ByteBuffer.allocate(1)));
            server.kill();

            assertReset(reading);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverIsKilledWhileWeWaitForRoom(boolean virtual) throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server.port(),
                Behaviour.IGNORE)) {
            CompletableFuture<Integer> writing = start(virtual, () -> {
                for (;;) {
                    channel.write(ByteBuffer.allocate(100_000));
                }
            });
            await().until(this::isRingFull);
            server.kill();

            assertWriteFailed(writing);
        }
    }

    @Test
    void serverIsKilledWhileASelectorWaits() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server.port(),
                Behaviour.GREET);
                Selector selector = provider.openSelector()) {
            readGreeting(channel);
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            server.kill();

            assertThat(selector.select()).isOne();
            assertThat(key.isReadable()).isTrue();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        }
    }

    /** A connection is begun when the server has stopped, so that it gets no further than the negotiation. */
    @Test
    void serverIsKilledDuringTheNegotiation() throws Exception {
        try (PeerProcess server = PeerProcess.server(0)) {
            int port = server.port();
            server.stop();
            CompletableFuture<Integer> exchange = start(false, () -> {
                try (SocketChannel channel = provider.openSocketChannel()) {
                    channel.connect(loopback(port));
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) Behaviour.ECHO.ordinal(), 1, 2, 3}));
                    return channel.read(ByteBuffer.allocate(10));
                }
            });
            await().until(() -> !provider.snapshot().connections().isEmpty());
            server.kill();

            await().until(exchange::isDone);
            assertThat(exchange.handle((n, failure) -> failure == null ? n < 0
                    : failure instanceof IOException || failure.getCause() instanceof IOException).join()).isTrue();
        }
    }

    @Test
    void serverIsRestarted() throws Exception {
        int port;
        try (PeerProcess server = PeerProcess.server(0)) {
            port = server.port();
            try (SocketChannel channel = connect(port, Behaviour.GREET)) {
                readGreeting(channel);
                server.kill();
                readToTheReset(channel, PeerMain.GREETING);
            }
        }
        try (PeerProcess server = PeerProcess.server(port)) {
            assertThat(server.port()).isEqualTo(port);
            try (SocketChannel channel = connect(port, Behaviour.GREET)) {
                readGreeting(channel);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "GREET", "ECHO"})
    void clientIsKilled(Behaviour behaviour) throws Exception {
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(loopback(0));
                PeerProcess client = PeerProcess.client(port(listener), behaviour);
                SocketChannel channel = listener.accept()) {
            assertThat(client.nextLine()).isEqualTo("connected");
            // What the server says first would make it a TCP connection.
            await().untilAsserted(() ->
                    assertThat(provider.snapshot().connections().get(0).mode()).isEqualTo(SmcMode.SMCD));
            long position = 0;
            switch (behaviour) {
                case SEND -> {
                    readPattern(channel, 50_000);
                    position = 50_000;
                }
                case GREET -> assertThat(client.nextLine()).isEqualTo("greeted");
                default -> assertThat(channel.write(ByteBuffer.allocate(10))).isEqualTo(10);
            }
            CompletableFuture<Integer> writing = new CompletableFuture<>();
            if (behaviour == Behaviour.GREET) {
                writing = start(false, () -> {
                    for (;;) {
                        channel.write(ByteBuffer.allocate(50_000));
                    }
                });
                await().until(this::isRingFull);
            }
            await().untilAsserted(() ->
                    assertThat(provider.snapshot().connections().get(0).mode()).isEqualTo(SmcMode.SMCD));
            client.kill();

            if (behaviour == Behaviour.ECHO) {
                ByteBuffer echo = ByteBuffer.allocate(100);
                assertThatThrownBy(() -> {
                    while (channel.read(echo) >= 0) {
                        continue;
                    }
                }).isInstanceOf(SocketException.class);
                assertThat(echo.position()).isIn(0, 10);
            } else {
                assertThat(readToTheReset(channel, position)).isGreaterThanOrEqualTo(PeerMain.GREETING);
            }
            if (behaviour == Behaviour.GREET) {
                assertWriteFailed(writing);
            }
        }
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Test
    void nothingIsLostWhileTheServerIsStopped() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server.port(),
                Behaviour.ECHO)) {
            byte[] data = new byte[900_000];
            new Random(3).nextBytes(data);
            CompletableFuture<Integer> writing = start(false, () -> channel.write(ByteBuffer.wrap(data)));
            for (int i = 0; i < 3; i++) {
                server.stop();
                server.resume();
            }
            server.stop();
            await().until(() -> writing.isDone() || isRingFull());
            server.resume();

            ByteBuffer echo = ByteBuffer.allocate(data.length);
            while (echo.hasRemaining()) {
                assertThat(channel.read(echo)).isPositive();
            }
            assertThat(writing.join()).isEqualTo(data.length);
            assertThat(echo.array()).isEqualTo(data);
        }
    }
}
