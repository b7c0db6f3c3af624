package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where it was measured, and how the peers are started. */
final class Machine {

    private static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
    private static final String HEAP = "256m";

    private Machine() {
    }

    /** For the head of a report. */
    static List<String> describe(List<String> commandLine) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("Command: `samples/benchmark/run " + String.join(" ", commandLine) + "`");
        lines.add("Machine: " + processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors; Linux "
                + System.getProperty("os.version") + "; " + System.getProperty("java.vm.name") + " "
                + System.getProperty("java.version"));
        lines.add("Date: " + LocalDate.now());
        return lines;
    }

    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).map(line -> line.substring(line.indexOf(':') + 2)).findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    /**
     * The command that starts a peer, without its arguments.
     *
     * @param processors how many it may use, 0 for all
     * @param more options of the virtual machine
     */
    static List<String> javaCommand(int processors, List<String> more) {
        List<String> options = new ArrayList<>(JVM_OPTIONS);
        if (more.stream().noneMatch(option -> option.startsWith("-Xmx"))) {
            options.addAll(List.of("-Xms" + HEAP, "-Xmx" + HEAP));
        }
        options.addAll(more);
        if (Runtime.version().feature() >= 23) {
            // What Netty does; it would be told about otherwise.
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        List<String> command = new ArrayList<>();
        if (processors > 0) {
            command.addAll(List.of("taskset", "-c", processors == 1 ? "0" : "0-" + (processors - 1)));
            options.add("-XX:ActiveProcessorCount=" + processors);
        }
        command.addAll(PeerProcess.java(options));
        return command;
    }
}
