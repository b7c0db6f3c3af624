package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small HTTP server on an engine, in a process of its own that can be stopped, let go on and killed. */
final class HttpServerProcess implements AutoCloseable {

    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok".getBytes(
            StandardCharsets.US_ASCII);

    private final Process process;
    private final int port;

    private HttpServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param port 0 for any */
    static HttpServerProcess start(int port) throws IOException {
        Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                HttpServerProcess.class.getName(), String.valueOf(port)).redirectErrorStream(true).start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("PORT ")) {
                return new HttpServerProcess(process, Integer.parseInt(line.substring(5)));
            }
        }
        process.destroyForcibly();
        throw new IOException("no server");
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    int port() {
        return port;
    }

    /** The kernel goes on to accept connections and to take what is sent. */
    void stop() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(List.of("kill", "-" + name, String.valueOf(process.pid()))).start();
        if (!kill.waitFor(20, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("no signal");
        }
    }

    /** Kills it, also when it is stopped. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Serves until it is killed, or until its parent ends. */
    public static void main(String[] arguments) throws IOException {
        SmcProvider engine = Smc.open(SmcConfig.defaults());
        ServerSocketChannel listener = engine.openServerSocketChannel()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
        Thread acceptor = new Thread(() -> accept(listener));
        acceptor.setDaemon(true);
        acceptor.start();
        System.out.println("PORT " + ((InetSocketAddress) listener.getLocalAddress()).getPort());
        while (System.in.read() >= 0) {
            // Only the end matters.
        }
        System.exit(0);
    }

    private static void accept(ServerSocketChannel listener) {
        while (true) {
            try {
                SocketChannel connection = listener.accept();
                Thread thread = new Thread(() -> serve(connection));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // A connection that is gone already.
            }
        }
    }

    private static void serve(SocketChannel connection) {
        try (connection) {
            InputStream in = connection.socket().getInputStream();
            int last = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                last = last << 8 | next;
                if (last == 0x0D0A0D0A) {
                    connection.write(ByteBuffer.wrap(ANSWER));
                }
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }
}
