package io.smc4j.samples.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each pair on SMC and on what it is compared with, with processes as in a measurement. */
@Timeout(value = 180, threadMode = SEPARATE_THREAD)
class PairsTest {

    private static final int BUSY = 3;
    private static final int IDLE = 5;

    @ParameterizedTest
    @CsvSource({"web-client, smc", "web-client, uds", "http-client, smc", "http-client, nio", "http-client, epoll",
            "rest-client, smc", "rest-client, tomcat-nio", "rest-template, smc", "rest-template, tomcat-nio",
            "ping-pong, smc", "ping-pong, jdk", "ping-pong, smc-selector", "ping-pong, uds-selector", "stream, smc",
            "stream, uds", "stream, smc-selector", "stream, jdk-selector", "connect, smc", "connect, jdk"})
    void answersAsManyAsAreDueAndOpensAsManyAsAreAskedFor(String pair, String transport) throws Exception {
        try (Peer server = Peer.server(pair, transport); Peer client = Peer.client(pair, transport, server)) {
            assertThat(client.first()).isEqualTo("ready");
            long before = server.figures("memory").get("fds");
            expectPaced(client, isSmc(transport) ? BUSY : 0);

            long smc = isSmc(transport) ? BUSY + IDLE : 0;
            assertThat(client.figures("idle connections=" + IDLE)).containsOnly(Map.entry("open", (long) IDLE),
                    Map.entry("smc", smc));
            // A server that answers nothing may accept the last ones only now.
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Map<String, Long> memory = server.figures("memory");
                assertThat(memory.get("fds")).isGreaterThanOrEqualTo(before + BUSY + IDLE);
                assertThat(memory.get("connections")).isGreaterThanOrEqualTo(smc);
                assertThat(memory.get("ring_bytes") > 0).isEqualTo(isSmc(transport));
            });

            assertThat(client.figures("run connections=1 body=128 rate=0 millis=1000").get("requests")).isPositive();
            assertThat(client.figures("idle connections=0").get("open")).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"rest-client, jdk", "rest-template, jdk"})
    void usesTheJdksClient(String pair, String transport) throws Exception {
        try (Peer server = Peer.server(pair, transport); Peer client = Peer.client(pair, transport, server)) {
            expectPaced(client, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"web-client", "http-client"})
    void hasServerAndClientInOneProcess(String pair) throws Exception {
        try (Peer client = Peer.client(pair, "local", null)) {
            expectPaced(client, 0);
            assertThat(client.figures("run connections=2 body=10240 rate=0 millis=1000").get("requests")).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"http-client, smc-fallback", "ping-pong, smc-fallback", "stream, smc-selector-fallback"})
    void goesByTcpIfTheServerIsNotWilling(String pair, String transport) throws Exception {
        try (Peer server = Peer.server(pair, transport); Peer client = Peer.client(pair, transport, server)) {
            expectPaced(client, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"http-client", "rest-client", "ping-pong", "connect"})
    void failsIfTcpWouldBeTakenForSmc(String pair) throws Exception {
        try (Peer server = Peer.server(pair, "smc-fallback"); Peer client = Peer.client(pair, "smc", server)) {
            assertThat(client.ask("run connections=1 body=16 rate=100 millis=50")).startsWith("failed").contains("TCP");
        }
    }

    /** 100 requests/s for 200 ms are 20, however late the last ones are. */
    private static void expectPaced(Peer client, long smc) throws Exception {
        Map<String, Long> result = client.figures("run connections=" + BUSY + " body=128 rate=100 millis=200");
        assertThat(result).containsEntry("requests", 20L).containsEntry("errors", 0L).containsEntry("smc", smc);
        assertThat(result.get("p50_ns")).isPositive().isLessThanOrEqualTo(result.get("p99_ns"));
        assertThat(result.get("p99_ns")).isLessThanOrEqualTo(result.get("max_ns"));
        assertThat(result.get("nanos")).isPositive();
    }

    private static boolean isSmc(String transport) {
        return transport.startsWith("smc");
    }
}
