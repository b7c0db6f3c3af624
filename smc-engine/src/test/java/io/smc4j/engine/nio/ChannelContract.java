package io.smc4j.engine.nio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts of channels have in common: providers of both ends, opened for each test, and all that was made of
 * them, closed after it.
 *
 * <p>Engines negotiate when the accepted channel is used, not when it is accepted. So wherever a test needs both ends
 * connected, the first byte sent and received tells.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
abstract class ChannelContract {

    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** Long enough that whatever is not waiting makes some progress. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    final Pairing pairing;
    SelectorProvider clients;
    SelectorProvider servers;

    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    ChannelContract(Pairing pairing) {
        this.pairing = pairing;
    }

    @BeforeEach
    void openProviders() throws IOException {
        clients = toClose(pairing.openClient(config()));
        servers = toClose(pairing.openServer(config()));
    }

    @AfterEach
    @Timeout(value = 30, threadMode = SEPARATE_THREAD)
    void closeAll() throws Exception {
        for (AutoCloseable last = opened.pollLast(); last != null; last = opened.pollLast()) {
            last.close();
        }
    }

    SmcConfig config() {
        return SmcConfig.defaults();
    }

    /** Has something closed after the test, if it can be: the JDK's provider cannot. */
    final <T> T toClose(T something) {
        if (something instanceof AutoCloseable closeable) {
            opened.add(closeable);
        }
        return something;
    }

    final ServerSocketChannel listen() throws IOException {
        return toClose(servers.openServerSocketChannel()).bind(ANY_PORT, 512);
    }

    final SocketChannel newClient() throws IOException {
        return toClose(clients.openSocketChannel());
    }

    final Selector newSelector(SelectorProvider provider) throws IOException {
        return toClose(provider.openSelector());
    }

    /** Both ends of one connection, in blocking mode. */
    record Connection(SocketChannel client, SocketChannel server) {
    }

    final Connection connect() throws Exception {
        try (ServerSocketChannel listener = servers.openServerSocketChannel().bind(ANY_PORT)) {
            return connect(newClient(), listener);
        }
    }

    final Connection connect(SocketChannel client, ServerSocketChannel listener) throws Exception {
        Task<Integer> connecting = start(() -> {
            client.connect(listener.getLocalAddress());
            return client.write(ByteBuffer.allocate(1));
        });
        SocketChannel server = toClose(listener.accept());
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(connecting.await()).isEqualTo(1);
        assertThatItHasTheExpectedMode(clients, client);
        assertThatItHasTheExpectedMode(servers, server);
        return new Connection(client, server);
    }

    private void assertThatItHasTheExpectedMode(SelectorProvider provider, SocketChannel channel) throws IOException {
        if (Pairing.isEngineImplemented() && provider instanceof SmcSelectorProvider engine) {
            assertThat(engine.snapshot().connections())
                    .filteredOn(SmcSnapshot.Connection::local, channel.getLocalAddress())
                    .filteredOn(SmcSnapshot.Connection::peer, channel.getRemoteAddress())
                    .hasSize(1)
                    .allSatisfy(c -> assertThat(c.mode()).as("mode of %s", c).isEqualTo(pairing.expectedMode()));
        }
    }

    /** What an engine's connections have come to, and why; for the message of an assertion. */
    static String connectionsOf(SelectorProvider provider) {
        return provider instanceof SmcSelectorProvider engine ? engine.snapshot().connections().toString() : "none";
    }

    /** Who made a channel or selector, unless it is the JDK for an engine that has none of its own. */
    static void assertThatItIsProvidedBy(SelectorProvider expected, SelectorProvider actual) {
        if (Pairing.isEngineImplemented()) {
            assertThat(actual).isSameAs(expected);
        }
    }

    /** One end of a connection, seen from that end. */
    record End(SelectorProvider provider, SocketChannel channel, SocketChannel peer) {
    }

    interface EndTest {
        void run(End end) throws Exception;
    }

    /** Runs a test at the connecting end of one connection and at the accepting end of another. */
    final void atBothEnds(EndTest test) throws Exception {
        Connection first = connect();
        test.run(new End(clients, first.client(), first.server()));
        Connection second = connect();
        test.run(new End(servers, second.server(), second.client()));
    }

    /** Something under way in a thread of its own, which ends with the test. */
    static final class Task<T> extends FutureTask<T> implements AutoCloseable {

        private static final AtomicInteger COUNT = new AtomicInteger();

        /** Its name is short enough for the system. */
        private final Thread thread =
                Thread.ofPlatform().daemon().name("task-" + COUNT.incrementAndGet()).unstarted(this);

        private Task(Callable<T> callable) {
            super(callable);
        }

        Thread thread() {
            return thread;
        }

        T await() throws Exception {
            return get(30, SECONDS);
        }

        /** Waits until the thread sleeps in a channel, a selector or one of their streams. */
        Task<T> awaitBlocked() {
            StackTraceElement[][] last = {{}};
            Awaitility.await().pollInterval(POLL_INTERVAL).until(() -> {
                StackTraceElement[] now = thread.getStackTrace();
                boolean same = Arrays.equals(now, last[0]);
                last[0] = now;
                return same && isSleeping() && Arrays.stream(now).anyMatch(Task::isInChannels);
            });
            return this;
        }

        /** Asks the system, since Java calls a thread that waits in a system call running. */
        private boolean isSleeping() {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                for (Path candidate : threads) {
                    if (Files.readString(candidate.resolve("comm")).strip().equals(thread.getName())) {
                        return Files.readString(candidate.resolve("stat")).contains(") S ");
                    }
                }
            } catch (IOException e) {
                // Some thread has ended meanwhile: before its file was opened, or before it was read.
                return false;
            }
            return false;
        }

        private static boolean isInChannels(StackTraceElement frame) {
            return frame.getClassName().startsWith("sun.nio.ch.")
                    || frame.getClassName().startsWith("io.smc4j.engine.") && !frame.getClassName()
                    .contains("Contract");
        }

        @Override
        public void close() throws InterruptedException {
            if (!isDone()) {
                thread.interrupt();
            }
            thread.join(SECONDS.toMillis(10));
        }
    }

    final <T> Task<T> start(Callable<T> callable) {
        Task<T> task = toClose(new Task<>(callable));
        task.thread().start();
        return task;
    }

    static <C extends SelectableChannel> C nonBlocking(C channel) throws IOException {
        channel.configureBlocking(false);
        return channel;
    }

    static void writeFully(SocketChannel channel, ByteBuffer src) throws IOException {
        while (src.hasRemaining()) {
            channel.write(src);
        }
    }

    /** Reads until the buffer is full or the stream ends. */
    static void readFully(SocketChannel channel, ByteBuffer dst) throws IOException {
        int n = 0;
        while (dst.hasRemaining() && n >= 0) {
            n = channel.read(dst);
        }
    }

    /** Has a non-blocking channel write until neither its own buffers nor its peer's take any more. */
    static long fill(SocketChannel channel) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);
        long[] total = {0};
        Awaitility.await().pollInterval(POLL_INTERVAL).until(() -> {
            long before = total[0];
            for (int n = channel.write(chunk.clear()); n > 0; n = channel.write(chunk.clear())) {
                total[0] += n;
            }
            return total[0] == before;
        });
        return total[0];
    }

    static void drain(SocketChannel channel, long bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);
        long rest = bytes;
        while (rest > 0) {
            int n = channel.read(chunk.clear().limit((int) Math.min(rest, chunk.capacity())));
            assertThat(n).isNotNegative();
            rest -= n;
        }
    }
}
