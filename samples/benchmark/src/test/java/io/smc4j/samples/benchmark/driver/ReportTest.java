package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {

    private static Map<String, Object> line(String transport, int connections, double rps, double micros) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("pair", "web-client");
        line.put("transport", transport);
        line.put("connections", connections);
        line.put("body", 128);
        line.put("loops", 1);
        line.put("rate", 0);
        line.put("rps", rps);
        line.put("p50_us", micros);
        line.put("p99_us", 2 * micros);
        line.put("cpu_us", micros / 2);
        line.put("rounds", 5);
        line.put("trend", transport.equals("nio") ? 0.2 : 0.0);
        line.put("scenario", "");
        line.put("rps_min", rps - 1);
        line.put("rps_max", rps + 1);
        line.put("foreign", 0.0);
        line.put("errors", 0);
        return line;
    }

    private static final List<Map<String, Object>> LINES = List.of(line("smc", 8, 3000, 10), line("nio", 8, 1000, 40),
            line("uds", 8, 1500, 50), line("smc", 64, 4000, 20), line("nio", 64, 2000, 30), line("uds", 64, 1000, 25));

    @Test
    void eachFigureIsComparedWithTheBestOfTheOthers() {
        String text = new MarkdownReport(LINES, List.of("a note")).text();
        assertThat(text).contains("- a note", "### web-client, 128 B, 1 loop per side", "| 8 | smc | 3,000 |",
                "**smc : best other** | **2.00** | **0.25** | **0.25** | **0.25**", "**smc : best other** | **2.00** | **0.80**");
    }

    @Test
    void aTrendIsMarked() {
        assertThat(new MarkdownReport(LINES, List.of()).text()).contains("| 1,000 * |", "trend of more than 10 %");
    }

    @Test
    void plotsAreWellFormed(@TempDir Path directory) throws Exception {
        new MarkdownReport(LINES, List.of()).write(directory);
        String plot = Files.readString(directory.resolve("web-client-128-b-1-loop-per-side.svg"));
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(plot)));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(3);
        assertThat(Files.readString(directory.resolve("results.md"))).contains("](web-client-128-b-1-loop-per-side.svg)");
    }

    @Test
    void eachLineOfJsonIsACell(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("figures.json");
        JsonReport.write(file, LINES, List.of("measured here"));
        assertThat(Files.readAllLines(file)).hasSize(LINES.size()).allSatisfy(text -> assertThat(
                new ObjectMapper().readTree(text).fieldNames()).toIterable().startsWith("pair", "transport", "connections", "body",
                        "loops", "rate", "rps", "p50_us", "p99_us", "cpu_us", "rounds", "trend"));
        List<Map<String, Object>> read = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        JsonReport.read(file, read, notes);
        assertThat(new MarkdownReport(read, notes).text()).isEqualTo(new MarkdownReport(LINES, List.of("measured here")).text());
    }
}
