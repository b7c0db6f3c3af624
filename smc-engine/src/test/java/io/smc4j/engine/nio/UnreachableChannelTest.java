package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that their application has lost are freed with all they stand on, as those of the JDK are. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class UnreachableChannelTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private SmcSelectorProvider clients;
    private SmcSelectorProvider servers;
    private ServerSocketChannel listener;

    @BeforeEach
    void open() throws IOException {
        servers = SmcSelectorProvider.open(SmcConfig.defaults());
        listener = servers.openServerSocketChannel().bind(ANY_PORT);
    }

    private void openClients(boolean smc) throws IOException {
        clients = SmcSelectorProvider.open(SmcConfig.builder().clientEnabled(smc).build());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        servers.close();
        if (clients != null) {
            clients.close();
        }
    }

    /** Collects garbage each time it looks. */
    private static ConditionFactory awaitCollection() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).conditionEvaluationListener(
                condition -> System.gc());
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static int read(SocketChannel channel) throws IOException {
        return channel.read(ByteBuffer.allocate(10));
    }

    /** Both ends know of each other. */
    private SocketChannel connect(SocketChannel client) throws IOException {
        CompletableFuture<SocketChannel> accepting = CompletableFuture.supplyAsync(() -> {
            try {
                SocketChannel server = listener.accept();
                assertThat(read(server)).isEqualTo(1);
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        client.connect(listener.getLocalAddress());
        client.write(ByteBuffer.allocate(1));
        SocketChannel server = accepting.join();
        server.write(ByteBuffer.allocate(1));
        assertThat(read(client)).isEqualTo(1);
        return server;
    }

    private SocketChannel connectAndLoseTheClient() throws IOException {
        return connect(clients.openSocketChannel());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostClientIsClosed(boolean smc) throws IOException {
        openClients(smc);
        try (SocketChannel server = connectAndLoseTheClient()) {
            assertThat(servers.snapshot().connections()).extracting(SmcSnapshot.Connection::mode)
                    .containsExactly(smc ? SmcMode.SMCD : SmcMode.TCP);
            awaitCollection().until(() -> clients.snapshot().connections().isEmpty());
            assertThat(read(server)).isEqualTo(-1);
        }
        assertThat(clients.snapshot().bytes().get(smc ? SmcMode.SMCD : SmcMode.TCP).sent()).isEqualTo(1);
        // The ring is free when the peer has heard of the end.
        await().until(() -> clients.snapshot().ringMemoryInUse() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyLostConnectionsLeaveNothing(boolean smc) throws IOException {
        openClients(smc);
        connectAndLoseTheClient().close();
        awaitCollection().until(() -> clients.snapshot().connections().isEmpty());
        long before = descriptors();
        for (int i = 0; i < 100; i++) {
            connectAndLoseTheClient();
        }
        awaitCollection().until(() -> clients.snapshot().connections().isEmpty()
                && servers.snapshot().connections().isEmpty());
        awaitCollection().until(() -> descriptors() <= before);
        await().until(() -> clients.snapshot().ringMemoryInUse() == 0);
    }

    @Test
    void channelsThatWereNeverConnectedAreClosed() throws IOException {
        openClients(true);
        long before = descriptors();
        for (int i = 0; i < 100; i++) {
            clients.openSocketChannel();
            clients.openServerSocketChannel().bind(ANY_PORT);
        }
        assertThat(descriptors()).isGreaterThan(before);
        awaitCollection().until(() -> descriptors() <= before);
    }

    @Test
    void aLostListenerLeavesNoMarker() throws IOException {
        openClients(true);
        InetSocketAddress address = openAndLoseAListener();
        WeakReference<Object> canary = new WeakReference<>(new Object());
        awaitCollection().until(() -> canary.get() == null);
        awaitCollection().ignoreExceptions().until(() -> {
            try (ServerSocketChannel successor = servers.openServerSocketChannel()) {
                return successor.bind(address).isOpen();
            }
        });
    }

    private InetSocketAddress openAndLoseAListener() throws IOException {
        return (InetSocketAddress) servers.openServerSocketChannel().bind(ANY_PORT).getLocalAddress();
    }

    /** Who holds a socket's stream has not lost it. */
    @Test
    void aStreamKeepsItsChannel() throws IOException {
        openClients(true);
        SocketChannel[] server = new SocketChannel[1];
        InputStream in = connectAndKeepTheStream(server);
        WeakReference<Object> canary = new WeakReference<>(new Object());
        awaitCollection().until(() -> canary.get() == null);
        server[0].write(ByteBuffer.wrap(new byte[] {7}));
        assertThat(in.read()).isEqualTo(7);
        in.close();
        server[0].close();
    }

    private InputStream connectAndKeepTheStream(SocketChannel[] server) throws IOException {
        SocketChannel client = clients.openSocketChannel();
        server[0] = connect(client);
        return client.socket().getInputStream();
    }

    /** A selector's keys hold their channels, also those that nobody else holds. */
    @Test
    void aSelectorKeepsItsChannels() throws IOException {
        openClients(true);
        try (Selector selector = clients.openSelector(); SocketChannel server = connectAndRegister(selector)) {
            WeakReference<Object> canary = new WeakReference<>(new Object());
            awaitCollection().until(() -> canary.get() == null);
            assertThat(server.write(NOTHING)).isZero();
            server.write(ByteBuffer.allocate(3));
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                try (SocketChannel channel = (SocketChannel) key.channel()) {
                    assertThat(read(channel)).isEqualTo(3);
                }
            }
        }
    }

    private SocketChannel connectAndRegister(Selector selector) throws IOException {
        SocketChannel client = clients.openSocketChannel();
        SocketChannel server = connect(client);
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ);
        return server;
    }
}
