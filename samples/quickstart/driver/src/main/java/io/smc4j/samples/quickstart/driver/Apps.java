package io.smc4j.samples.quickstart.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Starts applications, and ends every one it has started. Thread-safe: a shutdown hook closes it as well. */
final class Apps implements AutoCloseable {

    /** The same for all; http.maxConnections is how many idle connections the JDK's own HTTP client keeps. */
    private static final List<String> JVM_OPTIONS =
            List.of("-XX:+UseSerialGC", "-Xmx256m", "-Dhttp.maxConnections=64");

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Path home;
    private final Path logs;
    /** Each with what starts it anew. */
    private final Map<App, Supplier<App>> running = new LinkedHashMap<>();
    private boolean closed;

    /**
     * @param home the directory of the quickstart sample, built
     */
    Apps(Path home) {
        this.home = home;
        this.logs = home.resolve("target/logs");
    }

    Path logs() {
        return logs;
    }

    /** Starts an inventory and a catalog that call each other. */
    AppPair startPair(String label, String... properties) {
        int[] ports = freePorts(2);
        App inventory = start("inventory", label, ports[0],
                properties("catalog.url", Place.of("catalog").url(ports[1]), properties));
        App catalog = start("catalog", label, ports[1],
                properties("inventory.url", Place.of("inventory").url(ports[0]), properties));
        return new AppPair(label, inventory, catalog);
    }

    /** Starts a further inventory for a catalog that is there. */
    App startInventory(String label, App catalog, String... properties) {
        return start("inventory", label, freePorts(1)[0], properties("catalog.url", catalog.url(), properties));
    }

    /**
     * Ends an application, and starts it anew where it was.
     *
     * @param kill whether it is not asked to end
     */
    synchronized App restart(App app, boolean kill) {
        if (kill) {
            app.kill();
        } else {
            app.stop();
        }
        app.awaitStopped(System.nanoTime() + STOP_TIMEOUT.toNanos());
        return running.remove(app).get();
    }

    private static List<String> properties(String peer, String url, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add(peer + "=" + url);
        String directory = System.getProperty("quickstart.directory");
        if (directory != null) {
            all.add("smc.shared-memory.directory=" + directory);
        }
        return all;
    }

    private synchronized App start(String application, String label, int port, List<String> properties) {
        if (closed) {
            throw new QuickstartException("interrupted");
        }
        String name = application + " (" + label + ")";
        Path log = logs.resolve(application + "-" + label.toLowerCase() + ".log");
        Place place = Place.of(application);
        List<String> command = new ArrayList<>(place.enter());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-jar", jar(application).toString(), "--server.address=" + place.address(),
                "--server.port=" + port));
        properties.forEach(property -> command.add("--" + property));
        try {
            Files.createDirectories(logs);
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            App app = new App(name, place, port, process, log);
            running.put(app, () -> start(application, label, port, properties));
            return app;
        } catch (IOException e) {
            throw new QuickstartException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    private Path jar(String application) {
        Path target = home.resolve(application).resolve("target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "quickstart-" + application + "-*.jar")) {
            return jars.iterator().next();
        } catch (Exception e) {
            throw new QuickstartException("no application in " + target + "; build it with ./mvnw package", e);
        }
    }

    /** Ports that are free now; all are held until the last is found, so that they differ. */
    private static int[] freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            try {
                for (int i = 0; i < count; i++) {
                    held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                }
                return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            } finally {
                for (ServerSocket socket : held) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            throw new QuickstartException("no free port: " + e.getMessage(), e);
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Ends all applications; those that have not ended after some seconds are killed. */
    @Override
    public synchronized void close() {
        closed = true;
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        running.keySet().forEach(App::stop);
        running.keySet().forEach(app -> app.awaitStopped(deadline));
        running.clear();
    }
}
