package io.smc4j.spring.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
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
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** {@link VersionApplication} in a process of its own. */
final class ApplicationProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** What is on the class path of some versions, for those who ask for it. */
    private static final Pattern NEIGHBOURS =
            Pattern.compile("(spring-cloud|feign|testcontainers|spring-boot-(devtools|docker|testcontainers)).*");

    private final Process process;
    private final Path log;
    private String url;

    private ApplicationProcess(Process process, Path log) throws IOException {
        this.process = process;
        this.log = log;
        try {
            awaitStarts(1);
        } catch (RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Waits until it has listened so many times, each time perhaps on another port. */
    void awaitStarts(int times) throws IOException {
        Awaitility.await().atMost(TIMEOUT).until(() -> !process.isAlive() || ports().size() >= times);
        assertThat(ports()).as(text()).hasSize(times);
        url = "http://localhost:" + ports().get(times - 1);
    }

    private List<String> ports() throws IOException {
        return text().lines().filter(line -> line.startsWith(VersionApplication.PORT))
                .map(line -> line.substring(VersionApplication.PORT.length())).toList();
    }

    /** Starts it and waits until it listens. */
    static ApplicationProcess start(String name, Predicate<String> jars, String... arguments) throws IOException {
        return startWith("", name, VersionApplication.class, jars, arguments);
    }

    /** Starts another application, with some of the neighbours. */
    static ApplicationProcess startWith(String neighbours, String name, Class<?> main, Predicate<String> jars,
            String... arguments) throws IOException {
        return start(name, main, List.of(), jar -> jars.test(jar)
                && (jar.matches(neighbours) || !NEIGHBOURS.matcher(jar).matches()), arguments);
    }

    /** Starts it with the engine's jar as a Java agent. */
    static ApplicationProcess startWithAgent(String name, String options, Predicate<String> jars, String... arguments)
            throws IOException {
        String engine = classPath(jar -> jar.matches("smc-engine-.*\\.jar"));
        return start(name, VersionApplication.class, List.of("-javaagent:" + engine + "=" + options),
                jar -> jars.test(jar) && !NEIGHBOURS.matcher(jar).matches(), arguments);
    }

    private static ApplicationProcess start(String name, Class<?> main, List<String> options,
            Predicate<String> jars, String... arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(System.getProperty("versions.directory"), name));
        Path log = directory.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Djava.io.tmpdir=" + directory, "-cp", classPath(jars), main.getName(),
                "--server.port=0", "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.health.show-components=always"));
        command.addAll(1, options);
        command.addAll(List.of(arguments));
        return new ApplicationProcess(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start(), log);
    }

    private static String classPath(Predicate<String> jars) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> jars.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String text() throws IOException {
        return Files.readString(log);
    }

    /** The lines of its log that contain a text. */
    List<String> lines(String text) throws IOException {
        return text().lines().filter(line -> line.contains(text)).toList();
    }

    String url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /** What the JDK's tool of this name has to say about it. */
    String jcmd(String command) throws IOException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                Long.toString(process.pid()), command).redirectErrorStream(true).start();
        return new String(jcmd.getInputStream().readAllBytes());
    }

    /** The body, if the status is 200. */
    String get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        return send(headers.length > 0 ? request.headers(headers) : request);
    }

    String post(String path, String json) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url + path)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    String delete(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url + path)).DELETE());
    }

    private String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = HTTP.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as("%s, and %s", response.body(), log).isEqualTo(200);
        return response.body();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
