package io.smc4j.samples.benchmark.peer;

import com.sun.management.ThreadMXBean;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Answers commands, each with one line, until told to quit or until the input ends. */
final class CommandLoop {

    /** Carries a command out. */
    interface Handler {
        /**
         * Returns the answer's text after {@code ok}.
         *
         * @param arguments of the command, {@code key=value}
         */
        String handle(String command, Map<String, String> arguments) throws Exception;
    }

    private static final int SNAPSHOTS = 51;

    private final SmcSelectorProvider smc;
    private final Handler handler;

    /** @param smc of this process, {@code null} if it has none */
    CommandLoop(SmcSelectorProvider smc, Handler handler) {
        this.smc = smc;
        this.handler = handler;
    }

    void run() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = input.readLine()) != null && !line.equals("quit"); ) {
            System.out.println(answer(line));
            System.out.flush();
        }
    }

    private String answer(String line) {
        String[] words = line.strip().split(" +");
        try {
            Map<String, String> arguments = new LinkedHashMap<>();
            for (int i = 1; i < words.length; i++) {
                String[] parts = words[i].split("=", 2);
                if (parts.length < 2) {
                    throw new IllegalArgumentException("not key=value: " + words[i]);
                }
                arguments.put(parts[0], parts[1]);
            }
            return "ok " + switch (words[0]) {
                case "cpu" -> "cpu_ns=" + Os.cpuNanos();
                case "memory" -> memory();
                case "snapshot" -> snapshots();
                default -> handler.handle(words[0], arguments);
            };
        } catch (Exception | Error e) {
            // Errors, too, such as no memory for so many connections: whoever asked must hear of it.
            e.printStackTrace();
            return "failed " + String.valueOf(e).replace('\n', ' ');
        }
    }

    private String memory() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long ring = smc == null ? 0 : smc.snapshot().ringMemoryInUse();
        int connections = smc == null ? 0 : smc.snapshot().connections().size();
        return "heap=" + (runtime.totalMemory() - runtime.freeMemory()) + " ring_bytes=" + ring + " connections="
                + connections
                + " fds=" + count("fd") + " maps=" + lines("maps") + " rss=" + residentBytes();
    }

    /** Takes some, as the first ones are slow. */
    private String snapshots() {
        if (smc == null) {
            throw new IllegalStateException("no engine");
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] nanos = new long[SNAPSHOTS];
        long allocated = 0;
        int connections = 0;
        for (int i = 0; i < SNAPSHOTS; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            SmcSnapshot snapshot = smc.snapshot();
            nanos[i] = System.nanoTime() - start;
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
            connections = snapshot.connections().size();
        }
        Arrays.sort(nanos);
        return "nanos=" + nanos[SNAPSHOTS / 2] + " allocated=" + allocated + " connections=" + connections;
    }

    private static long count(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self", directory))) {
            return entries.count();
        }
    }

    private static long lines(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self", file), StandardCharsets.ISO_8859_1)) {
            return lines.count();
        }
    }

    private static long residentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst().orElse(0) * 1024;
        }
    }
}
