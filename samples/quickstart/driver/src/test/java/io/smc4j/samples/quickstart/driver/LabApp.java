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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One of the applications in a process of its own, at an end of the wire in the lab's machine. What this process asks
 * it goes over the wire as well, but by plain TCP.
 */
final class LabApp implements AutoCloseable {

    /** For whatever an emulated processor may be slow with. */
    static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration ANSWER = Duration.ofMinutes(2);
    /** What a program needs to be loaded, and put on a control group. */
    private static final String WITHOUT_BPF = "-bpf,-net_admin,-sys_admin";
    /** Until a thread dump is written. */
    private static final Duration DUMP = Duration.ofSeconds(5);

    /** Which application, at which end, and what the other one is. */
    enum Kind {
        INVENTORY("A", 8081, "B", "catalog.url", 8082),
        CATALOG("B", 8082, "A", "inventory.url", 8081);

        private final String end;
        private final int port;
        private final String otherEnd;
        private final String otherProperty;
        private final int otherPort;

        Kind(String end, int port, String otherEnd, String otherProperty, int otherPort) {
            this.end = end;
            this.port = port;
            this.otherEnd = otherEnd;
            this.otherProperty = otherProperty;
            this.otherPort = otherPort;
        }

        @Override
        public String toString() {
            return (this == INVENTORY) ? "inventory" : "catalog";
        }

        String device() {
            return System.getenv("LAB_IBDEV_" + end);
        }

        /** Address and port of its listener. */
        String address() {
            return System.getenv("LAB_IP_" + end) + ":" + port;
        }

        String otherAddress() {
            return System.getenv("LAB_IP_" + otherEnd) + ":" + otherPort;
        }
    }

    private final Kind kind;
    private final Process process;
    private final Path log;

    private LabApp(Kind kind, Process process, Path log) {
        this.kind = kind;
        this.process = process;
        this.log = log;
    }

    /** Starts one without waiting until it is ready. */
    static LabApp start(Path lab, Kind kind, String... options) throws IOException {
        return start(List.of(), kind.otherAddress(), lab, kind, options);
    }

    /**
     * Starts one that may not announce SMC, without waiting until it is ready.
     *
     * @param other whom it is to call in place of the other application
     */
    static LabApp startWithoutRights(String other, Path lab, Kind kind, String... options) throws IOException {
        return start(List.of("setpriv", "--bounding-set=" + WITHOUT_BPF, "--inh-caps=" + WITHOUT_BPF), other, lab, kind,
                options);
    }

    private static LabApp start(List<String> launcher, String other, Path lab, Kind kind, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(AppCache.command(lab, kind));
        command.addAll(List.of("--server.address=" + System.getenv("LAB_IP_" + kind.end), "--server.port=" + kind.port,
                "--" + kind.otherProperty + "=http://" + other,
                "--smc.shared-memory.enabled=false", "--smc.rdma.device=" + kind.device(),
                        "--smc.handshake.timeout=30s",
                "--management.endpoints.web.exposure.include=health,metrics,smc",
                "--management.endpoint.health.show-details=always"));
        command.addAll(List.of(options));
        Path log = Files.createTempFile(kind.toString(), ".log");
        return new LabApp(kind, new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .start(), log);
    }

    void awaitReady() throws Exception {
        long start = System.nanoTime();
        boolean ready = eventually(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(kind + " has ended: " + process.exitValue());
            }
            return get("/actuator/health").at("/status").asText().equals("UP");
        });
        if (!ready) {
            throw new IllegalStateException(kind + " does not start");
        }
        System.out.println(kind + " is ready after " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
    }

    Kind kind() {
        return kind;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(HTTP.send(request(path).header("Accept", "application/json").build(), BodyHandlers.ofString()));
    }

    String text(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path).header("Accept", "text/plain").build(), BodyHandlers.ofString()).body();
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return HTTP.send(postRequest(path, body), BodyHandlers.ofString());
    }

    JsonNode postForJson(String path, String body) throws IOException, InterruptedException {
        return json(post(path, body));
    }

    /** Posts what may take its time. */
    CompletableFuture<HttpResponse<String>> postLater(String path) {
        return HTTP.sendAsync(HttpRequest.newBuilder(postRequest(path, ""), (name, value) -> true)
                .timeout(Duration.ofHours(1))
                .build(), BodyHandlers.ofString());
    }

    /** Its connections to the other application, as the engine sees them. */
    List<JsonNode> calls() throws IOException, InterruptedException {
        return connections("CLIENT").filter(c -> c.at("/peer").asText().equals(kind.otherAddress())).toList();
    }

    /** The other ends of those calls that the other application makes by its engine. */
    List<JsonNode> accepted(LabApp from) throws IOException, InterruptedException {
        List<String> theirs = new ArrayList<>();
        for (JsonNode call : from.calls()) {
            theirs.add(call.at("/local").asText());
        }
        return connections("SERVER").filter(c -> theirs.contains(c.at("/peer").asText())).toList();
    }

    /** All of its connections in a role, this process's among them. */
    Stream<JsonNode> connections(String role) throws IOException, InterruptedException {
        return stream(get("/actuator/smc/connections").at("/connections"))
                .filter(c -> c.at("/role").asText().equals(role));
    }

    List<JsonNode> linkGroups() throws IOException, InterruptedException {
        return stream(get("/actuator/smc/linkgroups").at("/linkgroups")).toList();
    }

    /**
     * The value of a meter, of all its tags or of those given, such as {@code mode:smcr}; not a number if there is
     * none.
     */
    double meter(String name, String... tags) throws IOException, InterruptedException {
        String query = (tags.length > 0) ? "?tag=" + String.join("&tag=", tags) : "";
        return get("/actuator/metrics/" + name + query).at("/measurements/0/value").asDouble(Double.NaN);
    }

    /** As by {@code kill -9}: the process has no say in it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** What it printed, with a dump of its threads if it is alive. */
    List<String> lastWords() throws IOException, InterruptedException {
        if (process.isAlive()) {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).inheritIO().start().waitFor();
            process.waitFor(DUMP.toMillis(), TimeUnit.MILLISECONDS);
        }
        return Files.readAllLines(log);
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private HttpRequest postRequest(String path, String body) {
        return request(path).header("Accept", "application/json").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + kind.address() + path)).timeout(ANSWER);
    }

    /** A condition; one that cannot be looked at does not hold yet. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Whether a condition comes to hold within the {@link #PATIENCE}. */
    static boolean eventually(Condition condition) throws Exception {
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
}
