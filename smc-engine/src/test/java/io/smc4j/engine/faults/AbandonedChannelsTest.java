package io.smc4j.engine.faults;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that nobody closes, such as a pool's, when their engine ends. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AbandonedChannelsTest {

    private final List<SocketChannel> abandoned = new ArrayList<>();

    private void connect(SmcSelectorProvider client, SmcSelectorProvider server) throws IOException {
        try (ServerSocketChannel listener = server.openServerSocketChannel()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            SocketChannel connected = client.openSocketChannel();
            CompletableFuture<SocketChannel> accepting = CompletableFuture.supplyAsync(() -> {
                try {
                    return listener.accept();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            connected.connect(listener.getLocalAddress());
            SocketChannel accepted = accepting.join();
            connected.write(ByteBuffer.allocate(100));
            assertThat(accepted.read(ByteBuffer.allocate(50))).as("some is left unread").isEqualTo(50);
            abandoned.add(connected);
            abandoned.add(accepted);
        }
        assertThat(client.snapshot().connections()).extracting(c -> c.mode()).containsOnly(SmcMode.SMCD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdNothingOfTheEngine(boolean clientEndsFirst) throws Exception {
        SmcSelectorProvider.open(SmcConfig.defaults()).close();
        Resources before = Resources.inUse();
        for (int i = 0; i < 3; i++) {
            SmcSelectorProvider client = SmcSelectorProvider.open(SmcConfig.defaults());
            SmcSelectorProvider server = SmcSelectorProvider.open(SmcConfig.defaults());
            connect(client, server);
            (clientEndsFirst ? client : server).close();
            (clientEndsFirst ? server : client).close();
        }

        before.awaitReturn();
        assertThatThrownBy(() -> abandoned.get(0).write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        assertThat(abandoned).noneMatch(SocketChannel::isOpen);
    }

    @Test
    void holdNothingThoughASelectorKnowsThem() throws Exception {
        SmcSelectorProvider.open(SmcConfig.defaults()).close();
        Resources before = Resources.inUse();
        SmcSelectorProvider client = SmcSelectorProvider.open(SmcConfig.defaults());
        SmcSelectorProvider server = SmcSelectorProvider.open(SmcConfig.defaults());
        try (Selector selector = client.openSelector()) {
            connect(client, server);
            abandoned.get(0).configureBlocking(false).register(selector, OP_READ);
            selector.selectNow();
            CompletableFuture<Void> looping = CompletableFuture.runAsync(() -> {
                try {
                    while (!selector.keys().isEmpty()) {
                        selector.select();
                        selector.selectedKeys().clear();
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            client.close();
            server.close();
            selector.wakeup();
            looping.join();
        }
        before.awaitReturn();
    }
}
