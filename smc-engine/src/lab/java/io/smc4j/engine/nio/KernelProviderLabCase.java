package io.smc4j.engine.nio;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.lab.GuestCase;
import io.smc4j.engine.lab.GuestProcess;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;

/** The kernel's SMC as provider. */
final class KernelProviderLabCase {

    private static final int MIB = 8;
    private static final int SIZE = MIB << 20;
    private static final SmcConfig CONFIG = config().sharedMemoryEnabled(false).build();

    private static SmcConfig.Builder config() {
        RdmaConfig any = RdmaConfig.defaults();
        return SmcConfig.builder().rdma(new RdmaConfig(RdmaConfig.Provider.KERNEL, any.ueid(), null, 0, -1, List.of(),
                any.maxLinks(), any.maxConnections()));
    }

    /** The other process of {@link #twoEngines}. */
    public static void main(String[] arguments) throws IOException {
        EchoProcess.serve(CONFIG, new InetSocketAddress(B.address(), 0));
    }

    // ---- the kernel as peer

    @GuestCase
    void clientOfAKernelServer() throws Exception {
        try (GuestProcess serving = GuestProcess.smc("listen", "echo", B.ip(), "0");
                SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG);
                SocketChannel client = connect(engine, new InetSocketAddress(B.address(), serving.awaitPort()))) {
            byte[] content = content(SIZE);
            Future<byte[]> echo = inBackground(() -> readFully(client, SIZE));
            writeFully(client, ByteBuffer.wrap(content));
            assertThat(digest(echo.get())).isEqualTo(digest(content));
            SmcSnapshot.Connection connection = only(engine);
            assertThat(connection.mode()).isEqualTo(SmcMode.SMCR);
            assertThat(connection.role()).isEqualTo(SmcSnapshot.Role.CLIENT);
            assertThat(connection.state()).isEqualTo(SmcState.ACTIVE);
            assertThat(connection.fallbackReason()).isNull();
            assertThat(connection.sendBufferSize()).isEqualTo(128 * 1024);
            assertThat(connection.receiveBufferSize()).isEqualTo(64 * 1024);
            assertThat(client.getLocalAddress()).isEqualTo(connection.local());
            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(engine.snapshot().rdma().provider()).isEqualTo(RdmaConfig.Provider.KERNEL);
            client.shutdownOutput();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            client.close();
            SmcSnapshot after = engine.snapshot();
            assertThat(after.bytes().get(SmcMode.SMCR)).isEqualTo(new SmcSnapshot.Traffic(SIZE, SIZE));
            assertThat(after.handshakes().get(SmcSnapshot.HandshakeOutcome.SMC)).isEqualTo(1L);
            assertThat(after.fallbacks()).isEqualTo(Map.of());
            serving.awaitSuccess();
        }
    }

    /** With all that is to outlast the move to another socket. */
    private static SocketChannel connect(SmcSelectorProvider engine, InetSocketAddress server) throws Exception {
        SocketChannel client = engine.openSocketChannel();
        client.setOption(StandardSocketOptions.SO_SNDBUF, 128 * 1024);
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        client.setOption(StandardSocketOptions.IP_TOS, 0x10);
        client.bind(new InetSocketAddress(A.address(), 0));
        SocketAddress local = client.getLocalAddress();
        client.connect(server);
        assertThat(client.getLocalAddress()).isEqualTo(local);
        assertThat(client.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
        return client;
    }

    @GuestCase
    void serverOfAKernelClient() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG);
                ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(0))) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            try (GuestProcess connecting = GuestProcess.smc("connect", "exchange", B.ip(), Integer.toString(port),
                    "--mib", Integer.toString(MIB), "--require", "SMCR")) {
                try (SocketChannel accepted = listener.accept()) {
                    SmcSnapshot.Connection connection = only(engine);
                    assertThat(connection.mode()).isEqualTo(SmcMode.SMCR);
                    assertThat(connection.role()).isEqualTo(SmcSnapshot.Role.SERVER);
                    assertThat(connection.peer().getAddress()).isEqualTo(A.address());
                    echo(accepted);
                }
                connecting.awaitSuccess();
            }
            assertThat(engine.snapshot().bytes().get(SmcMode.SMCR)).isEqualTo(new SmcSnapshot.Traffic(SIZE, SIZE));
        }
    }

    // ---- two engines

    @GuestCase
    void twoEngines() throws Exception {
        try (GuestProcess peer = GuestProcess.java(KernelProviderLabCase.class);
                SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG);
                Selector selector = engine.openSelector(); SocketChannel client = engine.openSocketChannel()) {
            InetSocketAddress server = new InetSocketAddress(B.address(), peer.awaitPort());
            client.configureBlocking(false);
            SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
            assertThat(client.connect(server)).isFalse();
            while (!client.isConnected()) {
                selector.select(key.isValid() && key.isConnectable() && client.finishConnect() ? 1 : 0);
            }
            MessageDigest received = MessageDigest.getInstance("SHA-256");
            byte[] content = content(SIZE);
            exchange(selector, key, client, ByteBuffer.wrap(content), received);
            assertThat(received.digest()).isEqualTo(digest(content));
            assertThat(only(engine).mode()).isEqualTo(SmcMode.SMCR);
            peer.await("^SMCR$");
            peer.awaitSuccess();
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

    @GuestCase
    void peersThatKnowNoSmc() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG)) {
            try (ServerSocket plain = new ServerSocket(0, 1, new InetSocketAddress(B.ip(), 0).getAddress());
                    SocketChannel client = engine.openSocketChannel()) {
                client.connect(plain.getLocalSocketAddress());
                try (Socket accepted = plain.accept()) {
                    assertFallback(engine, SmcSnapshot.Role.CLIENT);
                    transfer(client, accepted);
                }
            }
            try (ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(0));
                    Socket plain = new Socket(B.ip(), ((InetSocketAddress) listener.getLocalAddress()).getPort());
                    SocketChannel accepted = listener.accept()) {
                assertFallback(engine, SmcSnapshot.Role.SERVER);
                transfer(accepted, plain);
            }
            SmcSnapshot after = engine.snapshot();
            assertThat(after.fallbacks()).isEqualTo(Map.of(FallbackReason.PEER_WITHOUT_SMC, 2L));
            assertThat(after.bytes().get(SmcMode.TCP)).isEqualTo(new SmcSnapshot.Traffic(2_000_000, 2_000_000));
        }
    }

    private static void assertFallback(SmcSelectorProvider engine, SmcSnapshot.Role role) {
        SmcSnapshot.Connection connection = only(engine);
        assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
        assertThat(connection.role()).isEqualTo(role);
        assertThat(connection.fallbackReason().code()).isEqualTo(0x03010000);
    }

    private static void transfer(SocketChannel channel, Socket plain) throws Exception {
        byte[] content = content(1_000_000);
        Future<Void> writing = inBackground(() -> {
            writeFully(channel, ByteBuffer.wrap(content));
            channel.shutdownOutput();
            return null;
        });
        assertThat(plain.getInputStream().readAllBytes()).isEqualTo(content);
        writing.get();
        OutputStream out = plain.getOutputStream();
        Future<byte[]> reading = inBackground(() -> readFully(channel, content.length));
        out.write(content);
        plain.shutdownOutput();
        assertThat(reading.get()).isEqualTo(content);
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @GuestCase
    void policyAndSharedMemoryGoBefore() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(config().build());
                ServerSocketChannel listener =
                        engine.openServerSocketChannel().bind(new InetSocketAddress(B.ip(), 0))) {
            assertThat(modeOf(engine, listener)).isEqualTo(SmcMode.SMCD);
        }
        SmcConfig denying = config().sharedMemoryEnabled(false).policy(denying(B.ip())).build();
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(denying);
                ServerSocketChannel listener =
                        engine.openServerSocketChannel().bind(new InetSocketAddress(B.ip(), 0))) {
            assertThat(modeOf(engine, listener)).isEqualTo(SmcMode.TCP);
            assertThat(engine.snapshot().fallbacks().get(FallbackReason.POLICY)).isEqualTo(1L);
        }
    }

    private static SmcMode modeOf(SmcSelectorProvider engine, ServerSocketChannel listener) throws Exception {
        Future<SocketChannel> accepting = inBackground(listener::accept);
        try (SocketChannel client = engine.openSocketChannel()) {
            client.connect(listener.getLocalAddress());
            try (SocketChannel accepted = accepting.get()) {
                assertThat(accepted).isNotNull();
                return Awaitility.await().until(() -> engine.snapshot().connections().stream()
                        .filter(c -> c.role() == SmcSnapshot.Role.CLIENT).findAny().orElseThrow().mode(),
                        Objects::nonNull);
            }
        }
    }

    @GuestCase
    void refusedConnections() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG); Selector selector = engine.openSelector()) {
            InetSocketAddress nobody;
            try (ServerSocket gone = new ServerSocket(0)) {
                nobody = new InetSocketAddress(B.ip(), gone.getLocalPort());
            }
            assertThatThrownBy(() -> engine.openSocketChannel().connect(nobody)).isInstanceOf(ConnectException.class);
            try (SocketChannel client = engine.openSocketChannel()) {
                client.configureBlocking(false);
                client.register(selector, SelectionKey.OP_CONNECT);
                assertThatThrownBy(() -> {
                    client.connect(nobody);
                    selector.select();
                    client.finishConnect();
                }).isInstanceOf(ConnectException.class);
            }
        }
    }

    @GuestCase
    void closeEndsWhatBlocks() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(CONFIG)) {
            ServerSocketChannel listener = engine.openServerSocketChannel().bind(new InetSocketAddress(B.ip(), 0));
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
            assertThatThrownBy(accepting::get).hasCauseInstanceOf(AsynchronousCloseException.class);
            assertThatThrownBy(reading::get).hasCauseInstanceOf(AsynchronousCloseException.class);
            assertThatThrownBy(writing::get).isInstanceOf(ExecutionException.class);
        }
    }

    // ---- helpers

    private static SmcPolicy denying(String address) {
        return new SmcPolicy(List.of(new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.ANY, null,
                SmcPolicy.Cidr.parse(address), null)));
    }

    private static SmcSnapshot.Connection only(SmcSelectorProvider engine) {
        List<SmcSnapshot.Connection> connections = engine.snapshot().connections();
        assertThat(connections.size()).isEqualTo(1);
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
        assertThat(buffer.hasRemaining()).isFalse();
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
