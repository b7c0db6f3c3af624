package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual threads on TCP connections that outlive their engine: blocked before it is closed, or only after that. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class ClosedEngineTest {

    private SmcSelectorProvider engine;
    private ServerSocketChannel listener;
    private SocketChannel channel;
    private SocketChannel peer;

    @BeforeEach
    void connect() throws IOException {
        assumeTrue(Pairing.isEngineImplemented());
        engine = SmcSelectorProvider.open(SmcConfig.builder().clientEnabled(false).serverEnabled(false).build());
        listener = engine.openServerSocketChannel()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        peer = SocketChannel.open(listener.getLocalAddress());
        channel = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        peer.close();
        listener.close();
        engine.close();
    }

    private static final class Blocked<T> {

        private final FutureTask<T> task;
        private final Thread thread;

        Blocked(Callable<T> action) {
            task = new FutureTask<>(action);
            thread = Thread.startVirtualThread(task);
            awaitBlocked();
        }

        private void awaitBlocked() {
            Awaitility.await().until(() -> switch (thread.getState()) {
                case WAITING, TIMED_WAITING -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(FdWaiter.class.getName()));
                default -> false;
            });
        }

        T result() throws Exception {
            try {
                return task.get(20, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    private <T> Blocked<T> block(boolean before, Callable<T> action) {
        if (!before) {
            engine.close();
        }
        Blocked<T> blocked = new Blocked<>(action);
        if (before) {
            engine.close();
            blocked.awaitBlocked();
        }
        return blocked;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadGetsWhatComes(boolean before) throws Exception {
        Blocked<Integer> reading = block(before, () -> channel.read(ByteBuffer.allocate(10)));

        peer.write(ByteBuffer.allocate(3));

        assertThat(reading.result()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteGoesOnWhenThereIsRoom(boolean before) throws Exception {
        channel.configureBlocking(false);
        long filled = ChannelContract.fill(channel);
        channel.configureBlocking(true);
        ByteBuffer more = ByteBuffer.allocate(1_000_000);
        Blocked<Integer> writing = block(before, () -> channel.write(more));

        ChannelContract.drain(peer, filled + more.capacity());

        assertThat(writing.result()).isEqualTo(more.capacity());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListenerAccepts(boolean before) throws Exception {
        Blocked<SocketChannel> accepting = block(before, listener::accept);

        try (SocketChannel other = SocketChannel.open(listener.getLocalAddress());
                SocketChannel accepted = accepting.result()) {
            assertThat(accepted.getRemoteAddress()).isEqualTo(other.getLocalAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadTimesOut(boolean before) throws Exception {
        channel.socket().setSoTimeout(500);
        if (!before) {
            engine.close();
        }
        FutureTask<Integer> reading = new FutureTask<>(() -> channel.socket().getInputStream().read());
        Thread.startVirtualThread(reading);
        engine.close();

        assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(SocketTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadEndsWhenItsChannelIsClosed(boolean before) throws Exception {
        Blocked<Integer> reading = block(before, () -> channel.read(ByteBuffer.allocate(1)));

        channel.close();

        assertThatThrownBy(reading::result).isInstanceOf(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptClosesTheChannel(boolean before) throws Exception {
        Blocked<Integer> reading = block(before, () -> channel.read(ByteBuffer.allocate(1)));

        reading.thread.interrupt();

        assertThatThrownBy(reading::result).isInstanceOf(ClosedByInterruptException.class);
        assertThat(channel.isOpen()).isFalse();
    }
}
