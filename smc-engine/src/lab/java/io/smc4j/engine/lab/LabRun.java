package io.smc4j.engine.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The lab's machine, seen from the host: started once, then asked for one result after another. All it prints is kept
 * in {@code target/lab}. For one thread.
 */
final class LabRun implements AutoCloseable {

    private static final String READY = "LAB-READY ";
    private static final String CASE = "LAB-CASE ";
    private static final int START_SECONDS = 300;
    private static final int CANNOT = 77;
    private static final int KEPT_LINES = 100;

    private final Process process;
    private final BufferedReader output;
    private final Writer log;
    private final Deque<String> recent = new ArrayDeque<>();

    private LabRun(List<String> command, Path log) throws IOException {
        Files.createDirectories(log.getParent());
        this.log = Files.newBufferedWriter(log);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = process.inputReader();
    }

    /**
     * A test for each case of a kind of machine, which starts now and ends when the stream is closed; cases that need a
     * machine of their own start it when it is their turn. Should one not come up, a second one is started. The system
     * property {@code smc4j.lab.cases} chooses cases by a regular expression.
     */
    static Stream<DynamicTest> tests(MachineKind kind) throws IOException, InterruptedException {
        String filter = System.getProperty("smc4j.lab.cases", "");
        List<CaseCatalog.Case> cases = CaseCatalog.cases(kind, filter);
        if (cases.isEmpty()) {
            return Stream.empty();
        }
        List<CaseCatalog.Case> together = cases.stream().filter(next -> !next.needsOwnMachine()).toList();
        LabRun shared = together.isEmpty() ? null : start(kind, kind.name(), together);
        return cases.stream().map(next -> DynamicTest.dynamicTest(next.name(), () -> {
            if (next.needsOwnMachine()) {
                alone(kind, next);
            } else {
                shared.expect(next.name());
            }
        })).onClose(() -> {
            if (shared != null) {
                shared.close();
            }
        });
    }

    private static void alone(MachineKind kind, CaseCatalog.Case only) throws IOException, InterruptedException {
        try (LabRun run = start(kind, kind + "-" + only.name(), List.of(only))) {
            run.expect(only.name());
        }
    }

    private static LabRun start(MachineKind kind, String log, List<CaseCatalog.Case> cases)
            throws IOException, InterruptedException {
        String names = cases.stream().map(CaseCatalog.Case::name).map(Pattern::quote)
                .collect(Collectors.joining("|", "(?:", ")$"));
        try {
            return start(kind, names, log, cases);
        } catch (AssertionError e) {
            System.out.println("lab: once more, as " + e.getMessage());
            return start(kind, names, log, cases);
        }
    }

    /** Runs the cases that match; the first failure is thrown. Nothing is installed for it. */
    static void all(MachineKind kind, String filter) throws IOException, InterruptedException {
        List<CaseCatalog.Case> cases = CaseCatalog.cases(kind, filter);
        try (LabRun run = start(kind, filter, kind.name(), cases, "--no-install")) {
            for (CaseCatalog.Case next : cases) {
                run.expect(next.name());
            }
        }
    }

    /** Why this host cannot run the lab as it is, with nothing installed; {@code null} if it can. */
    static String obstacle() throws IOException, InterruptedException {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "needs Linux";
        }
        Process check = new ProcessBuilder(script(), "--check").redirectErrorStream(true).start();
        String reason = new String(check.getInputStream().readAllBytes()).strip();
        return check.waitFor() == 0 ? null : reason;
    }

    private static LabRun start(MachineKind kind, String filter, String log, List<CaseCatalog.Case> cases,
            String... options)
            throws IOException, InterruptedException {
        int seconds = START_SECONDS + cases.stream().mapToInt(CaseCatalog.Case::guestSeconds).sum();
        List<String> command = new ArrayList<>(List.of(script(), "--tied", "--timeout", Integer.toString(seconds)));
        command.addAll(List.of(options));
        command.addAll(kind.options());
        command.addAll(List.of("--", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(GuestProcess.JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GuestMain.class.getName(), kind.name(),
                filter));
        LabRun run = new LabRun(command, module().resolve("target/lab/" + log + ".log"));
        try {
            run.lineStartingWith(READY);
            return run;
        } catch (AssertionError | IllegalStateException | IOException e) {
            run.close();
            throw e;
        }
    }

    private static Path module() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    }

    private static String script() {
        return module().resolve("src/lab/lab").toString();
    }

    private void expect(String name) throws IOException, InterruptedException {
        recent.clear();
        String[] words = lineStartingWith(CASE).split(" ", 4);
        Assertions.assertEquals(name, words[1], "the case whose result comes next");
        String message = words.length > 3 ? words[3] : "";
        switch (words[2]) {
            case "PASS" -> { }
            case "SKIP" -> Assumptions.abort(message);
            default -> throw new AssertionError(name + ": " + message + "\n" + String.join("\n", recent));
        }
    }

    // Needs no deadline of its own: the machine has one, at which its output ends.
    private String lineStartingWith(String prefix) throws IOException, InterruptedException {
        for (String line; (line = output.readLine()) != null; ) {
            log.write(line + "\n");
            log.flush();
            if (line.startsWith(prefix)) {
                return line;
            }
            recent.add(line);
            if (recent.size() > KEPT_LINES) {
                recent.removeFirst();
            }
        }
        int status = process.waitFor();
        if (status == CANNOT) {
            throw new IllegalStateException(String.join("\n", recent));
        }
        throw new AssertionError("the machine ended with status " + status + " instead of " + prefix.strip() + "\n"
                + String.join("\n", recent));
    }

    /** Ends the machine. */
    @Override
    public void close() {
        try {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            output.close();
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
