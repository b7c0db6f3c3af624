package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Connects engines of one process, and prints for each stage what the monitor and what the kernel says of descriptors,
 * segments and mappings, once they agree, or else after a while.
 */
final class ResourcesOfProcess {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static Set<String> before;

    private ResourcesOfProcess() {
    }

    public static void main(String[] args) throws Exception {
        before = descriptors();
        SmcConfig config = SmcConfig.builder().sharedMemoryDirectory("").build();
        try (SmcSelectorProvider server = SmcSelectorProvider.open(config);
                SmcSelectorProvider first = SmcSelectorProvider.open(config);
                SmcSelectorProvider second = SmcSelectorProvider.open(config);
                ServerSocketChannel listener = server.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            print("none", server);
            Pair one = Pair.connect(first, listener);
            print("one", server);
            Pair two = Pair.connect(second, listener);
            print("two", server);
            Pair three = Pair.connect(second, listener);
            print("three", server);
            one.close();
            two.close();
            three.close();
            first.close();
            second.close();
            print("closed", server);
        }
    }

    private record Pair(SocketChannel client, SocketChannel server) {

        static Pair connect(SmcSelectorProvider engine, ServerSocketChannel listener) throws IOException {
            SocketChannel client = engine.openSocketChannel();
            client.connect(listener.getLocalAddress());
            SocketChannel server = listener.accept();
            // To read waits for the negotiation.
            client.write(ByteBuffer.wrap(new byte[] {1}));
            server.read(ByteBuffer.allocate(1));
            server.write(ByteBuffer.wrap(new byte[] {1}));
            client.read(ByteBuffer.allocate(1));
            return new Pair(client, server);
        }

        void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private static void print(String stage, SmcSelectorProvider engine) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String monitored;
        String counted;
        do {
            SmcSnapshot snapshot = engine.snapshot();
            monitored = used(snapshot, Kind.DESCRIPTORS) + " " + used(snapshot, Kind.SEGMENTS) + " "
                    + used(snapshot, Kind.MAPPINGS) + " " + used(snapshot, Kind.LINK_GROUPS);
            Set<String> now = descriptors();
            now.removeAll(before);
            counted = now.size() + " " + now.stream().filter(target -> target.contains("memfd:smc4j")).count() + " "
                    + mappings() + " " + snapshot.linkGroups().size();
            Thread.onSpinWait();
        } while (!monitored.equals(counted) && System.nanoTime() < deadline);
        System.out.println(stage + ": " + monitored + " = " + counted);
    }

    private static long used(SmcSnapshot snapshot, Kind kind) {
        return snapshot.resources().of(kind).used();
    }

    /** Numbers and targets of the descriptors of the kinds that an engine opens. */
    private static Set<String> descriptors() throws IOException {
        Set<String> open = new HashSet<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                try {
                    String target = Files.readSymbolicLink(entry).toString();
                    if (target.startsWith("socket:") || target.startsWith("anon_inode:")
                            || target.startsWith("/memfd:")) {
                        open.add(entry.getFileName() + " " + target);
                    }
                } catch (NoSuchFileException e) {
                    // Closed since.
                }
            }
        }
        return open;
    }

    private static long mappings() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/memfd:smc4j")).count();
        }
    }
}
