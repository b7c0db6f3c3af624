package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.discovery.Announcer;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes what a test of negotiation needs and clears it away. Fails a test after which an engine's thread does not come
 * to rest, an open engine has rings, timers or watched descriptors left over, or descriptors are left open.
 */
final class Bench implements BeforeEachCallback, AfterEachCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final List<SmcEngine> engines = new ArrayList<>();
    /** How many descriptors an engine watches for as long as it lives. */
    private final Map<SmcEngine, Integer> waitersOf = new HashMap<>();
    private List<String> descriptorsBefore;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        // The JDK keeps a socket of its own from the first close on.
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            socket.setTcpNoDelay(true);
        }
        descriptorsBefore = descriptors();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        boolean passed = context.getExecutionException().isEmpty();
        if (passed) {
            expectRest();
        }
        List<AutoCloseable> channels = open.stream().filter(this::isNoEngine).toList();
        for (AutoCloseable each : channels) {
            each.close();
        }
        if (passed) {
            engines.stream().filter(engine -> !engine.isClosed()).forEach(this::expectNothingLeft);
        }
        open.removeAll(channels);
        while (!open.isEmpty()) {
            open.pop().close();
        }
        if (passed) {
            patiently().untilAsserted(() ->
                    assertThat(descriptors()).as("descriptors").containsExactlyInAnyOrderElementsOf(descriptorsBefore));
        }
    }

    private boolean isNoEngine(AutoCloseable resource) {
        return !(resource instanceof SmcSelectorProvider) && !(resource instanceof SmcEngine);
    }

    // ---- things

    /** Has it closed when the test is over: last opened, first closed; engines after all else. */
    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    SmcSelectorProvider provider() throws IOException {
        return provider(config -> config);
    }

    SmcSelectorProvider provider(UnaryOperator<SmcConfig.Builder> settings) throws IOException {
        return known(SmcSelectorProvider.open(settings.apply(SmcConfig.builder()).build()));
    }

    /** A provider with another RDMA than the machine's, if it has any. */
    SmcSelectorProvider provider(UnaryOperator<SmcConfig.Builder> settings, ScriptedRdma rdma, Announcer announcer)
            throws IOException {
        SmcConfig config = settings.apply(SmcConfig.builder()).build();
        return known(EngineAccess.providerOf(new SmcEngine(config, rdma.opener(), () -> announcer)));
    }

    private SmcSelectorProvider known(SmcSelectorProvider provider) {
        closing(provider);
        SmcEngine engine = EngineAccess.of(provider);
        engines.add(engine);
        waitersOf.put(engine, engine.loop().watched());
        return provider;
    }

    SmcEngine engine() throws IOException {
        SmcEngine engine = closing(new SmcEngine(SmcConfig.defaults()));
        engines.add(engine);
        return engine;
    }

    ServerSocketChannel listen(SmcSelectorProvider provider) throws IOException {
        return listen(provider, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    ServerSocketChannel listen(SmcSelectorProvider provider, InetSocketAddress address) throws IOException {
        return closing(provider.openServerSocketChannel()).bind(address);
    }

    SocketChannel accept(ServerSocketChannel listener) throws IOException {
        return closing(listener.accept());
    }

    RawPeer connect(ServerSocketChannel listener) throws IOException {
        return closing(RawPeer.connect(listener.getLocalAddress()));
    }

    SocketChannel connect(SmcSelectorProvider provider, InetSocketAddress listener) throws IOException {
        SocketChannel channel = closing(provider.openSocketChannel());
        channel.connect(listener);
        return channel;
    }

    CompletableFuture<SocketChannel> connecting(SmcSelectorProvider provider, InetSocketAddress listener)
            throws IOException {
        SocketChannel channel = closing(provider.openSocketChannel());
        return running(() -> {
            channel.connect(listener);
            return channel;
        });
    }

    /** Runs something that waits, on a thread of its own. */
    static <T> CompletableFuture<T> running(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Whether a thread sleeps in a channel until the channel's negotiation is over. */
    static boolean isWaitingForOutcome(Thread thread) {
        return EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(thread.getState())
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals("io.smc4j.engine.nio.NegotiationSignal"));
    }

    // ---- streams

    static <T> T value(CompletableFuture<T> future) throws Exception {
        try {
            return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    static byte[] read(SocketChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            int n = channel.read(bytes);
            assertThat(n).as("read of a blocking channel after " + bytes.position() + " bytes").isPositive();
        }
        return bytes.array();
    }

    static String readText(SocketChannel channel, int length) throws IOException {
        return new String(read(channel, length), StandardCharsets.UTF_8);
    }

    static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static void expectEnd(SocketChannel channel) throws IOException {
        assertThat(channel.read(ByteBuffer.allocate(1))).as("after the last byte").isEqualTo(-1);
    }

    /** The two are the ends of one byte stream in each direction, with nothing else in it up to the end of both. */
    static void expectPipe(SocketChannel channel, RawPeer peer) throws IOException {
        peer.send("to the channel");
        assertThat(readText(channel, 14)).isEqualTo("to the channel");
        write(channel, "to the peer");
        assertThat(peer.receiveText(11)).isEqualTo("to the peer");
        peer.endOutput();
        expectEnd(channel);
        channel.shutdownOutput();
        peer.expectEnd();
    }

    /** As {@link #expectPipe(SocketChannel, RawPeer)}, for two channels. */
    static void expectPipe(SocketChannel one, SocketChannel other) throws IOException {
        write(one, "there");
        assertThat(readText(other, 5)).isEqualTo("there");
        write(other, "and back");
        assertThat(readText(one, 8)).isEqualTo("and back");
        one.shutdownOutput();
        expectEnd(other);
        other.shutdownOutput();
        expectEnd(one);
    }

    // ---- state

    /** Keeps an engine's control loop from going on from now until the result is counted down. */
    static CountDownLatch holdControlLoop(SmcSelectorProvider provider) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        EngineAccess.of(provider).loop().execute(() -> {
            held.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        held.await();
        return released;
    }

    static ConditionFactory patiently() {
        return await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE);
    }

    /** What the engine says of the only connection it has, when the negotiation is over. */
    static SmcSnapshot.Connection connection(SmcSelectorProvider provider) {
        patiently().until(() -> onlyConnection(provider).mode() != null);
        return onlyConnection(provider);
    }

    /** What the engine says of the only connection it has, as soon as it has one: a connect may be under way. */
    static SmcSnapshot.Connection onlyConnection(SmcSelectorProvider provider) {
        patiently().until(() -> !provider.snapshot().connections().isEmpty());
        List<SmcSnapshot.Connection> all = provider.snapshot().connections();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private void expectRest() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("smc-control-")) {
                patiently().alias(thread.getName() + " at rest").until(() -> isIdle(thread));
            }
        }
    }

    /** A thread that spins uses all of any two milliseconds, one that waits next to nothing of them. */
    private static boolean isIdle(Thread thread) {
        long cpu = THREADS.getThreadCpuTime(thread.threadId());
        long start = System.nanoTime();
        while (System.nanoTime() - start < 2_000_000) {
            Thread.onSpinWait();
        }
        return THREADS.getThreadCpuTime(thread.threadId()) - cpu < 100_000;
    }

    private void expectNothingLeft(SmcEngine engine) {
        int always = waitersOf.getOrDefault(engine, 0);
        patiently().untilAsserted(() -> {
            assertThat(engine.loop().watched()).as("watched descriptors")
                    .isEqualTo(always + engine.linkGroups().snapshot().size());
            assertThat(engine.budget().used()).as("ring memory").isZero();
            assertThat(engine.linkGroups().snapshot()).allSatisfy(group -> assertThat(group.connections()).isZero());
        });
    }

    static List<String> descriptors() throws IOException {
        List<String> found = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:") || target.startsWith("anon_inode:")
                            || target.startsWith("/memfd:")) {
                        found.add(descriptor.getFileName() + " " + target);
                    }
                } catch (NoSuchFileException e) {
                    // Closed since it was listed.
                    continue;
                }
            }
        }
        return found;
    }
}
