package io.smc4j.samples.benchmark.soak;

import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.samples.benchmark.driver.PeerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A server that is replaced now and then, always on the same port. Workers ask it what to do; one thread runs it.
 */
final class Target implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> JAVA = PeerProcess.java(
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx512m"));

    private final SmcSelectorProvider engine;
    private final Path logs;
    private final InetSocketAddress address;
    private PeerProcess server;
    /** Even while a server lives. */
    private volatile int generation;
    private volatile boolean paused;
    private volatile boolean over;

    /** @param logs where a server's standard error goes */
    Target(SmcSelectorProvider engine, Path logs) throws IOException, InterruptedException {
        this.engine = engine;
        this.logs = Files.createDirectories(logs);
        server = start(0);
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(server.address()));
    }

    private PeerProcess start(int port) throws IOException, InterruptedException {
        return new PeerProcess("the server", JAVA, List.of("soak-server", Integer.toString(port)),
                logs.resolve("soak-server.log").toFile(), PATIENCE);
    }

    /** Ends the server, at once or in good order, and starts another. */
    void restart(boolean kill) throws IOException, InterruptedException {
        generation++;
        if (kill) {
            server.kill();
        }
        server.end(PATIENCE);
        server = start(address.getPort());
        generation++;
    }

    SocketChannel connect() throws IOException {
        SocketChannel channel = engine.openSocketChannel();
        try {
            channel.connect(address);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    int generation() {
        return generation;
    }

    /** Whether the server of then is alive, and was all the time. */
    boolean livedSince(int then) {
        return then % 2 == 0 && then == generation;
    }

    void pause(boolean now) {
        paused = now;
    }

    boolean isPaused() {
        return paused;
    }

    void finish() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        server.end(PATIENCE);
    }
}
