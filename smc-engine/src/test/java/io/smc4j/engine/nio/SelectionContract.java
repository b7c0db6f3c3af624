package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What one selection tells, by the selected keys or by an action, and when it returns. */
abstract class SelectionContract extends ChannelContract {

    private static final int REGISTRATIONS = 100_000;

    SelectionContract(Pairing pairing) {
        super(pairing);
    }

    private interface SelectionTest {
        void run(End end, Selector selector) throws Exception;
    }

    private void atBothEnds(SelectionTest test) throws Exception {
        super.atBothEnds(end -> {
            nonBlocking(end.channel());
            test.run(end, newSelector(end.provider()));
        });
    }

    /** Registers a channel for which ten bytes wait. */
    private static SelectionKey registerReadable(End end, Selector selector) throws IOException {
        SelectionKey key = end.channel().register(selector, OP_READ);
        end.peer().write(ByteBuffer.allocate(10));
        return key;
    }

    @Test
    void returnsAtOnceWhileAKeyThatIsSelectedIsReady() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = registerReadable(end, selector);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(start(() -> selector.select()).await()).isZero();
            assertThat(start(() -> selector.select(60_000)).await()).isZero();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.selectedKeys()).containsExactly(key);
            assertThat(key.readyOps()).isEqualTo(OP_READ);

            key.interestOps(OP_READ | OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_READ | OP_WRITE);
            assertThat(start(() -> selector.select()).await()).isZero();
        });
    }

    @Test
    void waitsOnceAKeyThatIsSelectedIsReadyNoMore() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = registerReadable(end, selector);
            assertThat(selector.select()).isEqualTo(1);
            drain(end.channel(), 10);
            Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
            selector.wakeup();
            assertThat(selecting.await()).isZero();
            assertThat(selector.selectedKeys()).containsExactly(key);

            Task<Integer> again = start(() -> selector.select()).awaitBlocked();
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(again.await()).as("the key has been selected all the time").isZero();
            selector.selectedKeys().clear();
            assertThat(selector.select()).isEqualTo(1);
        });
    }

    @Test
    void selectsAnotherKeyBesideOneThatIsSelected() throws Exception {
        Connection other = connect();
        atBothEnds((end, selector) -> {
            registerReadable(end, selector);
            assertThat(selector.select()).isEqualTo(1);
            SocketChannel channel = end.provider() == clients ? other.client() : other.server();
            SelectionKey key = nonBlocking(channel).register(selector, OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).hasSize(2).contains(key);
        });
    }

    @Test
    void callsTheActionEachTimeAChannelIsReady() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = registerReadable(end, selector);
            List<SelectionKey> told = new ArrayList<>();
            Consumer<SelectionKey> action = k -> {
                assertThat(k.readyOps()).isEqualTo(OP_READ);
                assertThat(Thread.holdsLock(selector)).isTrue();
                assertThat(Thread.holdsLock(selector.selectedKeys())).isTrue();
                told.add(k);
            };
            assertThat(selector.select(action)).isEqualTo(1);
            assertThat(selector.select(action, 60_000)).isEqualTo(1);
            assertThat(selector.selectNow(action)).isEqualTo(1);
            assertThat(told).containsExactly(key, key, key);
            assertThat(selector.selectedKeys()).isEmpty();
            drain(end.channel(), 10);
            assertThat(selector.selectNow(action)).isZero();
        });
    }

    @Test
    void endsWithTheSelectorThatItsActionCloses() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = registerReadable(end, selector);
            assertThatExceptionOfType(ClosedSelectorException.class)
                    .isThrownBy(() -> selector.select(k -> close(selector)));
            assertThat(selector.isOpen()).isFalse();
            assertThat(key.isValid()).isFalse();
            assertThat(end.channel().isRegistered()).isFalse();

            Selector other = newSelector(end.provider());
            end.channel().register(other, OP_READ);
            assertThat(other.select()).isEqualTo(1);
            drain(end.channel(), 10);
            assertThat(other.selectNow()).isZero();
        });
    }

    /** As a selector is closed in the midst of what a selection has found. */
    @Test
    void callsNoActionMoreOnceTheSelectorIsClosed() throws Exception {
        Connection other = connect();
        atBothEnds((end, selector) -> {
            end.channel().register(selector, OP_WRITE);
            nonBlocking(end.provider() == clients ? other.client() : other.server()).register(selector, OP_WRITE);
            List<SelectionKey> told = new ArrayList<>();
            assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(() -> selector.select(k -> {
                told.add(k);
                close(selector);
            }));
            assertThat(told).hasSize(1);
        });
    }

    private static void close(Selector selector) {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesToSelectWithinAnAction() throws Exception {
        atBothEnds((end, selector) -> {
            registerReadable(end, selector);
            assertThat(selector.select(key -> {
                assertThatIllegalStateException().isThrownBy(() -> selector.select()).withMessage("select in progress");
                assertThatIllegalStateException().isThrownBy(() -> selector.select(1));
                assertThatIllegalStateException().isThrownBy(selector::selectNow);
                assertThatIllegalStateException().isThrownBy(() -> selector.select(k -> { }));
                assertThatIllegalStateException().isThrownBy(() -> selector.selectNow(k -> { }));
            })).isEqualTo(1);
            assertThat(selector.select()).isEqualTo(1);
        });
    }

    @Test
    void passesOnWhatItsActionThrows() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = registerReadable(end, selector);
            IllegalArgumentException thrown = new IllegalArgumentException();
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> selector.select(k -> {
                throw thrown;
            })).isSameAs(thrown);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
        });
    }

    @Test
    void forgetsWhatItsActionCancelsOrCloses() throws Exception {
        atBothEnds((end, selector) -> {
            registerReadable(end, selector);
            assertThat(selector.select(SelectionKey::cancel)).isEqualTo(1);
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();

            end.channel().register(selector, OP_READ);
            assertThat(selector.select(key -> {
                try {
                    key.channel().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            })).isEqualTo(1);
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
        });
    }

    @Test
    void asksChannelsOfTheJdkEachTime() throws Exception {
        Selector selector = newSelector(clients);
        Pipe pipe = clients.openPipe();
        toClose(pipe.sink());
        SelectionKey source = nonBlocking(toClose(pipe.source())).register(selector, OP_READ);
        SelectionKey sink = nonBlocking(pipe.sink()).register(selector, OP_WRITE);
        assertThat(selector.selectNow()).isEqualTo(1);
        assertThat(selector.selectedKeys()).containsExactly(sink);
        pipe.sink().write(ByteBuffer.allocate(1));
        // A thread of the selector finds that it is ready once more.
        Awaitility.await().until(() -> selector.selectNow() == 1);
        assertThat(selector.selectedKeys()).containsExactlyInAnyOrder(source, sink);
        List<SelectionKey> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            told.clear();
            assertThat(selector.selectNow(told::add)).isEqualTo(2);
            assertThat(told).containsExactlyInAnyOrder(source, sink);
        }
        pipe.source().read(ByteBuffer.allocate(1));
        told.clear();
        assertThat(selector.selectNow(told::add)).isEqualTo(1);
        assertThat(told).containsExactly(sink);
    }

    @Test
    void letsGoOfChannelsOfTheJdkAtOnce() throws Exception {
        Selector selector = newSelector(clients);
        Pipe pipe = clients.openPipe();
        toClose(pipe.sink());
        Pipe.SourceChannel source = nonBlocking(toClose(pipe.source()));
        for (int i = 0; i < 100; i++) {
            SelectionKey key = source.register(selector, OP_READ);
            key.cancel();
            assertThat(selector.selectNow()).isZero();
            assertThat(source.isRegistered()).isFalse();
        }
        SelectionKey key = source.register(selector, OP_READ);
        Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
        pipe.sink().write(ByteBuffer.allocate(1));
        assertThat(selecting.await()).isEqualTo(1);
        assertThat(key.isReadable()).isTrue();
        source.close();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
        assertThat(source.isRegistered()).isFalse();
    }

    /** A key is among those of the selector before its registration is complete. */
    @Test
    void registersWhileAnotherThreadCancelsAllKeys() throws Exception {
        super.atBothEnds(end -> {
            SocketChannel channel = nonBlocking(end.channel());
            Selector selector = newSelector(end.provider());
            AtomicBoolean done = new AtomicBoolean();
            Task<Boolean> cancelling = start(() -> {
                while (!done.get()) {
                    selector.keys().forEach(SelectionKey::cancel);
                }
                return true;
            });
            try {
                for (int i = 0; i < REGISTRATIONS; i++) {
                    SelectionKey key = channel.register(selector, OP_READ);
                    assertThat(key.channel()).isSameAs(channel);
                    key.cancel();
                    // The other thread may have made it invalid, but not yet have told the selector.
                    while (channel.isRegistered()) {
                        selector.selectNow();
                    }
                }
            } finally {
                done.set(true);
            }
            assertThat(cancelling.await()).isTrue();
            assertThat(channel.isRegistered()).isFalse();
            channel.register(selector, OP_READ);
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(selector.select()).isEqualTo(1);
        });
    }
}
