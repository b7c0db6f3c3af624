package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Tables: for each group of cells that were compared, a row for each transport, and how SMC does against the best of the others. */
final class MarkdownReport {

    private static final double MOST_TREND = 0.10;
    private static final String SMC = "smc";

    /** What is compared with one another. */
    private record Group(String scenario, String pair, int loops, int rate, int body) {

        static Group of(Map<String, Object> line) {
            return new Group((String) line.getOrDefault("scenario", ""), (String) line.get("pair"), integer(line, "loops"),
                    integer(line, "rate"), integer(line, "body"));
        }

        String title() {
            return pair + ", " + bytes(body) + (loops > 0 ? ", " + loops + (loops == 1 ? " loop" : " loops") + " per side" : "")
                    + (rate > 0 ? ", " + rate + " requests/s" : "") + (scenario.isEmpty() ? "" : ", " + scenario);
        }

        String file() {
            return title().replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT) + ".svg";
        }

        private static String bytes(int body) {
            return body >= 1 << 20 ? (body >> 20) + " MiB" : body >= 1 << 10 ? (body >> 10) + " KiB" : body + " B";
        }
    }

    private final Map<Group, List<Map<String, Object>>> groups = new LinkedHashMap<>();
    private final List<String> notes;

    MarkdownReport(List<Map<String, Object>> lines, List<String> notes) {
        this.notes = notes;
        lines.forEach(line -> groups.computeIfAbsent(Group.of(line), group -> new ArrayList<>()).add(line));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        groups.forEach((group, lines) -> {
            text.append("\n### ").append(group.title()).append("\n\n").append(table(lines));
        });
        return text.toString();
    }

    private static String table(List<Map<String, Object>> lines) {
        StringBuilder table = new StringBuilder("""
                | connections | transport | requests/s | p50 µs | p99 µs | CPU µs | spread |
                |---:|---|---:|---:|---:|---:|---:|
                """);
        for (int connections : connections(lines)) {
            List<Map<String, Object>> row = lines.stream().filter(line -> integer(line, "connections") == connections).toList();
            for (Map<String, Object> line : row) {
                table.append("| %d | %s | %,.0f%s | %s | %s | %s | %,.0f-%,.0f |%n".formatted(connections, line.get("transport"),
                        number(line, "rps"), Math.abs(number(line, "trend")) > MOST_TREND ? " *" : "", micros(line, "p50_us"),
                        micros(line, "p99_us"), micros(line, "cpu_us"), number(line, "rps_min"), number(line, "rps_max")));
            }
            ratios(row).ifPresent(table::append);
        }
        if (lines.stream().anyMatch(line -> Math.abs(number(line, "trend")) > MOST_TREND)) {
            table.append("\n\\* rounds differ by a trend of more than 10 %\n");
        }
        return table.toString();
    }

    private static String micros(Map<String, Object> line, String key) {
        double value = number(line, key);
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    /** SMC's figures divided by the best of the others', figure by figure. */
    private static Optional<String> ratios(List<Map<String, Object>> row) {
        Optional<Map<String, Object>> smc = row.stream().filter(line -> line.get("transport").equals(SMC)).findFirst();
        List<Map<String, Object>> others = row.stream().filter(line -> !((String) line.get("transport")).startsWith(SMC)).toList();
        if (smc.isEmpty() || others.isEmpty()) {
            return Optional.empty();
        }
        double rps = number(smc.get(), "rps") / others.stream().mapToDouble(line -> number(line, "rps")).max().orElseThrow();
        return Optional.of("| | **smc : best other** | **%.2f** | **%.2f** | **%.2f** | **%.2f** | |%n".formatted(rps,
                ratio(smc.get(), others, "p50_us"), ratio(smc.get(), others, "p99_us"), ratio(smc.get(), others, "cpu_us")));
    }

    private static double ratio(Map<String, Object> smc, List<Map<String, Object>> others, String key) {
        ToDoubleFunction<Map<String, Object>> figure = line -> number(line, key);
        return number(smc, key) / others.stream().mapToDouble(figure).min().orElseThrow();
    }

    /** Writes {@code results.md} and a plot for each group with more than one number of connections. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        StringBuilder text = new StringBuilder();
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        for (Map.Entry<Group, List<Map<String, Object>>> entry : groups.entrySet()) {
            text.append("\n### ").append(entry.getKey().title()).append("\n\n");
            if (connections(entry.getValue()).size() > 1) {
                Files.writeString(directory.resolve(entry.getKey().file()), plot(entry.getKey(), entry.getValue()));
                text.append("![").append(entry.getKey().title()).append("](").append(entry.getKey().file()).append(")\n\n");
            }
            text.append(table(entry.getValue()));
        }
        Files.writeString(directory.resolve("results.md"), text);
    }

    private static String plot(Group group, List<Map<String, Object>> lines) {
        Map<String, List<SvgPlot.Point>> series = new LinkedHashMap<>();
        for (Map<String, Object> line : lines) {
            series.computeIfAbsent((String) line.get("transport"), name -> new ArrayList<>())
                    .add(new SvgPlot.Point(integer(line, "connections"), number(line, "rps")));
        }
        series.values().forEach(points -> points.sort(Comparator.comparingDouble(SvgPlot.Point::x)));
        return SvgPlot.draw(group.title(), "connections", "requests/s", series);
    }

    private static List<Integer> connections(List<Map<String, Object>> lines) {
        return lines.stream().map(line -> integer(line, "connections")).distinct().sorted().toList();
    }

    private static int integer(Map<String, Object> line, String key) {
        return ((Number) line.get(key)).intValue();
    }

    private static double number(Map<String, Object> line, String key) {
        return ((Number) line.get(key)).doubleValue();
    }
}
