package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's SMC as provider, in the lab's machine. {@code main} runs all of it, and throws when something is wrong.
 */
final class KernelProviderLabCase {

    private static final String IP_A = System.getenv("LAB_IP_A");
    private static final String IP_B = System.getenv("LAB_IP_B");
    private static final int PORT = 7300;
    private static final int SIZE = 20 * 1024 * 1024;
    private static final SmcConfig CONFIG = config().sharedMemory(false).build();

    private KernelProviderLabCase() {
    }

    private static SmcConfig.Builder config() {
        RdmaConfig any = RdmaConfig.defaults();
        return SmcConfig.builder().rdma(new RdmaConfig(RdmaConfig.Provider.KERNEL, any.ueids(), null, 0, -1, List.of(),
                any.maxLinks(), any.maxConnections()));
    }

    private interface Case {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            EchoProcess.serve(CONFIG, new InetSocketAddress(IP_B, 0));
            return;
        }
        run("client of a server of the kernel's", KernelProviderLabCase::clientOfKernelServer);
        run("server of a client of the kernel's", KernelProviderLabCase::serverOfKernelClient);
        run("two engines, selectors, 20 MiB both ways", KernelProviderLabCase::twoEngines);
        run("peers that know no SMC", KernelProviderLabCase::peersWithoutSmc);
        run("policy and shared memory go before", KernelProviderLabCase::policyAndSharedMemory);
        run("refused connections", KernelProviderLabCase::refused);
        run("close ends what blocks", KernelProviderLabCase::closeEndsWaits);
        System.out.println("ALL WELL");
    }

    private static void run(String name, Case test) throws Exception {
        long start = System.nanoTime();
        test.run();
        System.out.printf("ok %s (%d ms)%n", name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    // ---- the kernel as peer

    private static Process kernel(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", System.getenv("LAB_SMC")));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
    }

    static void clientOfKernelServer() throws Exception {
        InetSocketAddress server = new InetSocketAddress(IP_B, PORT);
        Process serving = kernel("listen", "echo", IP_B, String.valueOf(PORT));
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG); SocketChannel client = connectRetrying(engine, server)) {
            byte[] content = content(SIZE);
            Future<byte[]> echo = inBackground(() -> readFully(client, SIZE));
            writeFully(client, ByteBuffer.wrap(content));
            same(digest(echo.get()), digest(content));
            SmcSnapshot.Connection connection = only(engine);
            same(connection.mode(), SmcMode.SMCR);
            same(connection.role(), SmcSnapshot.Role.CLIENT);
            same(connection.state(), "ACTIVE");
            same(connection.fallbackReason(), null);
            same(connection.sendBufferSize(), 128 * 1024);
            same(connection.receiveBufferSize(), 64 * 1024);
            same(client.getLocalAddress(), connection.local());
            same(client.getOption(StandardSocketOptions.TCP_NODELAY), true);
            same(engine.snapshot().rdma().provider(), RdmaConfig.Provider.KERNEL);
            client.shutdownOutput();
            same(client.read(ByteBuffer.allocate(1)), -1);
            client.close();
            SmcSnapshot after = engine.snapshot();
            same(after.bytes().get(SmcMode.SMCR), new SmcSnapshot.Traffic(SIZE, SIZE));
            same(after.handshakes().get(SmcSnapshot.HandshakeOutcome.SMC), 1L);
            same(after.fallbacks(), Map.of());
            same(serving.waitFor(60, TimeUnit.SECONDS), true);
        } finally {
            serving.destroyForcibly();
        }
    }

    /** With all that is to outlast the move to another socket. */
    private static SocketChannel connectRetrying(SmcSelectorProvider engine, InetSocketAddress server) throws Exception {
        while (true) {
            SocketChannel client = engine.openSocketChannel();
            try {
                client.setOption(StandardSocketOptions.SO_SNDBUF, 128 * 1024);
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                client.setOption(StandardSocketOptions.IP_TOS, 0x10);
                client.bind(new InetSocketAddress(IP_A, 0));
                SocketAddress local = client.getLocalAddress();
                client.connect(server);
                same(client.getLocalAddress(), local);
                same(client.getOption(StandardSocketOptions.IP_TOS), 0x10);
                return client;
            } catch (ConnectException e) {
                Thread.onSpinWait();
            }
        }
    }

    static void serverOfKernelClient() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG);
                ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(0))) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            Process connecting = kernel("connect", "exchange", IP_B, String.valueOf(port), "--mib", String.valueOf(SIZE >> 20), "--require", "SMCR");
            try (SocketChannel accepted = listener.accept()) {
                SmcSnapshot.Connection connection = only(engine);
                same(connection.mode(), SmcMode.SMCR);
                same(connection.role(), SmcSnapshot.Role.SERVER);
                same(connection.peer().getAddress().getHostAddress(), IP_A);
                echo(accepted);
            } finally {
                same(connecting.waitFor(120, TimeUnit.SECONDS), true);
                connecting.destroyForcibly();
            }
            same(connecting.exitValue(), 0);
            same(engine.snapshot().bytes().get(SmcMode.SMCR), new SmcSnapshot.Traffic(SIZE, SIZE));
        }
    }

    // ---- two engines

    static void twoEngines() throws Exception {
        Process peer = EchoProcess.start(KernelProviderLabCase.class);
        try (BufferedReader said = peer.inputReader(); SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG);
                Selector selector = engine.openSelector(); SocketChannel client = engine.openSocketChannel()) {
            InetSocketAddress server = new InetSocketAddress(IP_B, Integer.parseInt(said.readLine()));
            client.configureBlocking(false);
            SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
            same(client.connect(server), false);
            while (!client.isConnected()) {
                selector.select(key.isValid() && key.isConnectable() && client.finishConnect() ? 1 : 0);
            }
            MessageDigest received = MessageDigest.getInstance("SHA-256");
            byte[] content = content(SIZE);
            exchange(selector, key, client, ByteBuffer.wrap(content), received);
            same(received.digest(), digest(content));
            same(only(engine).mode(), SmcMode.SMCR);
            same(said.readLine(), "SMCR");
            same(peer.waitFor(60, TimeUnit.SECONDS), true);
        } finally {
            peer.destroyForcibly();
        }
    }

    /** Writes and reads as the selector says, ends its stream and reads to the end of the peer's. */
    private static void exchange(Selector selector, SelectionKey key, SocketChannel channel, ByteBuffer content,
            MessageDigest received) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        for (int n = 0; n >= 0;) {
            selector.select();
            selector.selectedKeys().clear();
            if (key.isWritable() && content.hasRemaining()) {
                channel.write(content);
                if (!content.hasRemaining()) {
                    channel.shutdownOutput();
                    key.interestOps(SelectionKey.OP_READ);
                }
            }
            if (key.isReadable()) {
                n = channel.read(buffer.clear());
                received.update(buffer.flip());
            }
        }
    }

    // ---- fallback

    static void peersWithoutSmc() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG)) {
            try (ServerSocket plain = new ServerSocket(0, 1, new InetSocketAddress(IP_B, 0).getAddress());
                    SocketChannel client = engine.openSocketChannel()) {
                client.connect(plain.getLocalSocketAddress());
                try (Socket accepted = plain.accept()) {
                    assertFallback(engine, SmcSnapshot.Role.CLIENT);
                    transfer(client, accepted);
                }
            }
            try (ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(0));
                    Socket plain = new Socket(IP_B, ((InetSocketAddress) listener.getLocalAddress()).getPort());
                    SocketChannel accepted = listener.accept()) {
                assertFallback(engine, SmcSnapshot.Role.SERVER);
                transfer(accepted, plain);
            }
            SmcSnapshot after = engine.snapshot();
            same(after.fallbacks(), Map.of(FallbackReason.PEER_WITHOUT_SMC, 2L));
            same(after.bytes().get(SmcMode.TCP), new SmcSnapshot.Traffic(2_000_000, 2_000_000));
        }
    }

    private static void assertFallback(SmcSelectorProvider engine, SmcSnapshot.Role role) {
        SmcSnapshot.Connection connection = only(engine);
        same(connection.mode(), SmcMode.TCP);
        same(connection.role(), role);
        same(connection.fallbackReason().code(), 0x03010000);
    }

    private static void transfer(SocketChannel channel, Socket plain) throws Exception {
        byte[] content = content(1_000_000);
        Future<Void> writing = inBackground(() -> {
            writeFully(channel, ByteBuffer.wrap(content));
            channel.shutdownOutput();
            return null;
        });
        same(plain.getInputStream().readAllBytes(), content);
        writing.get();
        OutputStream out = plain.getOutputStream();
        Future<byte[]> reading = inBackground(() -> readFully(channel, content.length));
        out.write(content);
        plain.shutdownOutput();
        same(reading.get(), content);
        same(channel.read(ByteBuffer.allocate(1)), -1);
    }

    static void policyAndSharedMemory() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(config().build());
                ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(IP_B, 0))) {
            same(modeOf(engine, listener), SmcMode.SMCD);
        }
        SmcConfig denying = config().sharedMemory(false).policy(denying(IP_B)).build();
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(denying);
                ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(IP_B, 0))) {
            same(modeOf(engine, listener), SmcMode.TCP);
            same(engine.snapshot().fallbacks().get(FallbackReason.POLICY), 1L);
        }
    }

    private static SmcMode modeOf(SmcSelectorProvider engine, ServerSocketChannel listener) throws Exception {
        Future<SocketChannel> accepting = inBackground(listener::accept);
        try (SocketChannel client = engine.openSocketChannel()) {
            client.connect(listener.getLocalAddress());
            accepting.get().close();
            return engine.snapshot().connections().stream().filter(c -> c.role() == SmcSnapshot.Role.CLIENT).findAny()
                    .orElseThrow().mode();
        }
    }

    static void refused() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG); Selector selector = engine.openSelector()) {
            InetSocketAddress nobody;
            try (ServerSocket gone = new ServerSocket(0)) {
                nobody = new InetSocketAddress(IP_B, gone.getLocalPort());
            }
            fails(ConnectException.class, () -> engine.openSocketChannel().connect(nobody));
            try (SocketChannel client = engine.openSocketChannel()) {
                client.configureBlocking(false);
                client.register(selector, SelectionKey.OP_CONNECT);
                fails(ConnectException.class, () -> {
                    client.connect(nobody);
                    selector.select();
                    return client.finishConnect();
                });
            }
        }
    }

    static void closeEndsWaits() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG)) {
            ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(IP_B, 0));
            SocketChannel client = engine.openSocketChannel();
            client.connect(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            Future<?> accepting = inBackground(listener::accept);
            Future<?> reading = inBackground(() -> client.read(ByteBuffer.allocate(1)));
            Future<?> writing = inBackground(() -> {
                writeFully(accepted, ByteBuffer.allocate(64 * 1024 * 1024));
                return null;
            });
            listener.close();
            client.close();
            accepted.close();
            same(fails(ExecutionException.class, accepting::get).getCause().getClass(), AsynchronousCloseException.class);
            same(fails(ExecutionException.class, reading::get).getCause().getClass(), AsynchronousCloseException.class);
            fails(ExecutionException.class, writing::get);
        }
    }

    // ---- helpers

    /** Equal values, or byte arrays of equal content. */
    private static void same(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected " + expected + " but was " + actual);
        }
    }

    private static <E extends Exception> E fails(Class<E> type, Callable<?> action) throws Exception {
        Object result;
        try {
            result = action.call();
        } catch (Exception e) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            throw e;
        }
        throw new AssertionError("expected " + type.getName() + " but got " + result);
    }

    private static SmcPolicy denying(String address) {
        return new SmcPolicy(List.of(new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.ANY, null,
                SmcPolicy.Cidr.parse(address), null)));
    }

    private static SmcSnapshot.Connection only(SmcSelectorProvider engine) {
        List<SmcSnapshot.Connection> connections = engine.snapshot().connections();
        same(connections.size(), 1);
        return connections.getFirst();
    }

    private static <T> Future<T> inBackground(Callable<T> action) {
        try (var executor = new ClosedLater()) {
            return executor.service.submit(action);
        }
    }

    /** Ends its thread with its only task. */
    private static final class ClosedLater implements AutoCloseable {

        private final ExecutorService service = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().factory());

        @Override
        public void close() {
            service.shutdown();
        }
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static byte[] digest(byte[] content) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(content);
    }

    private static byte[] readFully(SocketChannel channel, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            Thread.onSpinWait();
        }
        same(buffer.hasRemaining(), false);
        return buffer.array();
    }

    private static void writeFully(SocketChannel channel, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            channel.write(content);
        }
    }

    private static void echo(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        while (channel.read(buffer.clear()) >= 0) {
            writeFully(channel, buffer.flip());
        }
    }
}
