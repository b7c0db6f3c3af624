package io.smc4j.samples.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a driver can rely on, whatever it asks. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class CommandsTest {

    @Test
    void answersWhatIsNoCommandWithFailedAndGoesOn() throws Exception {
        try (Peer server = Peer.server("ping-pong", "jdk"); Peer client = Peer.client("ping-pong", "jdk", server)) {
            for (String wrong : List.of("", "nonsense", "run", "run connections", "run connections=1 body=1 rate=0",
                    "run connections=x body=1 rate=0 millis=1", "run connections=0 body=1 rate=0 millis=1",
                    "run connections=1 body=-1 rate=0 millis=1", "idle", "idle connections=-1",
                    "run connections=1=2")) {
                assertThat(client.ask(wrong)).as(wrong).startsWith("failed ");
            }
            assertThat(server.ask("run connections=1 body=1 rate=0 millis=1")).startsWith("failed ");
            assertThat(client.figures("run connections=1 body=1 rate=100 millis=100")).containsEntry("requests", 10L);
        }
    }

    @Test
    void opensConnectionsWithoutARequestIfThereIsNoTime() throws Exception {
        try (Peer server = Peer.server("http-client", "nio"); Peer client = Peer.client("http-client", "nio", server)) {
            long before = server.figures("memory").get("fds");
            assertThat(client.figures("run connections=20 body=128 rate=0 millis=0")).containsEntry("requests", 0L);
            assertThat(server.figures("memory").get("fds")).isGreaterThanOrEqualTo(before + 20);
        }
    }

    @Test
    void tellsOfRequestsThatFailApartFromThoseThatDoNot() throws Exception {
        try (Peer server = Peer.server("ping-pong", "jdk"); Peer client = Peer.client("ping-pong", "jdk", server)) {
            client.figures("run connections=2 body=8 rate=100 millis=20");
            server.end();
            assertThat(client.figures("run connections=2 body=8 rate=100 millis=100")).containsEntry("requests", 0L)
                    .containsEntry("errors", 2L);
            assertThat(client.ask("run connections=2 body=8 rate=100 millis=100")).startsWith("failed ");
        }
    }

    @Test
    void tellsCpuTimeAndMemory() throws Exception {
        try (Peer server = Peer.server("ping-pong", "jdk")) {
            long cpu = server.figures("cpu").get("cpu_ns");
            assertThat(cpu).isPositive();
            assertThat(server.figures("cpu").get("cpu_ns")).isGreaterThan(cpu);
            assertThat(server.figures("memory")).containsOnlyKeys("heap", "ring_bytes", "connections", "fds", "maps",
                    "rss");
        }
    }

    @Test
    void tellsWhatASnapshotTakes() throws Exception {
        try (Peer server = Peer.server("ping-pong", "smc")) {
            assertThat(server.figures("snapshot")).containsEntry("connections", 0L).containsOnlyKeys("nanos",
                    "allocated", "connections");
            assertThat(server.figures("snapshot").get("nanos")).isPositive();
        }
        try (Peer server = Peer.server("ping-pong", "jdk")) {
            assertThat(server.ask("snapshot")).startsWith("failed ").contains("no engine");
        }
    }

    @ParameterizedTest
    @CsvSource({"http-client, pigeon", "ping-pong, pigeon", "rest-client, epoll", "pigeons, smc"})
    void saysWhyItCannotStart(String pair, String transport) throws Exception {
        try (Peer server = Peer.server(pair, transport)) {
            assertThat(server.first()).startsWith("failed ");
            assertThat(server.end()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"ping-pong, uds", "http-client, uds", "rest-client, tomcat-nio"})
    void endsWithItsInputAndLeavesNoFiles(String pair, String transport, @TempDir Path temporary) throws Exception {
        try (Peer server = Peer.server(pair, transport, "-Djava.io.tmpdir=" + temporary)) {
            assertThat(temporary).isNotEmptyDirectory();
            assertThat(server.end()).isZero();
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void endsWhenToldToQuit() throws Exception {
        try (Peer server = Peer.server("ping-pong", "jdk")) {
            assertThat(server.ask("quit")).isNull();
            assertThat(server.end()).isZero();
        }
    }
}
