package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures, and reports. */
public final class Driver {

    private static final Path MODULE = Path.of(System.getProperty("benchmark.home", "."));

    private final Options options;
    private final Progress progress = new Progress();
    private final List<Map<String, Object>> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Driver(Options options) {
        this.options = options;
    }

    /** Runs it, and ends with status 0, 1 if nothing could be measured or an answer was wrong, or 2 if the arguments are. */
    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments, MODULE);
        } catch (IllegalArgumentException e) {
            System.err.println("benchmark: " + e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        System.exit(new Driver(options).run());
    }

    private int run() throws Exception {
        boolean wrong = false;
        if (options.report() != null) {
            JsonReport.read(options.report(), lines, notes);
        } else {
            Files.createDirectories(options.logs());
            notes.addAll(Machine.describe(options.commandLine()));
            try (Burners burners = new Burners(options.burners())) {
                Plan plan = new Plan(options);
                for (String pair : plan.pairs()) {
                    for (int loops : plan.loops(pair)) {
                        compare("", plan.variants(pair, loops), plan.loads(pair), command(List.of()));
                    }
                }
                new Scenarios(options, progress, this::compare, notes).run();
            }
            progress.leftOut().forEach(text -> notes.add("Left out: " + text));
            wrong = lines.isEmpty() || lines.stream().anyMatch(line -> ((Number) line.get("errors")).longValue() > 0);
        }
        MarkdownReport report = new MarkdownReport(lines, notes);
        System.out.print(report.text());
        if (options.json() != null) {
            JsonReport.write(options.json(), lines, notes);
        }
        if (options.markdown() != null) {
            report.write(options.markdown());
        }
        return wrong ? 1 : 0;
    }

    /** What starts a peer. */
    private List<String> command(List<String> more) {
        return Machine.javaCommand(options.processors(), more);
    }

    private void compare(String scenario, List<Variant> variants, List<Load> loads, List<String> command)
            throws IOException, InterruptedException {
        try (Comparison comparison = new Comparison(scenario, variants, command, options, progress)) {
            comparison.warmUp(loads);
            comparison.measure(loads);
            comparison.series(series -> lines.add(line(series)));
        }
    }

    private static Map<String, Object> line(Series series) {
        Cell cell = series.cell();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("pair", cell.pair());
        line.put("transport", cell.transport());
        line.put("connections", cell.connections());
        line.put("body", cell.body());
        line.put("loops", cell.loops());
        line.put("rate", cell.rate());
        line.put("rps", rounded(series.median(Sample::rps)));
        line.put("p50_us", rounded(series.median(Sample::p50)));
        line.put("p99_us", rounded(series.median(Sample::p99)));
        line.put("cpu_us", rounded(series.median(Sample::cpu)));
        line.put("rounds", series.rounds());
        line.put("trend", rounded(series.trend()));
        line.put("scenario", cell.scenario());
        line.put("rps_min", rounded(series.min(Sample::rps)));
        line.put("rps_max", rounded(series.max(Sample::rps)));
        line.put("foreign", rounded(series.max(Sample::foreign)));
        line.put("errors", series.errors());
        return line;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
