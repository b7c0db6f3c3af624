package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Where it was measured, and how the peers are started. */
final class Machine {

    private static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
    private static final String HEAP = "256m";
    private static final int GIT_SECONDS = 10;

    private Machine() {
    }

    /** For the head of a report. */
    static List<String> describe(List<String> commandLine, Path module) throws IOException, InterruptedException {
        String command =
                String.join(" ", Stream.concat(Stream.of("samples/benchmark/run"), commandLine.stream()).toList());
        return List.of("Command: `" + command + "`",
                "Machine: " + processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors; Linux "
                        + System.getProperty("os.version") + "; " + System.getProperty("java.vm.name") + " "
                        + System.getProperty("java.runtime.version"),
                "Commit: " + commit(module), "Date: " + LocalDate.now());
    }

    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 2)).orElse(System.getProperty("os.arch"));
        }
    }

    private static String commit(Path module) throws InterruptedException {
        String commit = git(module, "rev-parse", "--short", "HEAD");
        if (commit.isEmpty()) {
            return "unknown";
        }
        return commit + (git(module, "status", "--porcelain", "--untracked-files=no").isEmpty() ? ""
                : ", with changes");
    }

    /** What it prints, nothing if it fails or is not there. */
    private static String git(Path module, String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", module.toString()));
        command.addAll(List.of(arguments));
        try {
            Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The command that starts a peer, without its arguments. */
    static List<String> javaCommand(Conditions conditions) {
        List<String> options = new ArrayList<>(JVM_OPTIONS);
        if (conditions.options().stream().noneMatch(option -> option.startsWith("-Xmx"))) {
            options.addAll(List.of("-Xms" + HEAP, "-Xmx" + HEAP));
        }
        options.addAll(conditions.options());
        if (Runtime.version().feature() >= 23) {
            // What Netty does; it would be told about otherwise.
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        List<String> command = new ArrayList<>();
        if (conditions.processors() > 0) {
            command.addAll(List.of("taskset", "-c", conditions.processors() == 1 ? "0"
                    : "0-" + (conditions.processors() - 1)));
            options.add("-XX:ActiveProcessorCount=" + conditions.processors());
        }
        command.addAll(PeerProcess.java(options));
        return command;
    }
}
