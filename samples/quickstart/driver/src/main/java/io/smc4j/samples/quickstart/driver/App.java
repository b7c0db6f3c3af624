package io.smc4j.samples.quickstart.driver;

import com.fasterxml.jackson.databind.DeserializationFeature;
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
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of the applications, running in a process of its own. */
final class App {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final int LOG_TAIL = 25;
    /** An exit value above this says that the process was ended by the signal of the number that remains. */
    private static final int SIGNALLED = 128;
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String name;
    private final Place place;
    private final int port;
    private final Process process;
    private final Path log;

    App(String name, Place place, int port, Process process, Path log) {
        this.name = name;
        this.place = place;
        this.port = port;
        this.process = process;
        this.log = log;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Where it is called. */
    String url() {
        return place.url(port);
    }

    /** User and system CPU time that the process has used so far. */
    Duration cpuTime() {
        return process.info().totalCpuDuration()
                .orElseThrow(() -> new QuickstartException("this system does not tell the CPU time of a process"));
    }

    /** Waits until the application answers. */
    void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (!process.isAlive()) {
                throw new QuickstartException(process.exitValue() > SIGNALLED ? name + " was ended by a signal"
                        : name + " did not start:\n" + logTail());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new QuickstartException(name + " does not answer after " + START_TIMEOUT.toMinutes() + " min:\n"
                        + logTail());
            }
            process.waitFor(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            http.send(request("/actuator").build(), BodyHandlers.discarding());
            return true;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    <T> T get(String path, Class<T> type) throws InterruptedException {
        return send(request(path), type);
    }

    <T> T post(String path, String json, Class<T> type) throws InterruptedException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)), type);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path)).header("Accept", "application/json")
                .timeout(START_TIMEOUT);
    }

    private <T> T send(HttpRequest.Builder builder, Class<T> type) throws InterruptedException {
        HttpRequest request = builder.build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new QuickstartException("%s answered %s %s with status %d:%n%s".formatted(
                        name, request.method(), request.uri().getPath(), response.statusCode(), logTail()));
            }
            return JSON.readValue(response.body(), type);
        } catch (IOException e) {
            throw new QuickstartException("%s did not answer %s %s (%s):%n%s".formatted(
                    name, request.method(), request.uri().getPath(), e, logTail()), e);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Asks the process to end. */
    void stop() {
        process.destroy();
    }

    /** Ends the process, which is not asked. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end until a deadline of {@link System#nanoTime()}, then enforces it. */
    void awaitStopped(long deadline) {
        try {
            if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
