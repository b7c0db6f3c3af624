package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.samples.quickstart.load.LoadResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Runs where {@code in-namespaces} starts it: in the network namespace of the inventory, with another one beside it for
 * the catalog, and a directory that both see. Fails with an exception. What it asks the applications itself goes by
 * plain TCP.
 */
final class NamespacesTrial {

    /** The users that the applications run as. */
    static final String USER = "20001";
    private static final String OTHER_USER = "20002";

    /** Not 80, at which {@code HttpURLConnection} is left alone. */
    private static final int SERVICE_PORT = 8090;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MOST_CALLERS = 16;
    private static final String WEB_CLIENT = "/load/web-client";
    private static final String REST_CLIENT = "/load/rest-client";
    private static final String SMCD = "SMCD";
    private static final String NO_DIRECTORY = "NO_SHARED_DIRECTORY";

    private final Path home;
    private final Path directory = Path.of(System.getProperty("quickstart.directory"));
    private final Side inventory = new Side("inventory", 8081, "catalog.url", USER, "10.96.0.1");
    private final Side catalog = new Side("catalog", 8082, "inventory.url", OTHER_USER, "10.96.0.2");
    private final List<Process> processes = new ArrayList<>();
    private final long begun = System.nanoTime();

    /**
     * An application.
     *
     * @param peerProperty tells it where the other one is
     * @param service an address that is translated to its own
     */
    private record Side(String name, int port, String peerProperty, String user, String service) {

        Place place() {
            return Place.of(name);
        }

        String address() {
            return place().address() + ":" + port;
        }

        String serviceAddress() {
            return service + ":" + SERVICE_PORT;
        }
    }

    /** One that runs. */
    private record Running(App app, Process process) {

        /** As by {@code kill -9}. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    private NamespacesTrial(Path home) {
        this.home = home;
    }

    /** @param arguments the directory with the applications' jars */
    public static void main(String[] arguments) throws Exception {
        NamespacesTrial trial = new NamespacesTrial(Path.of(arguments[0]));
        int status = 1;
        try {
            trial.run();
            status = 0;
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
        } finally {
            trial.processes.forEach(Process::destroyForcibly);
        }
        // Threads of an HTTP client may be left.
        Runtime.getRuntime().halt(status);
    }

    private void run() throws Exception {
        translate(inventory, catalog);
        translate(catalog, inventory);

        Running theInventory = start(inventory, catalog.address());
        Running theCatalog = start(catalog, inventory.address());
        awaitMode(theInventory, theCatalog, WEB_CLIENT, catalog.address(), SMCD, null);
        awaitMode(theCatalog, theInventory, REST_CLIENT, inventory.address(), SMCD, null);
        say("WebClient and RestClient share memory by address");

        theCatalog.kill();
        theCatalog = start(catalog, inventory.serviceAddress());
        awaitMode(theCatalog, theInventory, REST_CLIENT, inventory.serviceAddress(), SMCD, null);
        awaitMode(theInventory, theCatalog, WEB_CLIENT, catalog.address(), SMCD, null);
        say("WebClient shares memory with the catalog that has come after the killed one, RestClient by DNAT");

        theInventory.kill();
        theInventory = start(inventory, catalog.serviceAddress());
        awaitMode(theInventory, theCatalog, WEB_CLIENT, catalog.serviceAddress(), SMCD, null);
        awaitMode(theCatalog, theInventory, REST_CLIENT, inventory.serviceAddress(), SMCD, null);
        say("RestClient shares memory with the inventory that has come after the killed one, WebClient by DNAT");

        theInventory.kill();
        theCatalog.kill();
        removeDirectory();
        theInventory = start(inventory, catalog.address());
        theCatalog = start(catalog, inventory.serviceAddress());
        awaitMode(theInventory, theCatalog, WEB_CLIENT, catalog.address(), HopMode.TCP, NO_DIRECTORY);
        awaitPlainTcp(theCatalog, theInventory, REST_CLIENT, inventory.serviceAddress());
        say("without the directory both go by TCP, and say why");
    }

