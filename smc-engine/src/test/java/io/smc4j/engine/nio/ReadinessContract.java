package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a selector reports of a connection. */
abstract class ReadinessContract extends ChannelContract {

    ReadinessContract(Pairing pairing) {
        super(pairing);
    }

    private interface RegisteredTest {
        void run(End end, Selector selector, SelectionKey key) throws Exception;
    }

    private void registered(int ops, RegisteredTest test) throws Exception {
        atBothEnds(end -> {
            Selector selector = newSelector(end.provider());
            test.run(end, selector, nonBlocking(end.channel()).register(selector, ops));
        });
    }

    private static ByteBuffer someBytes(int n) {
        return ByteBuffer.allocate(n);
    }

    @Test
    void reportsOpReadUntilDrained() throws Exception {
        registered(OP_READ, (end, selector, key) -> {
            assertThat(selector.selectNow()).isZero();
            end.peer().write(someBytes(3));
            for (int i = 0; i < 3; i++) {
                assertThat(selector.select()).isEqualTo(1);
                assertThat(selector.selectedKeys()).containsExactly(key);
                assertThat(key.readyOps()).isEqualTo(OP_READ);
                selector.selectedKeys().clear();
            }
            drain(end.channel(), 3);
            assertThat(selector.selectNow()).isZero();
            end.peer().write(someBytes(1));
            assertThat(selector.select()).isEqualTo(1);
        });
    }

    @Test
    void reportsWhatArrivedBeforeRegistration() throws Exception {
        atBothEnds(end -> {
            end.peer().write(someBytes(2));
            drain(end.channel(), 1);
            Selector selector = newSelector(end.provider());
            nonBlocking(end.channel()).register(selector, OP_READ);
            assertThat(selector.select()).isEqualTo(1);
        });
    }

