package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An engine at one end of the wire, which plays parts like those of {@code smc.py}. */
final class EnginePeer implements AutoCloseable {

    static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);
    private static final int MIB = 1 << 20;

    /** What went one way. */
    record Stream(long bytes, String sha256) {
    }

    private final Guest.End end;
    private final SmcSelectorProvider provider;
    private ServerSocketChannel listener;

    EnginePeer(Guest.End end, SmcConfig config) throws IOException {
        this.end = end;
        this.provider = SmcSelectorProvider.open(config);
    }

    EnginePeer(Guest.End end) throws IOException {
        this(end, config(RdmaPair.config(end)).build());
    }

    /** Without shared memory, as both ends are on one host here. */
    static SmcConfig.Builder config(RdmaConfig rdma) {
        return SmcConfig.builder().sharedMemoryEnabled(false).rdma(rdma)
                .handshakeTimeout(Guest.patience(Duration.ofSeconds(2)));
    }

    SmcSelectorProvider provider() {
        return provider;
    }

    /** Name of the RDMA device at its end. */
    String device() {
        return end.rdmaDevice();
    }

    SocketChannel connect(String ip, int port) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        channel.connect(new InetSocketAddress(ip, port));
        return channel;
    }

    int listen() throws IOException {
        listener = provider.openServerSocketChannel();
        listener.bind(new InetSocketAddress(end.ip(), 0), 300);
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    SocketChannel accept() throws IOException {
        return listener.accept();
    }

    /** Accepts so many connections, and returns every byte on each until its peer ends. */
    CompletableFuture<Void> echo(int connections) {
        CompletableFuture<?>[] served = new CompletableFuture<?>[connections];
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = unchecked(this::accept);
                served[i] = CompletableFuture.runAsync(() -> unchecked(() -> echo(channel)), THREADS);
            }
        }, THREADS).thenCompose(v -> CompletableFuture.allOf(served));
    }

    private static Void echo(SocketChannel channel) throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.shutdownOutput();
            return null;
        }
    }

    /** Sends so many bytes and ends; reads meanwhile to the end. */
    static Stream[] exchange(SocketChannel channel, double mib, int chunk) throws IOException {
        CompletableFuture<Stream> sent =
                CompletableFuture.supplyAsync(() -> unchecked(() -> sendAndEnd(channel, mib, chunk)), THREADS);
        Stream received = receive(channel);
        return new Stream[] {sent.join(), received};
    }

    /** Sends so many bytes and ends. */
    static Stream sendAndEnd(SocketChannel channel, double mib, int chunk) throws IOException {
        Stream stream = send(channel, mib, chunk);
        channel.shutdownOutput();
        return stream;
    }

    static Stream send(SocketChannel channel, double mib, int chunk) throws IOException {
        MessageDigest digest = sha256();
        Random random = new Random(7);
        long left = (long) (mib * MIB);
        long total = left;
        while (left > 0) {
            byte[] bytes = new byte[(int) Math.min(chunk, left)];
            random.nextBytes(bytes);
            digest.update(bytes);
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                channel.write(source);
            }
            left -= bytes.length;
        }
        return new Stream(total, hex(digest));
    }

    static Stream receive(SocketChannel channel) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer target = ByteBuffer.allocateDirect(1 << 16);
        long total = 0;
        for (int n = channel.read(target); n >= 0; n = channel.read(target.clear())) {
            digest.update(target.flip());
            total += n;
        }
        return new Stream(total, hex(digest));
    }

    /** Reads to the end what is text. */
    static String text(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** Sends messages, each after the echo of the one before. */
    static void messages(SocketChannel channel, int count, int size) throws IOException {
        Random random = new Random(3);
        byte[] message = new byte[size];
        ByteBuffer answer = ByteBuffer.allocate(size);
        for (int i = 0; i < count; i++) {
            random.nextBytes(message);
            ByteBuffer source = ByteBuffer.wrap(message);
            while (source.hasRemaining()) {
                channel.write(source);
            }
            answer.clear();
            while (answer.hasRemaining()) {
                if (channel.read(answer) < 0) {
                    throw new IOException("ended within message " + i);
                }
            }
            assertThat(answer.array()).isEqualTo(message);
        }
        channel.shutdownOutput();
        assertThat(channel.read(answer.clear())).isEqualTo(-1);
    }

    /** The mode of all open connections must be SMC-R, once their handshakes are over: a connect stands before. */
    void requireSmcr(int connections) {
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(10))).untilAsserted(() -> {
            SmcSnapshot snapshot = provider.snapshot();
            assertThat(snapshot.connections())
                    .as("connections of %s, fallbacks %s, rdma %s", end, snapshot.fallbacks(), snapshot.rdma())
                    .hasSize(connections).allSatisfy(c -> assertThat(c.mode()).isEqualTo(SmcMode.SMCR));
        });
    }

    SmcSnapshot snapshot() {
        return provider.snapshot();
    }

    static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(Guest.patience(Duration.ofSeconds(20)).toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Something that may throw. */
    interface Task<T> {
        T run() throws IOException;
    }

    static <T> T unchecked(Task<T> task) {
        try {
            return task.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        if (listener != null) {
            listener.close();
        }
        provider.close();
    }
}
