package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many connections at once, and nothing left of them. */
abstract class ScaleContract extends ChannelContract {

    private static final int VIRTUAL_THREADS = 200;
    private static final int CONNECTS = 2000;

    ScaleContract(Pairing pairing) {
        super(pairing);
    }

    @Test
    void servesVirtualThreads() throws Exception {
        ServerSocketChannel listener = listen();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> acceptor = threads.submit(() -> {
                for (int i = 0; i < VIRTUAL_THREADS; i++) {
                    SocketChannel accepted = toClose(listener.accept());
                    threads.submit(() -> echo(accepted));
                }
                return null;
            });
            List<Callable<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < VIRTUAL_THREADS; i++) {
                long seed = i;
                clients.add(() -> echoes(listener, seed));
            }
            for (Future<Boolean> client : threads.invokeAll(clients)) {
                assertThat(client.get()).isTrue();
            }
            acceptor.get();
        }
    }

    private static Void echo(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (channel.read(buffer.clear()) >= 0) {
            writeFully(channel, buffer.flip());
        }
        channel.close();
        return null;
    }

    private boolean echoes(ServerSocketChannel listener, long seed) throws IOException {
        Random random = new Random(seed);
        try (SocketChannel channel = clients.openSocketChannel()) {
            channel.connect(listener.getLocalAddress());
            for (int i = 0; i < 20; i++) {
                byte[] message = new byte[1 + random.nextInt(5000)];
                random.nextBytes(message);
                writeFully(channel, ByteBuffer.wrap(message));
                ByteBuffer answer = ByteBuffer.allocate(message.length);
                readFully(channel, answer);
                if (!Arrays.equals(answer.array(), message)) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void connectsTwoThousandAtOnce() throws Exception {
        ServerSocketChannel listener = nonBlocking(listen());
        Selector serverSelector = newSelector(servers);
        listener.register(serverSelector, OP_ACCEPT);
        Task<Void> server = start(() -> {
            serveEchoes(serverSelector, CONNECTS);
            return null;
        });

        Selector selector = newSelector(clients);
        for (int i = 0; i < CONNECTS; i++) {
            SocketChannel client = nonBlocking(newClient());
            boolean connected = client.connect(listener.getLocalAddress());
            client.register(selector, connected ? OP_READ : OP_CONNECT, (byte) i);
            if (connected) {
                assertThat(client.write(ByteBuffer.wrap(new byte[] {(byte) i}))).isEqualTo(1);
            }
        }
        int[] answers = {0};
        while (answers[0] < CONNECTS) {
            selector.select(key -> answers[0] += greetOrCheck(key) ? 1 : 0);
        }
        server.await();
        assertThat(selector.keys()).hasSize(CONNECTS);
    }

    /** Sends its number once connected, and expects it back. */
    private static boolean greetOrCheck(SelectionKey key) {
        try {
            SocketChannel client = (SocketChannel) key.channel();
            byte number = (byte) key.attachment();
            if (key.isConnectable()) {
                assertThat(client.finishConnect()).isTrue();
                assertThat(client.write(ByteBuffer.wrap(new byte[] {number}))).isEqualTo(1);
                key.interestOps(OP_READ);
                return false;
            }
            ByteBuffer answer = ByteBuffer.allocate(2);
            assertThat(client.read(answer)).isEqualTo(1);
            assertThat(answer.get(0)).isEqualTo(number);
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void serveEchoes(Selector selector, int count) throws IOException {
        for (int served = 0; served < count;) {
            selector.select();
            for (var keys = selector.selectedKeys().iterator(); keys.hasNext();) {
                SelectionKey key = keys.next();
                keys.remove();
                if (key.isAcceptable()) {
                    nonBlocking(toClose(((ServerSocketChannel) key.channel()).accept())).register(selector, OP_READ);
                } else {
                    SocketChannel channel = (SocketChannel) key.channel();
                    ByteBuffer one = ByteBuffer.allocate(2);
                    if (channel.read(one) > 0) {
                        assertThat(channel.write(one.flip())).isEqualTo(1);
                        served++;
                    }
                }
            }
        }
    }

    @Test
    void leavesNoDescriptorAndNoMappingBehind() throws Exception {
        closeAll();
        useAndCloseAll(1);
        long descriptors = descriptors();
        long mappings = sharedMappings();
        useAndCloseAll(20);
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(descriptors));
        await().untilAsserted(() -> assertThat(sharedMappings()).isLessThanOrEqualTo(mappings));
    }

    private void useAndCloseAll(int connections) throws Exception {
        openProviders();
        for (int i = 0; i < connections; i++) {
            Connection selected = connect();
            Selector selector = newSelector(servers);
            nonBlocking(selected.server()).register(selector, OP_READ);
            selected.client().write(ByteBuffer.allocate(100));
            assertThat(selector.select()).isEqualTo(1);
            Connection halfClosed = connect();
            halfClosed.client().shutdownOutput();
            Connection unread = connect();
            unread.server().write(ByteBuffer.allocate(10_000));
        }
        closeAll();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long sharedMappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/memfd:") || line.contains("/dev/shm/")).count();
        }
    }
}
