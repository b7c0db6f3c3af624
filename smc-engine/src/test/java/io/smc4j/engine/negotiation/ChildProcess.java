package io.smc4j.engine.negotiation;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.UnixSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another Java process, which lives until it is closed; and what such a process does. */
final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildProcess(List<String> prefix, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m",
                "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader();
    }

    static ChildProcess start(Class<?> main, String... arguments) throws IOException {
        return new ChildProcess(List.of(), main, List.of(arguments));
    }

    /** Starts the process by another program that is given its command line. */
    static ChildProcess startBy(List<String> prefix, Class<?> main, String... arguments) throws IOException {
        return new ChildProcess(prefix, main, List.of(arguments));
    }

    /** The next line it prints; {@code null} if it has ended. */
    String line() throws IOException {
        return output.readLine();
    }

    int exitCode() throws InterruptedException {
        return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws Exception {
        kill();
        output.close();
    }

    private static void stayAlive() throws IOException {
        while (System.in.read() >= 0) {
            // Until the parent is gone.
        }
    }

    /** Listens with an engine; prints the port. */
    static final class Listener {

        public static void main(String[] arguments) throws IOException {
            try (SmcSelectorProvider provider = SmcSelectorProvider.open(SmcConfig.defaults());
                    ServerSocketChannel listener = provider.openServerSocketChannel()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                System.out.println(((InetSocketAddress) listener.getLocalAddress()).getPort());
                SocketChannel accepted = listener.accept();
                stayAlive();
                Reference.reachabilityFence(accepted);
            }
        }
    }

    /** Leaves the marker of an address and serves nobody; prints that it is there. */
    static final class Marker {

        public static void main(String[] arguments) throws IOException {
            UnixSockets.listen(arguments[0], 1);
            System.out.println("ready");
            stayAlive();
        }
    }
}
