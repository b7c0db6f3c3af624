package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is one that does nothing; the JDK's HTTP server answers for it. */
class AppTest {

    @TempDir
    private Path directory;
    private HttpServer server;
    private Process process;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/actuator", 200, "{}");
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void readsWhatTheApplicationAnswers() throws Exception {
        answer("/actuator/smc", 200, """
                {"available": true, "java": "25", "connections": [
                    {"role": "CLIENT", "peer": "127.0.0.1:9", "mode": "TCP", "fallbackReason": {"text": \
                "denied"}}]}""");
        App app = app(idle());

        app.awaitReady();

        assertThat(app.get(SmcReport.PATH, SmcReport.class).hopMode(9)).isEqualTo(new HopMode("TCP", 1, "denied"));
        assertThat(app.cpuTime().isNegative()).isFalse();
    }

    @Test
    void reportsAnErrorWithTheEndOfTheLog() throws Exception {
        answer("/offers", 500, "{}");
        App app = app(idle());

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> app.post("/offers", "{}", JsonNode.class))
                .withMessageContaining("POST /offers with status 500")
                .withMessageContaining("last line of the log");
    }

    @Test
    void reportsAProcessThatEndsInsteadOfAnswering() throws Exception {
        server.stop(0);
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThatExceptionOfType(QuickstartException.class).isThrownBy(app(ended)::awaitReady)
                .withMessageContaining("did not start")
                .withMessageContaining("last line of the log");
    }

    @Test
    void endsItsProcessEvenIfThatDoesNotWantTo() throws Exception {
        Process process = idle();

        app(process).awaitStopped(System.nanoTime());

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void appsStartNothingOnceClosed() {
        Apps apps = new Apps(directory);
        apps.close();

        assertThatExceptionOfType(QuickstartException.class).isThrownBy(() -> apps.startPair("TCP"));
    }

    @Test
    void appsSayWhatIsMissing() {
        try (Apps apps = new Apps(directory)) {
            assertThatExceptionOfType(QuickstartException.class).isThrownBy(() -> apps.startPair("TCP"))
                    .withMessageContaining("build it");
        }
    }

    @Test
    void runsWhereItIsTold() {
        System.setProperty("quickstart.catalog.address", "10.99.97.2");
        System.setProperty("quickstart.catalog.enter", "nsenter --net=/proc/1/ns/net --");
        try {
            Place place = Place.of("catalog");
            assertThat(place.url(80)).isEqualTo("http://10.99.97.2:80");
            assertThat(place.enter()).containsExactly("nsenter", "--net=/proc/1/ns/net", "--");
            assertThat(Place.of("inventory")).isEqualTo(Place.HERE);
        } finally {
            System.clearProperty("quickstart.catalog.address");
            System.clearProperty("quickstart.catalog.enter");
        }
    }

    private App app(Process process) throws IOException {
        Path log = Files.write(directory.resolve("log"), List.of("first line", "last line of the log"));
        return new App("inventory", Place.HERE, server.getAddress().getPort(), process, log);
    }

    /** A process that waits for its input. */
    private Process idle() throws IOException {
        process = new ProcessBuilder("cat").start();
        return process;
    }

    private void answer(String path, int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
