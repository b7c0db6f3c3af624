package io.smc4j.samples.quickstart.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * Runs in the lab's machine: both applications at the two ends of the wire, with no shared memory, so that what they have to
 * say to each other goes over RDMA. Prints a line for each thing that holds; ends with status 1 at the first that does not.
 */
final class SmcrTrial {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String ORDER = "{\"id\": \"1\", \"customer\": \"C\", \"lines\": [{\"sku\": \"CAB-007\", \"quantity\": 24}]}";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path home;
    private final List<Process> running = new ArrayList<>();

    private SmcrTrial(Path home) {
        this.home = home;
    }

    /** An application at an end of the wire. */
    private record End(String application, String address, int port, String device, Process process) {

        String url() {
            return "http://" + address + ":" + port;
        }
    }

    public static void main(String[] arguments) throws Exception {
        SmcrTrial trial = new SmcrTrial(Path.of(arguments[0]));
        try {
            trial.run();
        } finally {
            trial.running.forEach(Process::destroyForcibly);
        }
    }

    private void run() throws Exception {
        End inventory = start("inventory", "A", "B");
        End catalog = start("catalog", "B", "A");
        awaitReady(inventory);
        awaitReady(catalog);

        holds("an order goes from RestClient to Tomcat",
                post(catalog, "/offers", ORDER).at("/deliverable").asBoolean());
        load(inventory, "/load/web-client");
        load(catalog, "/load/rest-template");
        load(catalog, "/load/rest-client");
        holds("WebClient's connections to Reactor Netty are SMC-R", areSmcr(inventory, catalog));
        holds("RestTemplate's and RestClient's connections to Tomcat are SMC-R", areSmcr(catalog, inventory));
        linkGroups(inventory);
        linkGroups(catalog);
        JsonNode device = get(catalog, "/actuator/smc/devices").at("/devices/0");
        holds("the device is shown: " + device, device.at("/name").asText().equals(catalog.device())
                && device.at("/active").asBoolean() && device.at("/links").asInt() > 0 && device.at("/gids").size() > 1);
        holds("health is UP", get(catalog, "/actuator/health").at("/status").asText().equals("UP"));

        inventory.process().destroyForcibly().waitFor();
        holds("with the peer killed, the link groups end",
                eventually(() -> get(catalog, "/actuator/smc/linkgroups").at("/linkgroups").isEmpty()));
        holds("and a call fails at once", send(catalog, "/offers", ORDER).statusCode() == 500);
        End restarted = start("inventory", "A", "B");
        awaitReady(restarted);
        holds("a call to the restarted peer succeeds",
                eventually(() -> send(catalog, "/offers", ORDER).statusCode() == 200));
        holds("over SMC-R again", areSmcr(catalog, restarted));
    }

    private End start(String application, String here, String there) throws IOException {
        boolean isInventory = application.equals("inventory");
        int port = isInventory ? 8081 : 8082;
        String peer = isInventory ? "catalog.url=http://" + ip(there) + ":8082" : "inventory.url=http://" + ip(there) + ":8081";
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m", "-jar", jar(application).toString(),
                "--server.address=" + ip(here), "--server.port=" + port, "--" + peer, "--smc.shared-memory.enabled=false",
                "--smc.handshake.timeout=30s", "--smc.rdma.device=" + device(here));
        Path log = Files.createTempFile(application, ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        running.add(process);
        return new End(application, ip(here), port, device(here), process);
    }

    private static String ip(String end) {
        return System.getenv("LAB_IP_" + end);
    }

    private static String device(String end) {
        return System.getenv("LAB_IBDEV_" + end);
    }

    private Path jar(String application) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(home.resolve(application).resolve("target"),
                "quickstart-" + application + "-*.jar")) {
            return jars.iterator().next();
        }
    }

    private void awaitReady(End end) throws Exception {
        holds(end.application() + " has started", eventually(() -> {
            if (!end.process().isAlive()) {
                throw new IllegalStateException(end.application() + " has ended");
            }
            return get(end, "/actuator/health").has("status");
        }));
    }

    private void load(End caller, String path) throws Exception {
        JsonNode result = post(caller, path + "?connections=4&seconds=5", "");
        holds(path + ": " + result, result.at("/errors").asInt() == 0 && result.at("/requests").asInt() > 0);
    }

    private boolean areSmcr(End client, End server) throws Exception {
        List<JsonNode> toServer = StreamSupport.stream(get(client, "/actuator/smc").at("/connections").spliterator(), false)
                .filter(c -> c.at("/role").asText().equals("CLIENT") && c.at("/peer").asText().endsWith(":" + server.port()))
                .toList();
        return !toServer.isEmpty() && toServer.stream().allMatch(c -> c.at("/mode").asText().equals("SMCR"));
    }

    private void linkGroups(End end) throws Exception {
        JsonNode groups = get(end, "/actuator/smc/linkgroups").at("/linkgroups");
        List<JsonNode> all = StreamSupport.stream(groups.spliterator(), false).toList();
        holds(end.application() + "'s link groups are shown, one for each role: " + groups, all.size() == 2
                && all.stream().map(group -> group.at("/role").asText()).distinct().count() == 2
                && all.stream().allMatch(group -> group.at("/mode").asText().equals("SMCR")
                        && group.at("/connections").asInt() > 0 && group.at("/ringMemory").asLong() > 0
                        && group.at("/smcr/version").asInt() == 2
                        && group.at("/smcr/links/0/state").asText().equals("ACTIVE")
                        && group.at("/smcr/links/0/device").asText().equals(end.device())
                        && group.at("/smcr/links/0/qpn").asInt() > 0 && group.at("/smcr/links/0/peerQpn").asInt() > 0));
    }

    private JsonNode get(End end, String path) throws IOException, InterruptedException {
        return JSON.readTree(http.send(request(end, path).build(), BodyHandlers.ofString()).body());
    }

    private JsonNode post(End end, String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(send(end, path, body).body());
    }

    private HttpResponse<String> send(End end, String path, String body) throws IOException, InterruptedException {
        return http.send(request(end, path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(End end, String path) {
        return HttpRequest.newBuilder(URI.create(end.url() + path)).header("Accept", "application/json").timeout(PATIENCE);
    }

    /** A condition; one that cannot be looked at does not hold yet. */
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static boolean eventually(Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (;;) {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (IOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static void holds(String what, boolean held) {
        System.out.println((held ? "HOLDS " : "FAILS ") + what);
        if (!held) {
            throw new IllegalStateException("does not hold: " + what);
        }
    }
}
