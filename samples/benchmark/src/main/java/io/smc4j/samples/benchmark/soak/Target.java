package io.smc4j.samples.benchmark.soak;

import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that is replaced now and then, always on the same port. Workers ask it what to do; one thread runs it.
 */
final class Target implements AutoCloseable {

    private static final int CLOSE_SECONDS = 10;

    private final SmcSelectorProvider engine;
    private volatile Process process;
    private volatile InetSocketAddress address;
    /** Even while a server lives. */
    private volatile int generation;
    private volatile boolean paused;
    private volatile boolean over;

    Target(SmcSelectorProvider engine) throws IOException {
        this.engine = engine;
        start(0);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    private void start(int port) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(List.of(java, "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx512m",
                "-cp", System.getProperty("java.class.path"), SoakServer.class.getName(), Integer.toString(port)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the server does not start");
        }
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line));
    }

    /** Ends the server, at once or in good order, and starts another. */
    void restart(boolean kill) throws IOException, InterruptedException {
        generation++;
        if (kill) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        process.waitFor();
        start(address.getPort());
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
    public void close() throws InterruptedException, IOException {
        process.getOutputStream().close();
        if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
