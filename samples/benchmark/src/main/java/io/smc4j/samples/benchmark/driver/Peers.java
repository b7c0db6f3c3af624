package io.smc4j.samples.benchmark.driver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The two processes of a variant. */
final class Peers implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 120;

    private final Variant variant;
    /** {@code null} if the client contains it. */
    private final PeerProcess server;
    private final PeerProcess client;

    Peers(Variant variant, List<String> command, Path logs) throws IOException, InterruptedException {
        this.variant = variant;
        List<String> arguments = new ArrayList<>(List.of("--pair", variant.pair(), "--transport", variant.transport(), "--loops",
                Integer.toString(variant.loops())));
        variant.settings().forEach(setting -> arguments.addAll(List.of("--smc", setting)));
        server = variant.transport().equals("local") ? null : start("server", command, arguments, logs);
        try {
            if (server != null) {
                arguments.addAll(List.of("--address", server.address()));
            }
            client = start("client", command, arguments, logs);
        } catch (IOException | InterruptedException | RuntimeException e) {
            closeServer();
            throw e;
        }
        if (variant.idle() > 0) {
            client.ask("idle connections=" + variant.idle(), PATIENCE_SECONDS);
        }
    }

    private PeerProcess start(String role, List<String> command, List<String> arguments, Path logs)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(role));
        all.addAll(arguments);
        String name = variant.pair() + " " + variant.label() + " " + role;
        File log = logs.resolve(name.replaceAll("[^a-z0-9_-]+", "-") + ".log").toFile();
        return new PeerProcess(name, command, all, log);
    }

    Variant variant() {
        return variant;
    }

    /** User and system time of both processes, in nanoseconds. */
    long cpuNanos() throws IOException, InterruptedException {
        long nanos = client.ask("cpu", PATIENCE_SECONDS).get("cpu_ns");
        return server == null ? nanos : nanos + server.ask("cpu", PATIENCE_SECONDS).get("cpu_ns");
    }

    /** One run of the load. */
    Sample run(int connections, int body, int rate, int millis) throws IOException, InterruptedException {
        long busyBefore = ProcStat.busyNanos();
        long start = System.nanoTime();
        long cpuBefore = cpuNanos();
        Map<String, Long> result = client.ask("run connections=%d body=%d rate=%d millis=%d".formatted(connections, body, rate,
                millis), PATIENCE_SECONDS + millis / 1000);
        long cpu = cpuNanos() - cpuBefore;
        long nanos = System.nanoTime() - start;
        double foreign = Math.max(0, (double) (ProcStat.busyNanos() - busyBefore - cpu) / nanos);
        long requests = Math.max(1, result.get("requests"));
        return new Sample(requests * 1e9 / result.get("nanos"), result.get("p50_ns") / 1e3, result.get("p99_ns") / 1e3,
                cpu / 1e3 / requests, foreign, result.get("errors"));
    }

    /** What client and server say of their memory. */
    List<Map<String, Long>> memory() throws IOException, InterruptedException {
        List<Map<String, Long>> both = new ArrayList<>();
        both.add(client.ask("memory", PATIENCE_SECONDS));
        if (server != null) {
            both.add(server.ask("memory", PATIENCE_SECONDS));
        }
        return both;
    }

    private void closeServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    public void close() {
        client.close();
        closeServer();
    }
}
