package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The two processes of a variant. Used by one thread. */
final class Peers implements AutoCloseable {

    /** Long enough to open the connections and to fetch what was idle into the caches again. */
    private static final int SETTLE_MILLIS = 100;

    private final Variant variant;
    private final Duration patience;
    /** {@code null} if the client contains it. */
    private final PeerProcess server;
    private final PeerProcess client;
    private int connections;

    /**
     * Starts them.
     *
     * @param launch what starts a peer
     * @param group keeps the logs of comparisons apart
     * @throws MeasurementException if one does not start; none is left then
     */
    Peers(Variant variant, Launch launch, String group, Options options) throws IOException, InterruptedException {
        this.variant = variant;
        this.patience = options.patience();
        List<String> arguments = new ArrayList<>(List.of("--pair", variant.pair(), "--transport", variant.transport(),
                "--loops", Integer.toString(variant.loops())));
        variant.settings().forEach(setting -> arguments.addAll(List.of("--smc", setting)));
        PeerProcess startedServer = null;
        PeerProcess startedClient = null;
        boolean started = false;
        try {
            if (!variant.transport().equals("local")) {
                startedServer = start("server", launch, arguments, group, options.logs());
                arguments.addAll(List.of("--address", startedServer.address()));
            }
            startedClient = start("client", launch, arguments, group, options.logs());
            if (variant.idle() > 0) {
                startedClient.ask("idle connections=" + variant.idle(), patience);
            }
            started = true;
        } finally {
            if (!started) {
                close(startedClient);
                close(startedServer);
            }
        }
        server = startedServer;
        client = startedClient;
    }

    private PeerProcess start(String role, Launch launch, List<String> arguments, String group, Path logs)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(role));
        all.addAll(arguments);
        all.addAll(variant.place().arguments(role, variant.isSmc()));
        String name = variant.pair() + " " + variant.label() + " " + role;
        String file = (group.isEmpty() ? "" : group + " ") + name + (variant.loops() > 0 ? " " + variant.loops() : "");
        return new PeerProcess(name, variant.place().command(role, launch.command(role)), all,
                logs.resolve(file.replaceAll("[^a-z0-9_-]+", "-") + ".log").toFile(), patience);
    }

    Variant variant() {
        return variant;
    }

    /** User and system time of both processes, in nanoseconds. */
    long cpuNanos() throws InterruptedException {
        long nanos = client.ask("cpu", patience).get("cpu_ns");
        return server == null ? nanos : nanos + server.ask("cpu", patience).get("cpu_ns");
    }

    /**
     * One run of the load.
     *
     * @param besideNanos CPU time of what was started to be busy beside
     */
    Sample run(Load load, int millis, LongSupplier besideNanos) throws InterruptedException {
        if (connections != load.connections()) {
            // The CPU time of opening them is not that of requests.
            ask(load, SETTLE_MILLIS);
            connections = load.connections();
        }
        long busyBefore = ProcStat.busyNanos();
        long besideBefore = besideNanos.getAsLong();
        long start = System.nanoTime();
        long cpuBefore = cpuNanos();
        Answer result = ask(load, millis);
        long cpu = cpuNanos() - cpuBefore;
        long nanos = System.nanoTime() - start;
        long beside = besideNanos.getAsLong() - besideBefore;
        double foreign = Math.max(0, (double) (ProcStat.busyNanos() - busyBefore - cpu - beside) / nanos);
        long requests = result.get("requests");
        if (requests <= 0 || result.get("nanos") <= 0) {
            throw new MeasurementException(variant.pair() + " " + variant.label() + ": no request was answered, "
                    + result.get("errors") + " errors");
        }
        return new Sample(requests, requests * 1e9 / result.get("nanos"), result.get("p50_ns") / 1e3,
                result.get("p99_ns") / 1e3, cpu / 1e3 / requests, foreign, result.get("errors"));
    }

    /**
     * A first run, with the connections still to be opened.
     *
     * @return the number of requests
     */
    long runFirst(Load load, int millis) throws InterruptedException {
        Answer result = ask(load, millis);
        if (result.get("errors") > 0 || result.get("requests") <= 0) {
            throw new MeasurementException(variant.pair() + " " + variant.label() + ": " + result.get("requests")
                    + " requests, " + result.get("errors") + " errors");
        }
        return result.get("requests");
    }

    /** Has both processes end, for which each may take a while. */
    void end(Duration patience) {
        for (PeerProcess process : new PeerProcess[] {client, server}) {
            if (process != null) {
                process.end(patience);
            }
        }
    }

    private Answer ask(Load load, int millis) throws InterruptedException {
        return client.ask("run connections=%d body=%d rate=%d millis=%d".formatted(load.connections(), load.body(),
                load.rate(), millis), patience.plusMillis(millis));
    }

    /** What client and server answer, such as {@code memory} or {@code snapshot}. */
    List<Answer> askBoth(String command) throws InterruptedException {
        List<Answer> both = new ArrayList<>();
        both.add(client.ask(command, patience));
        if (server != null) {
            both.add(server.ask(command, patience));
        }
        return both;
    }

    private static void close(PeerProcess process) {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public void close() {
        close(client);
        close(server);
    }
}
