package io.smc4j.spring.boot.autoconfigure.urlconnection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestTemplate;

/** The JVM's default timeouts, which the JDK reads once: in a process of their own. */
class DefaultTimeoutsTests {

    @Test
    void hold(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsun.net.client.defaultReadTimeout=200", "-cp", System.getProperty("java.class.path"),
                Call.class.getName())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ends").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(output)).contains("SocketTimeoutException: Read timed out over 1 channel");
    }

    /** Calls a server that does not answer. */
    static final class Call {

        private Call() {
        }

        public static void main(String[] arguments) throws Exception {
            FakeSmcRuntime runtime = new FakeSmcRuntime();
            RestTemplate client = new RestTemplate(new SmcSimpleClientHttpRequestFactory(
                    new SimpleClientHttpRequestFactory(),
                    new SmcUrlConnections(runtime, new ChannelSockets(runtime))));
            try (RecordingServer server = RecordingServer.start()) {
                client.getForObject(server.url("/silent"), String.class);
            } catch (ResourceAccessException e) {
                System.out.println(e.getCause() + " over " + runtime.traffic().connected() + " channel");
            }
        }
    }
}