    /** Who writes first fails, closes, and never sees the answer. */
    @Test
    void leadsToTheLastWordsOfThePeerBeforeAWriteFails() throws Exception {
        registered(OP_READ | OP_WRITE, (end, selector, key) -> {
            end.channel().write(someBytes(100));
            end.peer().write(someBytes(3));
            end.peer().close();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isReadable()).isTrue();
            if (pairing.expectedMode() == SmcMode.SMCD) {
                assertThat(key.isWritable()).isFalse();
                assertThat(selectOnce(selector, key, OP_WRITE)).as("who does not read").isEqualTo(OP_WRITE);
                key.interestOps(OP_READ | OP_WRITE);
            }
            drain(end.channel(), 3);
            assertThat(selectOnce(selector, key, OP_READ | OP_WRITE)).isEqualTo(OP_READ | OP_WRITE);
        });
    }

    private static int selectOnce(Selector selector, SelectionKey key, int interest) throws IOException {
        selector.selectedKeys().clear();
        key.interestOps(interest);
        assertThat(selector.select()).isEqualTo(1);
        return key.readyOps();
    }

    @Test
    void reportsTheEndOfTheStreamUntilDeregistered() throws Exception {
        registered(OP_READ, (end, selector, key) -> {
            end.peer().shutdownOutput();
            for (int i = 0; i < 3; i++) {
                assertThat(selector.select()).isEqualTo(1);
                selector.selectedKeys().clear();
                assertThat(end.channel().read(someBytes(1))).isEqualTo(-1);
            }
            key.interestOps(OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_WRITE);
        });
    }

    @Test
    void reportsOpWriteUnlessFull() throws Exception {
        registered(OP_WRITE, (end, selector, key) -> {
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_WRITE);
            selector.selectedKeys().clear();
            long accepted = fill(end.channel());
            assertThat(selector.selectNow()).isZero();
            Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
            drain(end.peer(), accepted);
            assertThat(selecting.await()).isEqualTo(1);
            assertThat(key.isWritable()).isTrue();
            assertThat(end.channel().write(someBytes(1))).isEqualTo(1);
        });
    }

    /** Not by an empty ready set either, which Netty takes for a call to read. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsNoEndOfThePeerToWhomItIsOfNoInterest(boolean reset) throws Exception {
        registered(0, (end, selector, key) -> {
            if (reset) {
                end.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            end.peer().close();
            Selector interested = newSelector(end.provider());
            end.channel().register(interested, OP_READ);
            assertThat(interested.select()).isEqualTo(1);

            assertThat(selector.selectNow()).isZero();
            key.interestOps(OP_READ);
            assertThat(selector.select()).isEqualTo(1);
        });
    }

    @Test
    void reportsOnlyWhatIsOfInterest() throws Exception {
        registered(OP_READ | OP_WRITE, (end, selector, key) -> {
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_WRITE);
            selector.selectedKeys().clear();
            end.peer().write(someBytes(1));
            key.interestOps(OP_READ);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_READ);
            selector.selectedKeys().clear();
            key.interestOps(0);
            assertThat(selector.selectNow()).isZero();
            key.interestOps(OP_READ | OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_READ | OP_WRITE);
        });
    }

    @Test
    void addsToKeysThatStaySelected() throws Exception {
        registered(OP_READ | OP_WRITE, (end, selector, key) -> {
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectNow()).isZero();
            end.peer().write(someBytes(1));
            // The key is ready for writing all the time, so that the selector need not wait for the byte.
            await().until(() -> selector.selectNow() == 1);
            assertThat(key.readyOps()).isEqualTo(OP_READ | OP_WRITE);
            drain(end.channel(), 1);
            assertThat(selector.selectNow()).isZero();
            assertThat(key.readyOps()).isEqualTo(OP_READ | OP_WRITE);
            assertThat(selector.selectedKeys().remove(key)).isTrue();
            assertThat(selector.selectNow()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_WRITE);
        });
    }

    @Test
    void wakesForAByteThatComesLater() throws Exception {
        registered(OP_READ, (end, selector, key) -> {
            Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
            end.peer().write(someBytes(1));
            assertThat(selecting.await()).isEqualTo(1);
            drain(end.channel(), 1);
        });
    }

    @Test
    void returnsEmptyHandedOnlyWhenTimeIsUp() throws Exception {
        registered(OP_READ, (end, selector, key) -> {
            end.peer().write(someBytes(1));
            assertThat(selector.select()).isEqualTo(1);
            selector.selectedKeys().clear();
            drain(end.channel(), 1);
            int returns = 0;
            for (long start = System.nanoTime(); System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1);) {
                assertThat(selector.select(250)).isZero();
                returns++;
            }
            assertThat(returns).isLessThan(10);
        });
    }

    @Test
    void reportsToSeveralSelectors() throws Exception {
        registered(OP_READ, (end, selector, key) -> {
            Selector other = newSelector(end.provider());
            SelectionKey otherKey = end.channel().register(other, OP_READ | OP_WRITE);
            assertThat(otherKey).isNotSameAs(key);
            assertThat(end.channel().keyFor(selector)).isSameAs(key);
            assertThat(end.channel().keyFor(other)).isSameAs(otherKey);
            assertThat(other.select()).isEqualTo(1);
            assertThat(selector.selectNow()).isZero();
            other.selectedKeys().clear();
            otherKey.interestOps(OP_READ);
            end.peer().write(someBytes(1));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(other.select()).isEqualTo(1);
            drain(end.channel(), 1);
            otherKey.cancel();
            other.selectNow();
            selector.selectedKeys().clear();
            end.peer().write(someBytes(1));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(other.selectNow()).isZero();
        });
    }

    @Test
    void reportsManyChannelsAtOnce() throws Exception {
        Selector selector = newSelector(servers);
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Connection c = connect();
            connections.add(c);
            nonBlocking(c.server()).register(selector, OP_READ, i);
        }
        for (int i = 0; i < 20; i += 2) {
            connections.get(i).client().write(someBytes(1));
        }
        List<Object> reported = new ArrayList<>();
        while (reported.size() < 10) {
            selector.select(key -> {
                reported.add(key.attachment());
                key.interestOps(0);
            });
        }
        assertThat(selector.selectNow()).isZero();
        assertThat(reported).containsExactlyInAnyOrder(0, 2, 4, 6, 8, 10, 12, 14, 16, 18);
    }

    @Test
    void handsKeysToActions() throws Exception {
        registered(OP_WRITE, (end, selector, key) -> {
            List<SelectionKey> seen = new ArrayList<>();
            assertThat(selector.select(seen::add)).isEqualTo(1);
            assertThat(selector.select(seen::add, 1000)).isEqualTo(1);
            assertThat(selector.selectNow(seen::add)).isEqualTo(1);
            assertThat(seen).containsExactly(key, key, key);
            assertThat(selector.selectedKeys()).isEmpty();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> selector.select(k -> {
                throw new IllegalStateException();
            }));
            key.interestOps(OP_READ);
            assertThat(selector.selectNow(seen::add)).isZero();
            assertThat(selector.select(seen::add, 1)).isZero();
            assertThat(seen).hasSize(3);
        });
    }

    @Test
    void reportsAWriteByTheSelectingThreadItself() throws Exception {
        Connection c = connect();
        Selector selector = newSelector(servers);
        nonBlocking(c.server()).register(selector, OP_READ);
        for (int i = 0; i < 100; i++) {
            c.client().write(someBytes(1));
            assertThat(selector.select()).isEqualTo(1);
            selector.selectedKeys().clear();
            drain(c.server(), 1);
        }
    }
}