    private void say(String what) {
        System.out.println(Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms: " + what);
    }

    /** Has connections from one side to the service address of the other arrive at that one. */
    private static void translate(Side from, Side to) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(from.place().enter());
        command.addAll(List.of("sh", "-e", "-c", "ip route add default via " + to.place().address() + "; nft -f -"));
        Process process = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
        try (var rules = process.outputWriter(StandardCharsets.UTF_8)) {
            rules.write("""
                    table ip smc4j {
                      chain output {
                        type nat hook output priority -100;
                        ip daddr %s tcp dport %d dnat to %s
                      }
                    }
                    """.formatted(to.service, SERVICE_PORT, to.address()));
        }
        assertThat(process.waitFor()).isZero();
    }

    private Running start(Side side, String peer) throws IOException {
        List<String> command = new ArrayList<>(side.place().enter());
        command.addAll(List.of("setpriv", "--reuid", side.user, "--regid", side.user, "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", home.resolve(side.name + ".jar").toString(),
                "--server.address=" + side.place().address(), "--server.port=" + side.port,
                "--" + side.peerProperty + "=http://" + peer, "--smc.shared-memory.directory=" + directory));
        Path log = home.resolve(side.name + "-" + processes.size() + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        processes.add(process);
        return new Running(new App(side.name, side.place(), side.port, process, log), process);
    }

    /**
     * Has an application call the other one until that works as it should. The first connection to somebody new may not
     * find it in time on a busy machine, and is kept; so there are more callers each time.
     */
    private static void awaitMode(Running caller, Running callee, String load, String peer, String mode, String reason)
            throws InterruptedException {
        caller.app.awaitReady();
        callee.app.awaitReady();
        AtomicInteger callers = new AtomicInteger();
        await().atMost(PATIENCE).ignoreException(QuickstartException.class).untilAsserted(() -> {
            int count = Math.min(callers.incrementAndGet(), MOST_CALLERS);
            call(caller, load, count);
            assertThat(calls(caller, peer)).anySatisfy(call -> {
                assertThat(call.mode()).isEqualTo(mode);
                assertThat(call.fallbackReason() == null ? null : call.fallbackReason().name()).isEqualTo(reason);
            });
            // Of those before a restart the caller may not have seen the end; who was restarted has none of them.
            boolean accepted = connections(callee, "SERVER").anyMatch(connection -> SMCD.equals(connection.mode()));
            assertThat(accepted).isEqualTo(mode.equals(SMCD));
        });
    }

    private static void call(Running caller, String load, int count) throws InterruptedException {
        LoadResult result = caller.app.post(load + "?connections=" + count + "&seconds=0", "", LoadResult.class);
        assertThat(result.firstError()).isNull();
        assertThat(result.requests()).isEqualTo(count);
    }

    /** With no prospects of SMC {@code HttpURLConnection} makes its own sockets, which nobody sees here. */
    private static void awaitPlainTcp(Running caller, Running callee, String load, String peer)
            throws InterruptedException {
        caller.app.awaitReady();
        await().atMost(PATIENCE).ignoreException(QuickstartException.class).untilAsserted(() -> call(caller, load, 1));
        assertThat(calls(caller, peer)).extracting(SmcReport.Connection::mode).doesNotContain(SMCD);
        assertThat(connections(callee, "SERVER")).extracting(SmcReport.Connection::mode).doesNotContain(SMCD);
    }

    private static List<SmcReport.Connection> calls(Running caller, String peer) throws InterruptedException {
        return connections(caller, "CLIENT").filter(connection -> connection.peer().equals(peer)).toList();
    }

    private static Stream<SmcReport.Connection> connections(Running one, String role) throws InterruptedException {
        return one.app.get(SmcReport.PATH, SmcReport.class).connections().stream()
                .filter(connection -> connection.role().equals(role));
    }

    private void removeDirectory() throws IOException {
        try (Stream<Path> sockets = Files.list(directory)) {
            for (Path socket : (Iterable<Path>) sockets::iterator) {
                Files.delete(socket);
            }
        }
        Files.delete(directory);
    }
}
