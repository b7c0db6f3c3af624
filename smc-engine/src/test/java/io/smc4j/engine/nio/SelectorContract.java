package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** Keys, wake-ups, and the life of a selector. */
abstract class SelectorContract extends ChannelContract {

    SelectorContract(Pairing pairing) {
        super(pairing);
    }

    private interface SelectorTest {
        void run(End end, Selector selector) throws Exception;
    }

    private void atBothEnds(SelectorTest test) throws Exception {
        super.atBothEnds(end -> test.run(end, newSelector(end.provider())));
    }

    @Test
    void isWokenBeforeAndDuringSelect() throws Exception {
        atBothEnds((end, selector) -> {
            nonBlocking(end.channel()).register(selector, OP_READ);
            assertThat(selector.wakeup()).isSameAs(selector);
            selector.wakeup();
            assertThat(selector.select()).isZero();
            Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
            selector.wakeup();
            assertThat(selecting.await()).isZero();
            selector.wakeup();
            assertThat(selector.selectNow()).isZero();
            Task<Integer> undisturbed = start(() -> selector.select()).awaitBlocked();
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(undisturbed.await()).isEqualTo(1);
        });
    }

    @Test
    void isWokenThoughNothingIsRegistered() throws Exception {
        Selector selector = newSelector(clients);
        assertThat(selector.isOpen()).isTrue();
        assertThatItIsProvidedBy(clients, selector.provider());
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.select(1)).isZero();
        Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
        selector.wakeup();
        assertThat(selecting.await()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> selector.select(-1));
    }

    @Test
    void isWokenByAnInterrupt() throws Exception {
        atBothEnds((end, selector) -> {
            nonBlocking(end.channel()).register(selector, OP_READ);
            Task<Boolean> selecting = start(() -> {
                selector.select();
                return Thread.currentThread().isInterrupted();
            }).awaitBlocked();
            selecting.thread().interrupt();
            assertThat(selecting.await()).isTrue();
            assertThat(selector.isOpen()).isTrue();
            assertThat(end.channel().isOpen()).isTrue();
        });
    }

    @Test
    void checksRegistrations() throws Exception {
        atBothEnds((end, selector) -> {
            SocketChannel channel = end.channel();
            assertThatExceptionOfType(IllegalBlockingModeException.class)
                    .isThrownBy(() -> channel.register(selector, OP_READ));
            nonBlocking(channel);
            assertThat(channel.validOps()).isEqualTo(OP_CONNECT | OP_READ | OP_WRITE);
            assertThatIllegalArgumentException().isThrownBy(() -> channel.register(selector, OP_ACCEPT));
            assertThat(channel.isRegistered()).isFalse();
            SelectionKey key = channel.register(selector, OP_READ, "one");
            assertThat(channel.isRegistered()).isTrue();
            assertThat(key.channel()).isSameAs(channel);
            assertThat(key.selector()).isSameAs(selector);
            assertThat(key.isValid()).isTrue();
            assertThat(channel.register(selector, OP_WRITE, "two")).isSameAs(key);
            assertThat(key.attachment()).isEqualTo("two");
            assertThat(key.interestOps()).isEqualTo(OP_WRITE);
            assertThat(key.interestOpsOr(OP_READ)).isEqualTo(OP_WRITE);
            assertThat(key.interestOpsAnd(~OP_WRITE)).isEqualTo(OP_READ | OP_WRITE);
            assertThat(key.interestOps()).isEqualTo(OP_READ);
            assertThatIllegalArgumentException().isThrownBy(() -> key.interestOps(OP_ACCEPT));
            assertThat(selector.keys()).containsExactly(key);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> selector.keys().remove(key));
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> selector.selectedKeys().add(key));
            assertThatExceptionOfType(IllegalBlockingModeException.class)
                    .isThrownBy(() -> channel.configureBlocking(true));
        });
    }

    @Test
    void acceptsOnlyOpAcceptOfListeners() throws Exception {
        ServerSocketChannel listener = nonBlocking(listen());
        Selector selector = newSelector(servers);
        assertThat(listener.validOps()).isEqualTo(OP_ACCEPT);
        assertThatIllegalArgumentException().isThrownBy(() -> listener.register(selector, OP_READ));
        assertThat(listener.register(selector, OP_ACCEPT).channel()).isSameAs(listener);
    }

    @Test
    void letsGoOfChannelsWhoseKeyIsCancelled() throws Exception {
        atBothEnds((end, selector) -> {
            SocketChannel channel = nonBlocking(end.channel());
            SelectionKey key = channel.register(selector, OP_READ);
            assertThat(selector.selectNow()).isZero();
            key.cancel();
            key.cancel();
            assertThat(key.isValid()).isFalse();
            assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(key::interestOps);
            assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(() -> key.interestOps(0));
            assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(key::readyOps);

            channel.configureBlocking(true);
            Task<Integer> reading = start(() -> channel.read(ByteBuffer.allocate(1))).awaitBlocked();
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(reading.await()).isEqualTo(1);
            assertThat(channel.write(ByteBuffer.allocate(1))).isEqualTo(1);
            drain(end.peer(), 1);

            nonBlocking(channel);
            assertThatExceptionOfType(CancelledKeyException.class)
                    .isThrownBy(() -> channel.register(selector, OP_READ));
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
            assertThat(channel.keyFor(selector)).isNull();
            assertThat(channel.isRegistered()).isFalse();

            SelectionKey again = channel.register(selector, OP_READ);
            assertThat(again).isNotSameAs(key);
            assertThat(selector.select()).isEqualTo(1);
        });
    }

    @Test
    void dropsACancelledKeyFromTheSelectedOnes() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = nonBlocking(end.channel()).register(selector, OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            key.cancel();
            assertThat(selector.selectedKeys()).containsExactly(key);
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.selectedKeys()).isEmpty();
        });
    }

    @Test
    void heedsInterestSetByAnotherThread() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = nonBlocking(end.channel()).register(selector, OP_READ);
            Task<Integer> selecting = start(() -> {
                int n = selector.select();
                return n == 0 ? selector.select() : n;
            }).awaitBlocked();
            key.interestOps(OP_READ | OP_WRITE);
            selector.wakeup();
            assertThat(selecting.await()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(OP_WRITE);
        });
    }

    @Test
    void takesRegistrationsDuringSelect() throws Exception {
        atBothEnds((end, selector) -> {
            Task<Integer> selecting = start(() -> {
                int n = selector.select();
                return n == 0 ? selector.select() : n;
            }).awaitBlocked();
            SelectionKey key = nonBlocking(end.channel()).register(selector, OP_WRITE);
            selector.wakeup();
            assertThat(selecting.await()).isEqualTo(1);
            assertThat(key.isWritable()).isTrue();
        });
    }

    @Test
    void forgetsChannelsClosedDuringSelect() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = nonBlocking(end.channel()).register(selector, OP_READ);
            Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
            end.channel().close();
            assertThat(key.isValid()).isFalse();
            selector.wakeup();
            assertThat(selecting.await()).isZero();
            assertThat(selector.keys()).isEmpty();
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> end.channel().register(selector, OP_READ));
        });
    }

    @Test
    void leavesChannelsOpenWhenClosed() throws Exception {
        atBothEnds((end, selector) -> {
            SelectionKey key = nonBlocking(end.channel()).register(selector, OP_READ);
            assertThat(selector.selectNow()).isZero();
            selector.close();
            selector.close();
            assertThat(selector.isOpen()).isFalse();
            assertThat(key.isValid()).isFalse();
            assertThat(end.channel().isRegistered()).isFalse();
            assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(() -> selector.select());
            assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::selectNow);
            assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::keys);
            assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::selectedKeys);
            assertThatExceptionOfType(ClosedSelectorException.class)
                    .isThrownBy(() -> end.channel().register(selector, OP_READ));
            Selector other = newSelector(end.provider());
            end.channel().register(other, OP_READ);
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(other.select()).isEqualTo(1);
            drain(end.channel(), 1);
        });
    }

    @Test
    void endsSelectWhenClosedByAnotherThread() throws Exception {
        atBothEnds((end, selector) -> {
            nonBlocking(end.channel()).register(selector, OP_READ);
            Task<Boolean> selecting = start(() -> {
                try {
                    selector.select();
                } catch (ClosedSelectorException e) {
                    assertThat(selector.isOpen()).isFalse();
                }
                return true;
            }).awaitBlocked();
            selector.close();
            assertThat(selecting.await()).isTrue();
        });
    }

    @Test
    void takesChannelsOfTheJdkToo() throws Exception {
        atBothEnds((end, selector) -> {
            DatagramChannel receiver = nonBlocking(toClose(end.provider().openDatagramChannel()).bind(ANY_PORT));
            DatagramChannel sender = toClose(end.provider().openDatagramChannel());
            Pipe pipe = end.provider().openPipe();
            toClose(pipe.sink());
            SelectionKey datagramKey = receiver.register(selector, OP_READ, "datagram");
            SelectionKey pipeKey = nonBlocking(toClose(pipe.source())).register(selector, OP_READ);
            SelectionKey key = nonBlocking(end.channel()).register(selector, OP_READ);
            assertThat(datagramKey.channel()).isSameAs(receiver);
            assertThat(datagramKey.selector()).isSameAs(selector);
            assertThat(datagramKey.attachment()).isEqualTo("datagram");
            assertThat(selector.keys()).containsExactlyInAnyOrder(datagramKey, pipeKey, key);
            assertThat(selector.selectNow()).isZero();

            Task<Integer> forDatagram = start(() -> selector.select()).awaitBlocked();
            sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress());
            assertThat(forDatagram.await()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(datagramKey);
            assertThat(datagramKey.isReadable()).isTrue();
            selector.selectedKeys().clear();
            assertThat(receiver.receive(ByteBuffer.allocate(1))).isNotNull();
            assertThat(selector.selectNow()).isZero();

            Task<Integer> forChannel = start(() -> selector.select()).awaitBlocked();
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(forChannel.await()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            selector.selectedKeys().clear();
            drain(end.channel(), 1);

            pipe.sink().write(ByteBuffer.allocate(1));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(pipeKey);
            pipeKey.cancel();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).containsExactlyInAnyOrder(datagramKey, key);
            pipe.source().configureBlocking(true);
            assertThat(pipe.source().read(ByteBuffer.allocate(1))).isEqualTo(1);

            Task<Integer> woken = start(() -> selector.select()).awaitBlocked();
            selector.wakeup();
            assertThat(woken.await()).isZero();
            receiver.close();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).containsExactly(key);
        });
    }
}
