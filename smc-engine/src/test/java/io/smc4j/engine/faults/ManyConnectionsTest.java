package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections in great numbers, at once or one after the other: all work, and nothing is left of them. */
@Timeout(180)
class ManyConnectionsTest {

    private Resources before;
    private SmcSelectorProvider clients;
    private SmcSelectorProvider servers;

    private void open(int bufferSize, long memoryLimit) throws IOException {
        SmcConfig config = SmcConfig.builder().sendSize(bufferSize).receiveSize(bufferSize)
                .memoryLimit(memoryLimit).handshakeTimeout(Duration.ofSeconds(60)).build();
        clients = SmcSelectorProvider.open(config);
        servers = SmcSelectorProvider.open(config);
    }

    @BeforeEach
    void count() throws IOException {
        before = Resources.inUse();
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        for (SmcSelectorProvider provider : List.of(clients, servers)) {
            // The last ones are freed by the sweep.
            await().until(() -> provider.snapshot().ringMemoryInUse() == 0);
            assertThat(provider.snapshot().connections()).isEmpty();
            provider.close();
        }
        before.awaitReturn();
    }

    /** A selector thread that sends back what comes. */
    private static final class EchoServer implements AutoCloseable {
        private final ServerSocketChannel listener;
        private final Selector selector;
        private final CompletableFuture<Void> running;

