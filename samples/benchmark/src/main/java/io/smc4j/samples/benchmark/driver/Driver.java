package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures, and reports. */
public final class Driver {

    /** The folder of the benchmark; logs go below its {@code target}. */
    public static final Path MODULE = Path.of(System.getProperty("benchmark.home", "."));

    private final Options options;
    private final Progress progress = new Progress();
    private final List<Map<String, Object>> lines = new ArrayList<>();
    private final List<String> head = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private Driver(Options options) {
        this.options = options;
    }

    /** Runs it, and ends with status 0, 1 if a measurement failed or an answer was wrong, or 2 if the arguments are. */
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
        if (options.report() != null) {
            JsonReport.read(options.report(), lines, head);
            report();
            return 0;
        }
        Files.createDirectories(options.logs());
        head.addAll(Machine.describe(options.commandLine(), MODULE));
        try {
            measure();
        } catch (MeasurementException e) {
            System.err.println("benchmark: " + e.getMessage());
            return 1;
        }
        report();
        boolean isWrong = lines.stream().anyMatch(line -> Figures.integer(line, "errors") > 0);
        return isWrong || !failures.isEmpty() || lines.isEmpty() && notes.isEmpty() ? 1 : 0;
    }

    private void measure() throws IOException, InterruptedException {
        try (NetworkNamespaces namespaces = Scenarios.needNamespaces(options) ? NetworkNamespaces.open() : null) {
            measure(new Scenarios(options, namespaces));
        }
    }

    private void measure(Scenarios scenarios) throws IOException, InterruptedException {
        List<Task> tasks = new ArrayList<>(new Plan(options).tasks());
        tasks.addAll(scenarios.tasks());
        progress.expect(tasks.stream().mapToDouble(task -> task.seconds(options)).sum() + scenarios.constantsSeconds());
        try (CpuQuota quota = options.quota() > 0 ? CpuQuota.open(options.quota()) : null) {
            Launcher launcher = conditions -> role -> {
                List<String> command = new ArrayList<>(quota == null ? List.of() : quota.prefix(role));
                command.addAll(Machine.javaCommand(conditions));
                return command;
            };
            for (Task task : tasks) {
                compare(task, launcher.launch(task.conditions()));
                save();
            }
            scenarios.checkConstants(launcher, progress, notes);
            save();
        }
    }

    private void compare(Task task, Launch launch) throws IOException, InterruptedException {
        progress.step("%s: starting %s", task.title(),
                String.join(", ", task.variants().stream().map(Variant::label).toList()));
        try (Burners burners = new Burners(task.conditions().burners(), options.logs(), options.patience());
                Comparison comparison = new Comparison(task, launch, options, progress, burners::cpuNanos)) {
            comparison.warmUp();
            comparison.measure();
            comparison.series().forEach(series -> lines.add(JsonReport.line(series)));
            comparison.failed().forEach((cell, reason) -> failures.add(cell.title() + ": " + reason));
            comparison.failedOnce()
                    .forEach((cell, reason) -> notes.add("Failed once: " + cell.title() + ": " + reason));
        }
    }

    private List<String> allNotes() {
        List<String> all = new ArrayList<>(head);
        progress.leftOut().forEach(text -> all.add("Left out: " + text));
        failures.forEach(text -> all.add("Failed: " + text));
        all.addAll(notes);
        return all;
    }

    /** After each comparison, so that one that is interrupted has not been in vain. */
    private void save() throws IOException {
        if (options.json() != null) {
            JsonReport.write(options.json(), lines, allNotes());
        }
    }

    private void report() throws IOException {
        MarkdownReport report = new MarkdownReport(lines, allNotes());
        System.out.print(report.text());
        if (options.markdown() != null) {
            report.write(options.markdown());
        }
    }
}
