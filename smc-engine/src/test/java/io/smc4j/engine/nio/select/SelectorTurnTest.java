package io.smc4j.engine.nio.select;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.nio.Connections;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a turn of a selector looks at, in numbers: the cost of a turn without a clock. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class SelectorTurnTest {

    private static final int CONNECTIONS = 300;

    private Connections connections;
    private SmcSelector selector;

    @BeforeEach
    void connect() throws Exception {
        connections = new Connections(Connections.SMC, CONNECTIONS, 16 * 1024);
        selector = (SmcSelector) connections.select(OP_READ);
        // Each connection is looked at once, and found to have nothing.
        assertThat(selector.selectNow()).isZero();
    }

    @AfterEach
    void close() throws Exception {
        connections.close();
    }

    private void send(int connection) throws Exception {
        assertThat(connections.servers.get(connection).write(ByteBuffer.allocate(10))).isEqualTo(10);
    }

    /** The client of the same connection. */
    private SocketChannel peer(int connection) throws Exception {
        SocketAddress address = connections.servers.get(connection).getRemoteAddress();
        for (SocketChannel client : connections.clients) {
            if (client.getLocalAddress().equals(address)) {
                return client;
            }
        }
        throw new AssertionError(address);
    }

    @Test
    void looksAtNothingWhileAllAreIdle() {
        assertThat(selector.hotKeys()).isZero();
    }

    @Test
    void looksAtTheReadyAloneUntilTheyAreNot() throws Exception {
        send(7);
        send(CONNECTIONS - 1);

        assertThat(selector.selectNow()).isEqualTo(2);
        assertThat(selector.selectedKeys()).extracting(SelectionKey::channel)
                .containsExactlyInAnyOrder(peer(7), peer(CONNECTIONS - 1));
        assertThat(selector.hotKeys()).isEqualTo(2);

        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).as("nothing was read").isEqualTo(2);
        assertThat(selector.hotKeys()).isEqualTo(2);

        selector.selectedKeys().clear();
        peer(7).read(ByteBuffer.allocate(10));
        assertThat(selector.selectNow()).isEqualTo(1);
        assertThat(selector.hotKeys()).isEqualTo(1);

        selector.selectedKeys().clear();
        peer(CONNECTIONS - 1).read(ByteBuffer.allocate(10));
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.hotKeys()).isZero();
    }

    @Test
    void looksAtAllThatAreReady() throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            send(i);
        }
        assertThat(selector.selectNow()).isEqualTo(CONNECTIONS);
        assertThat(selector.hotKeys()).isEqualTo(CONNECTIONS);

        for (SocketChannel client : connections.clients) {
            client.read(ByteBuffer.allocate(10));
        }
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.hotKeys()).isZero();
    }

    @Test
    void knowsWhichChannelsAreInTheHandsOfOthers() throws Exception {
        assertThat(selector.workerHeldKeys().count()).isZero();
        SelectionKey handed = peer(7).keyFor(selector);
        SelectionKey cancelled = peer(8).keyFor(selector);
        handed.interestOps(0);
        cancelled.interestOps(0);
        selector.selectNow();
        assertThat(selector.workerHeldKeys().count()).isEqualTo(2);

        cancelled.cancel();
        selector.selectNow();
        assertThat(selector.workerHeldKeys().count()).isEqualTo(1);

        handed.interestOps(OP_READ);
        selector.selectNow();
        assertThat(selector.workerHeldKeys().count()).isZero();
    }

    @Test
    void takesAChannelThatIsNotSelectedForLongForAPausedOne() throws Exception {
        WorkerHeldKeys lent = selector.workerHeldKeys();
        SelectionKey key = peer(7).keyFor(selector);
        boolean inUse;
        long start;
        do {
            key.interestOps(OP_READ);
            selector.selectNow();
            start = System.nanoTime();
            key.interestOps(0);
            selector.selectNow();
            inUse = lent.areInUse();
        } while (System.nanoTime() - start >= WorkerHeldKeys.MEMORY);
        assertThat(inUse).isTrue();

        Awaitility.await().until(() -> !lent.areInUse());
        assertThat(lent.count()).isOne();
    }

    /** However much comes over SMC, the kernel is asked for the others before long. */
    @Test
    void doesNotForgetTheKernel() throws Exception {
        SocketAddress address = connections.listenBeside(selector);
        send(0);
        assertThat(selector.selectNow()).isEqualTo(1);
        try (SocketChannel stranger = SocketChannel.open(address)) {
            int accepts = 0;
            for (int turn = 0; turn < 4; turn++) {
                selector.selectedKeys().clear();
                selector.selectNow();
                assertThat(selector.selectedKeys()).extracting(SelectionKey::channel).contains(peer(0));
                accepts += (int) selector.selectedKeys().stream().filter(SelectionKey::isAcceptable).count();
            }
            assertThat(stranger.isConnected()).isTrue();
            assertThat(accepts).isPositive();
        }
    }
}
