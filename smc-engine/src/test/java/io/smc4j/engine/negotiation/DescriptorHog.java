package io.smc4j.engine.negotiation;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.discovery.Markers;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Run in a process of its own with few descriptors: uses them up while an engine connects to another one, then gives
 * them back and sees whether all is as before. Prints what it finds and exits with 0 if it is "SMC again".
 */
final class DescriptorHog {

    private static final int CONNECTS = 400;
    private static final int MOST_FREE = 12;

    private final Deque<Integer> hoarded = new ArrayDeque<>();
    private final SmcSelectorProvider server = provider();
    private final ServerSocketChannel listener = server.openServerSocketChannel();
    private final InetSocketAddress address;

    private DescriptorHog() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        address = (InetSocketAddress) listener.getLocalAddress();
    }

    public static void main(String[] arguments) throws Exception {
        loadAllClasses();
        DescriptorHog hog = new DescriptorHog();
        if (arguments[0].equals("burst")) {
            hog.burst();
        } else {
            hog.firstContact();
        }
        System.exit(0);
    }

    /** To load one later takes a descriptor. */
    private static void loadAllClasses() throws Exception {
        for (Class<?> origin : List.of(SmcConfig.class, DescriptorHog.class)) {
            Path root = Path.of(origin.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.walk(root.resolve("io/smc4j/engine"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                    String name = root.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
                    if (origin != DescriptorHog.class || name.contains("DescriptorHog")) {
                        load(name, origin.getClassLoader());
                    }
                }
            }
        }
    }

    private static void load(String name, ClassLoader loader) throws ClassNotFoundException {
        try {
            Class.forName(name, !name.endsWith("Main") && !name.endsWith("Launcher"), loader);
        } catch (ExceptionInInitializerError e) {
            // It needs a library that this machine lacks, and serves nobody here.
            System.err.println(name + ": " + e.getCause());
        }
    }

    private static SmcSelectorProvider provider() throws IOException {
        return SmcSelectorProvider.open(SmcConfig.builder().handshakeTimeout(Duration.ofMillis(500))
                .retryAfter(Duration.ZERO).build());
    }

    /** More connections than there are descriptors for. */
    private void burst() throws Exception {
        SmcSelectorProvider client = provider();
        exchange(client, SmcMode.SMCD);
        List<SocketChannel> connected = new ArrayList<>();
        List<SocketChannel> accepted = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < CONNECTS; i++) {
            try {
                SocketChannel channel = client.openSocketChannel();
                connected.add(channel);
                channel.configureBlocking(false);
                channel.connect(address);
            } catch (IOException e) {
                refused++;
            }
            accept(accepted);
        }
        System.out.println(connected.size() + " opened, " + accepted.size() + " accepted, " + refused + " refused");
        if (refused == 0) {
            throw new AssertionError("enough descriptors for all");
        }
        for (SocketChannel channel : connected) {
            settle(channel, accepted);
        }
        for (SocketChannel channel : connected) {
            channel.close();
        }
        for (SocketChannel channel : accepted) {
            channel.close();
        }
        expectRecovery(client);
    }

    private void accept(List<SocketChannel> accepted) {
        try {
            SocketChannel next = listener.accept();
            if (next != null) {
                accepted.add(next);
            }
        } catch (IOException e) {
            // No descriptor; the connection waits in the kernel.
            return;
        }
    }

    private void settle(SocketChannel channel, List<SocketChannel> accepted) throws Exception {
        if (!channel.isOpen()) {
            return;
        }
        Bench.patiently().until(() -> {
            accept(accepted);
            try {
                return !channel.isConnectionPending() || channel.finishConnect();
            } catch (IOException e) {
                return true;
            }
        });
    }

    /** First contact with every small number of descriptors that are left for it. */
    private void firstContact() throws Exception {
        List<SmcSelectorProvider> clients = new ArrayList<>();
        for (int i = 0; i <= MOST_FREE; i++) {
            clients.add(provider());
        }
        exchange(provider(), SmcMode.SMCD);
        for (int free = 0; free <= MOST_FREE; free++) {
            SmcSelectorProvider client = clients.get(free);
            Bench.patiently().until(this::markerIsThere);
            hoard();
            for (int i = 0; i < free; i++) {
                Sockets.close(hoarded.pop());
            }
            System.out.println("with " + free + " left: " + attempt(client));
            release();
            expectRecovery(client);
        }
    }

    private boolean markerIsThere() {
        try {
            Sockets.close(UnixSockets.connect(Markers.name(address)));
            return true;
        } catch (OsException e) {
            return false;
        }
    }

    private String attempt(SmcSelectorProvider client) throws Exception {
        List<SocketChannel> accepted = new ArrayList<>();
        try (SocketChannel channel = client.openSocketChannel()) {
            channel.configureBlocking(false);
            channel.connect(address);
            settle(channel, accepted);
            return channel.isConnected() ? client.snapshot().connections().getFirst().toString() : "not connected";
        } catch (IOException e) {
            return e.toString();
        } finally {
            for (SocketChannel each : accepted) {
                each.close();
            }
        }
    }

    private void hoard() {
        try {
            while (true) {
                hoarded.push(EventFd.create());
            }
        } catch (OsException e) {
            System.out.println(hoarded.size() + " hoarded");
        }
    }

    private void release() {
        while (!hoarded.isEmpty()) {
            Sockets.close(hoarded.pop());
        }
    }

    private void expectRecovery(SmcSelectorProvider client) {
        // The marker comes back within a second.
        Bench.patiently().ignoreExceptions().until(() -> {
            exchange(client, SmcMode.SMCD);
            return true;
        });
        Bench.patiently().until(() -> client.snapshot().connections().isEmpty()
                && server.snapshot().connections().isEmpty());
        System.out.println("SMC again");
    }

    /** {@code null} while it is not known. */
    private static SmcMode mode(SmcSelectorProvider client) {
        return client.snapshot().connections().stream().map(SmcSnapshot.Connection::mode).filter(Objects::nonNull)
                .findFirst().orElse(null);
    }

    private void exchange(SmcSelectorProvider client, SmcMode expected) throws Exception {
        try (SocketChannel channel = client.openSocketChannel()) {
            CompletableFuture<Void> written = Bench.running(() -> {
                channel.connect(address);
                Bench.write(channel, "hello");
                return null;
            });
            List<SocketChannel> accepted = new ArrayList<>();
            // What is written waits for nobody: how the connection is carried shows when it was accepted.
            Bench.patiently().until(() -> {
                accept(accepted);
                return written.isCompletedExceptionally() || written.isDone() && mode(client) != null;
            });
            written.get();
            SmcMode mode = mode(client);
            channel.shutdownOutput();
            // Left over from before may be others.
            boolean heard = false;
            for (SocketChannel each : accepted) {
                try (each) {
                    heard |= each.read(ByteBuffer.allocate(5)) == 5;
                }
            }
            if (!heard || mode != expected) {
                throw new IOException("mode " + mode + ", heard " + heard);
            }
        }
    }
}
