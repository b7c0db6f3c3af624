package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownReportTest {

    private static Map<String, Object> line(String pair, String transport, int connections, double rps, double trend,
            double foreign) {
        Series series = new Series(new Cell("", pair, transport, connections, 65_536, 1, 0));
        series.add(new Sample(800, rps, 1e6 / rps, 2e6 / rps, 4e6 / rps, foreign, 0));
        Map<String, Object> line = JsonReport.line(series);
        line.put("trend", trend);
        return line;
    }

    private static Map<String, Object> line(String transport, int connections, double rps) {
        return line("http-client", transport, connections, rps, 0, 0);
    }

    @Test
    void dividesEachFigureByTheBestOfTheOthers() {
        Map<String, Object> epoll = line("epoll", 8, 10_000);
        epoll.put("p99_us", 50.0);

        String text = new MarkdownReport(List.of(line("smc", 8, 20_000), line("nio", 8, 5_000), epoll,
                line("local", 8, 90_000)), List.of()).text();

        assertThat(text).contains("| 8 | smc | 20,000 | 50.0 | 100 | 200 | 20,000-20,000 |")
                .contains("| | **smc : best other** | **2.00** | **0.50** | **2.00** | **0.50** | |");
    }

    @Test
    void hasARatioForEachKindOfSmcAndNoneWithoutOthers() {
        assertThat(new MarkdownReport(List.of(line("smc", 8, 20_000), line("smc-selector", 8, 5_000),
                line("jdk", 8, 10_000)), List.of()).text()).contains("**smc : best other** | **2.00**")
                .contains("**smc-selector : best other** | **0.50**");
        assertThat(new MarkdownReport(List.of(line("smc", 8, 20_000)), List.of()).text()).doesNotContain("best other");
    }

    @Test
    void comparesWhatRunsInTwoNetworkNamespacesWithTheSameInOne() {
        assertThat(new MarkdownReport(List.of(line("smc", 8, 20_000), line("smc apart", 8, 19_000),
                line("epoll", 8, 10_000)), List.of()).text())
                .contains("| | **smc apart : smc** | **0.95** | **1.05** |")
                .contains("**smc apart : best other** | **1.90**").doesNotContain("**smc : smc");
    }

    @Test
    void comparesWhatStaysOnTcpWithThoseThatWaitLikeIt() {
        assertThat(new MarkdownReport(List.of(line("smc-fallback", 8, 9_000), line("jdk", 8, 10_000),
                line("smc-selector-fallback", 8, 21_000), line("jdk-selector", 8, 20_000)), List.of()).text())
                .contains("**smc-fallback : best other** | **0.90**")
                .contains("**smc-selector-fallback : best other** | **1.05**");
    }

    @Test
    void marksWhatIsDoubtful() {
        String text = new MarkdownReport(List.of(line("http-client", "smc", 1, 1_000, -0.2, 0),
                line("http-client", "nio", 1, 900, 0, 0.5), line("http-client", "uds", 1, 800, 0.05, 0.1)), List.of())
                .text();

        assertThat(text).contains("| smc | 1,000 * |").contains("| nio | 900 † |").contains("| uds | 800 |")
                .contains("\\* rounds differ").contains("† other processes kept more than 0.12 processors busy");
    }

    @Test
    void tellsBytesOfStreams() {
        assertThat(new MarkdownReport(List.of(line("stream", "smc", 1, 100_000, 0, 0)), List.of()).text())
                .contains("| MB/s |")
                .contains(" 6,554 |");
    }

    @Test
    void looksTheSameEverywhere() {
        Locale before = Locale.getDefault();
        List<Map<String, Object>> lines = List.of(line("smc", 1, 12_345.6), line("nio", 1, 1_234.5));
        String expected = new MarkdownReport(lines, List.of()).text();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(new MarkdownReport(lines, List.of()).text()).isEqualTo(expected).contains("12,346");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void beginsWithTheNotes() {
        assertThat(new MarkdownReport(List.of(), List.of("Left out: io_uring")).text())
                .isEqualTo("- Left out: io_uring\n");
    }

    @Test
    void writesAPlotWhereThereIsACourse(@TempDir Path directory) throws Exception {
        new MarkdownReport(List.of(line("smc", 1, 20_000), line("nio", 1, 5_000), line("smc", 8, 30_000),
                line("nio", 8, 10_000), line("stream", "smc", 1, 900, 0, 0), line("stream", "jdk", 1, 800, 0, 0)),
                List.of()).write(directory);

        Path plot = directory.resolve("http-client-64-kib-1-loop-per-side.svg");
        assertThat(directory.resolve("results.md")).content().contains("(" + plot.getFileName() + ")");
        assertThat(plot).content().contains("smc: 4.00").contains("smc: 3.00").contains("nio: 1.00");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }
}
