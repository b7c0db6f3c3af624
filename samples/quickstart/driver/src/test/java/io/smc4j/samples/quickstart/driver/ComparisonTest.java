package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    private static final Comparison COMPARISON = new Comparison(
            List.of(new Comparison.Row("WebClient to Reactor Netty", "WebClient", "Reactor Netty", "SMCD", 8,
                    new Sample(10_000, 400, 2_000, 150), new Sample(16_000, 250, 1_500, 90))),
            new Comparison.Fallback("TCP", "denied by policy"));

    @Test
    void writesTheFiguresAsJson(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("figures.json");

        COMPARISON.writeTo(file);

        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(file.toFile())).isEqualTo(json.readTree("""
                {"hops": [{"name": "WebClient to Reactor Netty", "client": "WebClient", "server": "Reactor Netty",
                           "mode": "SMCD", "connections": 8,
                           "tcp": {"rps": 10000.0, "p50_us": 400.0, "p99_us": 2000.0, "cpu_us": 150.0},
                           "smc": {"rps": 16000.0, "p50_us": 250.0, "p99_us": 1500.0, "cpu_us": 90.0}}],
                 "fallback": {"mode": "TCP", "reason": "denied by policy"}}"""));
    }

    @Test
    void printsTheFiguresSideBySide() {
        assertThat(COMPARISON.table().lines().toList().get(2).split(" {2,}")).containsExactly(
                "WebClient to Reactor Netty", "8", "10000", "16000", "1.60", "400", "250", "2000", "1500",
                "150.0", "90.0", "0.60");
    }
}