        EchoServer(SmcSelectorProvider provider) throws IOException {
            listener = provider.openServerSocketChannel();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
            listener.configureBlocking(false);
            selector = provider.openSelector();
            listener.register(selector, SelectionKey.OP_ACCEPT);
            running = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                try {
                    run();
                    running.complete(null);
                } catch (Throwable e) {
                    running.completeExceptionally(e);
                }
            });
        }

        SocketAddress address() throws IOException {
            return listener.getLocalAddress();
        }

        private void run() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocateDirect(8192);
            while (selector.isOpen()) {
                selector.select();
                if (!selector.isOpen()) {
                    return;
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    if (!key.isValid()) {
                        continue;
                    }
                    if (key.isAcceptable()) {
                        for (SocketChannel accepted = listener.accept(); accepted
                                != null; accepted = listener.accept()) {
                            accepted.configureBlocking(false);
                            accepted.register(selector, SelectionKey.OP_READ);
                        }
                    } else {
                        echo((SocketChannel) key.channel(), buffer);
                    }
                }
                selector.selectedKeys().clear();
            }
        }

        private static void echo(SocketChannel channel, ByteBuffer buffer) throws IOException {
            int n = channel.read(buffer.clear());
            if (n < 0) {
                channel.close();
            } else {
                channel.write(buffer.flip());
                assertThat(buffer.hasRemaining()).isFalse();
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            selector.close();
            running.join();
        }
    }

    private static void exchange(SocketChannel channel, int value) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(Integer.BYTES).putInt(value).flip();
        channel.write(message);
        ByteBuffer echo = ByteBuffer.allocate(Integer.BYTES);
        while (echo.hasRemaining()) {
            assertThat(channel.read(echo)).isPositive();
        }
        assertThat(echo.getInt(0)).isEqualTo(value);
    }

    private static long onSmc(SmcSelectorProvider provider) {
        return provider.snapshot().connections().stream().filter(c -> c.mode() == SmcMode.SMCD).count();
    }

    @Test
    void twoThousandConnectAtOnce() throws Exception {
        open(SmcConfig.MIN_BUFFER_SIZE, 24L << 20);
        try (EchoServer server = new EchoServer(servers)) {
            List<SocketChannel> channels = new ArrayList<>();
            try (Selector selector = clients.openSelector()) {
                for (int i = 0; i < 2000; i++) {
                    SocketChannel channel = clients.openSocketChannel();
                    channel.configureBlocking(false);
                    channels.add(channel);
                    if (!channel.connect(server.address())) {
                        channel.register(selector, SelectionKey.OP_CONNECT);
                    }
                }
                while (channels.stream().anyMatch(SocketChannel::isConnectionPending)) {
                    selector.select(key -> finish((SocketChannel) key.channel(), key));
                }
            }
            int number = 0;
            for (SocketChannel channel : channels) {
                channel.configureBlocking(true);
                exchange(channel, number++);
            }
            // There is memory for 1536 rings; the others have fallen back.
            assertThat(onSmc(clients)).isEqualTo(1536);
            assertThat(clients.snapshot().connections()).hasSize(2000);
            for (SocketChannel channel : channels) {
                channel.close();
            }
            await().until(() -> servers.snapshot().connections().isEmpty());
        }
    }

    private static void finish(SocketChannel channel, SelectionKey key) {
        try {
            assertThat(channel.finishConnect()).isTrue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        key.cancel();
    }

    @Test
    void twentyThousandConnectOneAfterTheOther() throws Exception {
        open(SmcConfig.MIN_BUFFER_SIZE, 8L << 20);
        try (EchoServer server = new EchoServer(servers)) {
            try (SocketChannel first = clients.openSocketChannel()) {
                first.connect(server.address());
                exchange(first, -1);
            }
            await().until(() -> servers.snapshot().connections().isEmpty());
            Resources warm = Resources.inUse();
            for (int i = 0; i < 20_000; i++) {
                try (SocketChannel channel = clients.openSocketChannel()) {
                    channel.connect(server.address());
                    exchange(channel, i);
                }
            }
            await().until(() -> servers.snapshot().connections().isEmpty());
            warm.awaitReturn();
            SmcSnapshot snapshot = clients.snapshot();
            assertThat(snapshot.handshakes().get(SmcSnapshot.HandshakeOutcome.SMC)).isEqualTo(20_001);
            assertThat(snapshot.linkGroups()).hasSize(1);
        }
    }

    @Test
    void threeHundredVirtualThreadsEcho() throws Exception {
        open(SmcConfig.MIN_BUFFER_SIZE, 32L << 20);
        Semaphore served = new Semaphore(0);
        try (ServerSocketChannel listener = servers.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            threads.add(virtual(() -> {
                for (int i = 0; i < 300; i++) {
                    SocketChannel accepted = listener.accept();
                    virtual(() -> {
                        echoToTheEnd(accepted);
                        served.release();
                    });
                }
            }));
            for (int i = 0; i < 300; i++) {
                int number = i;
                threads.add(virtual(() -> {
                    try (SocketChannel channel = clients.openSocketChannel()) {
                        channel.connect(listener.getLocalAddress());
                        for (int round = 0; round < 50; round++) {
                            exchange(channel, number * 1000 + round);
                        }
                    }
                }));
            }
            CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();
            served.acquire(300);
        }
        assertThat(clients.snapshot().handshakes().get(SmcSnapshot.HandshakeOutcome.SMC)).isEqualTo(300);
    }

    private static void echoToTheEnd(SocketChannel channel) throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (channel.read(buffer.clear()) >= 0) {
                channel.write(buffer.flip());
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> virtual(Work work) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                work.run();
                result.complete(null);
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Test
    void anEngineIsClosedWhileItsConnectionsLive() throws Exception {
        open(SmcConfig.MIN_BUFFER_SIZE, 8L << 20);
        List<SocketChannel> channels = new ArrayList<>();
        try (EchoServer server = new EchoServer(servers)) {
            for (int i = 0; i < 50; i++) {
                SocketChannel channel = clients.openSocketChannel();
                channels.add(channel);
                channel.connect(server.address());
                exchange(channel, i);
            }
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (SocketChannel channel : channels) {
                readers.add(virtual(() -> channel.read(ByteBuffer.allocate(1))));
            }

            clients.close();

            for (CompletableFuture<Void> reader : readers) {
                // The connection is reset and the channel closed. A reader sees whichever comes first, or has come too
                // late.
                assertThatThrownBy(reader::join).cause().satisfiesAnyOf(
                        e -> assertThat(e).hasMessageContaining("Connection reset"),
                        e -> assertThat(e).isInstanceOf(ClosedChannelException.class));
            }
            for (SocketChannel channel : channels) {
                assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
                channel.close();
            }
            // Resets reach the server as exceptions; it ends with them.
            assertThatThrownBy(server.running::join).hasMessageContaining("Connection reset");
            for (SelectionKey key : server.selector.keys()) {
                key.channel().close();
            }
        } catch (CompletionException e) {
            assertThat(e).hasMessageContaining("Connection reset");
        }
    }
}
