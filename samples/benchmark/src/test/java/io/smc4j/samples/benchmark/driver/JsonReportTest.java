package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonReportTest {

    @TempDir
    private Path directory;

    private static Series series() {
        Series series = new Series(new Cell("", "http-client", "smc", 8, 128, 1, 800));
        series.add(new Sample(800, 1_000.004, 50, 90, 20.126, 0.01, 0));
        series.add(new Sample(800, 1_200, 60, 95, 21, 0.02, 2));
        series.add(new Sample(800, 1_100, 55, 91, 22, 0.3, 0));
        return series;
    }

    @Test
    void hasTheKeysInTheirOrder() throws Exception {
        Path file = directory.resolve("figures.json");

        JsonReport.write(file, List.of(JsonReport.line(series())), List.of("Date: today"));

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(lines.get(0));
        List<String> keys = new ArrayList<>();
        line.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).startsWith("pair", "transport", "connections", "body", "loops", "rate", "rps", "p50_us",
                "p99_us", "cpu_us", "rounds", "trend");
    }

    @Test
    void tellsMedians() {
        assertThat(JsonReport.line(series())).containsEntry("pair", "http-client").containsEntry("transport", "smc")
                .containsEntry("connections", 8).containsEntry("rate", 800).containsEntry("rps", 1_100.0)
                .containsEntry("p50_us", 55.0).containsEntry("p99_us", 91.0).containsEntry("cpu_us", 21.0)
                .containsEntry("rounds", 3).containsEntry("trend", 0.1).containsEntry("rps_min", 1_000.0)
                .containsEntry("rps_max", 1_200.0)
                .containsEntry("foreign", 0.02).containsEntry("errors", 2L);
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        Path file = directory.resolve("figures.json");
        List<Map<String, Object>> lines = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        JsonReport.write(file, List.of(JsonReport.line(series())), List.of("Failed: \"quoted\"", "Date: today"));

        JsonReport.read(file, lines, notes);

        assertThat(notes).containsExactly("Failed: \"quoted\"", "Date: today");
        assertThat(new MarkdownReport(lines, notes).text())
                .isEqualTo(new MarkdownReport(List.of(JsonReport.line(series())), notes).text());
    }

    @Test
    void canBeReadWithoutNotes() throws Exception {
        Path file = Files.writeString(directory.resolve("alone.json"), "{\"pair\":\"stream\"}\n\n");
        List<Map<String, Object>> lines = new ArrayList<>();

        JsonReport.read(file, lines, new ArrayList<>());

        assertThat(lines).containsExactly(Map.of("pair", "stream"));
    }
}
