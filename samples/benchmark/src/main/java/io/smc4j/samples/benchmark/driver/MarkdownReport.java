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
import java.util.OptionalDouble;

/**
 * Tables: for each group of cells that were compared, a row for each transport, and how SMC does against the best of
 * the others.
 */
final class MarkdownReport {

    private static final String SMC = "smc";
    /** Within one process: what no transport between processes can be expected to reach. */
    private static final String LOCAL = "local";
    private static final String STREAM = "stream";
    private static final String SELECTOR = "-selector";

    /** What is compared with one another. */
    private record Group(String scenario, String pair, int loops, int rate, int body) {

        static Group of(Map<String, Object> line) {
            return new Group((String) line.getOrDefault("scenario", ""), (String) line.get("pair"),
                    Figures.integer(line, "loops"), Figures.integer(line, "rate"), Figures.integer(line, "body"));
        }

        String title() {
            return pair + ", " + bytes(body)
                    + (loops > 0 ? ", " + loops + (loops == 1 ? " loop" : " loops") + " per side" : "")
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

    /** Without plots. */
    String text() {
        return text(Map.of());
    }

    private String text(Map<Group, String> plots) {
        StringBuilder text = new StringBuilder();
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        groups.forEach((group, lines) -> {
            text.append("\n### ").append(group.title()).append("\n\n");
            if (plots.containsKey(group)) {
                text.append("![").append(group.title()).append("](").append(plots.get(group)).append(")\n\n");
            }
            text.append(table(group, lines));
        });
        return text.toString();
    }

    private static String table(Group group, List<Map<String, Object>> lines) {
        boolean isStream = group.pair().equals(STREAM);
        StringBuilder table =
                new StringBuilder("| connections | transport | requests/s | p50 µs | p99 µs | CPU µs | spread |")
                .append(isStream ? " MB/s |" : "").append("\n|---:|---|---:|---:|---:|---:|---:|")
                .append(isStream ? "---:|" : "")
                .append('\n');
        for (int connections : connections(lines)) {
            List<Map<String, Object>> rows = at(connections, lines);
            for (Map<String, Object> line : rows) {
                table.append(Figures.text("| %d | %s | %,.0f%s%s | %s | %s | %s | %,.0f-%,.0f |", connections,
                        line.get("transport"), Figures.number(line, "rps"), isUnsteady(line) ? " *" : "",
                        isDisturbed(line) ? " †" : "", Figures.text(Figures.number(line, "p50_us")),
                        Figures.text(Figures.number(line, "p99_us")), Figures.text(Figures.number(line, "cpu_us")),
                        Figures.number(line, "rps_min"), Figures.number(line, "rps_max")));
                double megabytes = Figures.number(line, "rps") * group.body() / 1e6;
                table.append(isStream ? Figures.text(" %,.0f |", megabytes) : "").append('\n');
            }
            rows.forEach(apart -> rows.stream()
                    .filter(line -> transport(apart).equals(transport(line) + Scenarios.APART))
                    .forEach(line -> table.append(ratios(apart, List.of(line), transport(line)).get(0))
                            .append(isStream ? " |\n" : "\n")));
            for (Map<String, Object> smc : rows.stream().filter(MarkdownReport::isSmc).toList()) {
                ratios(smc, comparable(smc, others(rows)), "best other")
                        .forEach(row -> table.append(row).append(isStream ? " |\n" : "\n"));
            }
        }
        if (lines.stream().anyMatch(MarkdownReport::isUnsteady)) {
            table.append("\n\\* rounds differ by a trend of more than 10 %\n");
        }
        if (lines.stream().anyMatch(MarkdownReport::isDisturbed)) {
            table.append(Figures.text("\n† other processes kept more than %.2f processors busy meanwhile\n",
                    Sample.MOST_FOREIGN));
        }
        return table.toString();
    }

    private static boolean isDisturbed(Map<String, Object> line) {
        return line.containsKey("foreign") && Figures.number(line, "foreign") > Sample.MOST_FOREIGN;
    }

    private static boolean isUnsteady(Map<String, Object> line) {
        return Series.isUnsteady(Figures.number(line, "trend"));
    }

    private static boolean isSmc(Map<String, Object> line) {
        return transport(line).startsWith(SMC);
    }

    private static List<Map<String, Object>> others(List<Map<String, Object>> rows) {
        return rows.stream().filter(line -> !isSmc(line) && !transport(line).equals(LOCAL)).toList();
    }

    /**
     * What stays on TCP must equal those that wait like it, be it by selectors or by blocking; SMC is to be ahead of
     * all.
     */
    private static List<Map<String, Object>> comparable(Map<String, Object> smc, List<Map<String, Object>> others) {
        return !transport(smc).endsWith(Plan.FALLBACK) ? others
                : others.stream().filter(line -> selects(line) == selects(smc)).toList();
    }

    private static boolean selects(Map<String, Object> line) {
        return transport(line).contains(SELECTOR);
    }

    private static String transport(Map<String, Object> line) {
        return (String) line.get("transport");
    }

    /** The figures of SMC divided by the best of the others', figure by figure; nothing without others. */
    private static List<String> ratios(Map<String, Object> smc, List<Map<String, Object>> others, String called) {
        String row = "| | **%s : %s** | **%s** | **%s** | **%s** | **%s** | |";
        return others.isEmpty() ? List.of() : List.of(Figures.text(row, smc.get("transport"), called,
                ratio(smc, best(others, "rps")), ratio(smc, best(others, "p50_us")),
                ratio(smc, best(others, "p99_us")), ratio(smc, best(others, "cpu_us"))));
    }

    private record Best(String key, double value) {
    }

    private static Best best(List<Map<String, Object>> others, String key) {
        var values = others.stream().mapToDouble(line -> Figures.number(line, key));
        OptionalDouble best = key.equals("rps") ? values.max() : values.min();
        return new Best(key, best.orElse(0));
    }

    private static String ratio(Map<String, Object> smc, Best best) {
        return best.value() > 0 ? Figures.text("%.2f", Figures.number(smc, best.key()) / best.value()) : "-";
    }

    /**
     * Writes {@code results.md}, and a plot for each group with SMC, others, and more than one number of connections.
     */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Map<Group, String> plots = new LinkedHashMap<>();
        for (Map.Entry<Group, List<Map<String, Object>>> entry : groups.entrySet()) {
            Map<String, List<SvgPlot.Point>> relative = relative(entry.getValue());
            if (relative.values().stream().anyMatch(points -> points.size() > 1)) {
                Files.writeString(directory.resolve(entry.getKey().file()),
                        SvgPlot.draw(entry.getKey().title(), "connections", "requests/s : best without SMC", relative));
                plots.put(entry.getKey(), entry.getKey().file());
            }
        }
        Files.writeString(directory.resolve("results.md"), text(plots));
    }

    /** Requests/s of each transport divided by the most that was reached without SMC, by connections. */
    private static Map<String, List<SvgPlot.Point>> relative(List<Map<String, Object>> lines) {
        Map<String, List<SvgPlot.Point>> series = new LinkedHashMap<>();
        if (lines.stream().anyMatch(MarkdownReport::isSmc)) {
            for (Map<String, Object> line : lines) {
                int connections = Figures.integer(line, "connections");
                double best = best(others(at(connections, lines)), "rps").value();
                if (best > 0 && Figures.number(line, "rps") > 0) {
                    series.computeIfAbsent(transport(line), name -> new ArrayList<>())
                            .add(new SvgPlot.Point(connections, Figures.number(line, "rps") / best));
                }
            }
            series.values().forEach(points -> points.sort(Comparator.comparingDouble(SvgPlot.Point::x)));
        }
        return series;
    }

    private static List<Map<String, Object>> at(int connections, List<Map<String, Object>> lines) {
        return lines.stream().filter(line -> Figures.integer(line, "connections") == connections).toList();
    }

    private static List<Integer> connections(List<Map<String, Object>> lines) {
        return lines.stream().map(line -> Figures.integer(line, "connections")).distinct().sorted().toList();
    }
}
