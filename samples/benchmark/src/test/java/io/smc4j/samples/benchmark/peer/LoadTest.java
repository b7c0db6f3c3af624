package io.smc4j.samples.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loads against servers in this process; SMC needs two, and is tried by the driver's tests. */
class LoadTest {

    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static PeerOptions options(String pair, String transport, String address) {
        return PeerOptions.parse(address == null
                ? new String[] {"--pair", pair, "--transport", transport, "--loops", "1"}
                : new String[] {"--pair", pair, "--transport", transport, "--loops", "1", "--address", address},
                        address == null);
    }

    private static Load load(String pair, String transport) throws Exception {
        String address = Server.start(options(pair, transport, null)).address();
        return ClientMain.load(options(pair, transport, address));
    }

    @ParameterizedTest
    @CsvSource({"http-client, nio, 10240", "http-client, epoll, 128", "web-client, uds, 128",
            "rest-client, tomcat-nio, 128", "rest-template, jdk, 128", "ping-pong, jdk, 128",
            "ping-pong, uds-selector, 128", "stream, jdk-selector, 65536", "stream, uds, 65536", "connect, jdk, 128"})
    void requestsAreAnswered(String pair, String transport, int body) throws Exception {
        try (Load load = load(pair, transport)) {
            for (int connections : new int[] {2, 3, 3}) {
                Result result = load.run(connections, body, 0, NANOS);
                assertThat(result.requests()).isPositive();
                assertThat(result.errors()).isZero();
                assertThat(result.latencies().getMaxValue()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"http-client, nio", "ping-pong, jdk"})
    void aFixedRateIsKept(String pair, String transport) throws Exception {
        try (Load load = load(pair, transport)) {
            Result result = load.run(4, 128, 500, NANOS);
            assertThat(result.errors()).isZero();
            assertThat(result.requests()).isBetween(99L, 100L);
        }
    }

    @ParameterizedTest
    @CsvSource({"http-client, epoll", "ping-pong, jdk"})
    void idleConnectionsStandBesideBusyOnes(String pair, String transport) throws Exception {
        try (Load load = load(pair, transport)) {
            load.idle(20);
            assertThat(load.run(2, 128, 0, NANOS).errors()).isZero();
            load.idle(0);
            assertThat(load.run(2, 128, 0, NANOS).errors()).isZero();
        }
    }

    @Test
    void whatThereIsNotIsRefused() {
        assertThatThrownBy(() -> Server.start(options("http-client", "carrier-pigeon", null)))
                .hasMessageContaining("carrier-pigeon");
        assertThatThrownBy(() -> Server.start(options("chess", "nio", null))).hasMessageContaining("chess");
        assertThatThrownBy(() -> PeerOptions.parse(new String[] {"--pair", "ping-pong"}, true))
                .hasMessageContaining("--transport");
    }
}
