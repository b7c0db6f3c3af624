package io.smc4j.samples.benchmark.driver;

import io.smc4j.samples.benchmark.peer.StartMain;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What is before the compilers are done: how long an application takes to start with the starter and without, and how
 * many requests two processes make in the first seconds of their lives. All of it without further options, and with an
 * ahead-of-time cache where this Java has such caches, one for each program and variant. The variants take turns.
 */
final class ColdStart {

    private static final int MILLIS = 20_000;
    private static final int TRAINING_MILLIS = 5_000;
    private static final int CONNECTIONS = 8;
    private static final int BODY = 128;
    private static final int ROUNDS = 3;
    private static final int STARTS = 9;
    private static final int FIRST_JAVA_WITH_CACHES = 25;
    private static final Duration CACHE_PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> RIVALS = Map.of("rest-client", "tomcat-nio", "http-client", "epoll");

    private final Options options;
    private final Launch launch;
    private final Path directory;
    private final Progress progress;
    private final List<String> notes;

    ColdStart(Options options, Launch launch, Progress progress, List<String> notes) throws IOException {
        this.options = options;
        this.launch = launch;
        this.progress = progress;
        this.notes = notes;
        this.directory = Files.createDirectories(options.logs().resolve("cold"));
    }

    static double seconds() {
        int kinds = hasCaches() ? 2 : 1;
        return kinds * (STARTS * 2 * 3 + RIVALS.size() * ROUNDS * 2 * (MILLIS / 1e3 + 3)) + (kinds - 1) * 6 * 20;
    }

    private static boolean hasCaches() {
        return Runtime.version().feature() >= FIRST_JAVA_WITH_CACHES;
    }

    void measure() throws IOException, InterruptedException {
        for (boolean cached : hasCaches() ? new boolean[] {false, true} : new boolean[] {false}) {
            starts(cached);
            for (String pair : RIVALS.keySet().stream().sorted().toList()) {
                requests(pair, cached);
            }
        }
    }

    // ---- the start of an application

    private void starts(boolean cached) throws IOException, InterruptedException {
        List<Program> programs =
                List.of(new Program("starter", classPath(true)), new Program("none", classPath(false)));
        for (Program program : programs) {
            // Also brings the files into the page cache.
            start(program, cached ? List.of("-XX:AOTCacheOutput=" + cache(program.name)) : List.of());
        }
        Map<Program, List<Double>> seconds = new LinkedHashMap<>();
        for (int i = 0; i < STARTS; i++) {
            for (Program program : inTurns(programs, i)) {
                seconds.computeIfAbsent(program, ignored -> new ArrayList<>())
                        .add(start(program, cached ? List.of("-XX:AOTCache=" + cache(program.name)) : List.of()));
            }
        }
        double with = median(seconds.get(programs.get(0)));
        double without = median(seconds.get(programs.get(1)));
        note("cold, an application listens%s: after %.2f s with the starter, %.2f s without: %.2f", suffix(cached),
                with, without, with / without);
    }

    private record Program(String name, String classPath) {
    }

    private double start(Program program, List<String> more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launch.command("server"));
        int classPath = command.indexOf("-cp");
        command = new ArrayList<>(command.subList(0, classPath));
        command.addAll(more);
        command.addAll(List.of("-cp", program.classPath, StartMain.class.getName()));
        long begin = System.nanoTime();
        PeerProcess process = new PeerProcess("application", command, List.of(),
                directory.resolve(program.name + ".log").toFile(), options.patience());
        double seconds = (System.nanoTime() - begin) / 1e9;
        process.end(CACHE_PATIENCE);
        return seconds;
    }

    /** The jars beside the benchmark's own, and one with the application only. */
    private String classPath(boolean withStarter) throws IOException {
        Path jar = directory.resolve("application.jar");
        String name = StartMain.class.getName().replace('.', '/') + ".class";
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                InputStream in = StartMain.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new ZipEntry(name));
            in.transferTo(out);
        }
        Path lib = Path.of(System.getProperty("java.class.path")).toAbsolutePath().resolveSibling("lib");
        try (Stream<Path> jars = Files.list(lib)) {
            return Stream.concat(Stream.of(jar), jars.sorted()
                    .filter(file -> withStarter || !file.getFileName().toString().startsWith("smc-")))
                    .map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }

    // ---- the first requests

    private void requests(String pair, boolean cached) throws IOException, InterruptedException {
        List<Variant> variants = Stream.of("smc", RIVALS.get(pair))
                .map(transport -> new Variant(pair, transport, 0, options.settings())).toList();
        if (cached) {
            for (Variant variant : variants) {
                Launch trained = role -> with(launch.command(role), "-XX:AOTCacheOutput=" + cache(variant, role));
                Peers peers = new Peers(variant, trained, "cold", options);
                try {
                    peers.run(load(), TRAINING_MILLIS, () -> 0);
                } finally {
                    peers.end(CACHE_PATIENCE);
                }
            }
        }
        Map<Variant, List<Double>> requests = new LinkedHashMap<>();
        for (int i = 0; i < ROUNDS; i++) {
            for (Variant variant : inTurns(variants, i)) {
                Launch cold = cached ? role -> with(launch.command(role), "-XX:AOTCache=" + cache(variant, role))
                        : launch;
                try (Peers peers = new Peers(variant, cold, "cold", options)) {
                    requests.computeIfAbsent(variant, ignored -> new ArrayList<>())
                            .add(peers.runFirst(load(), MILLIS) / (MILLIS / 1e3));
                }
                progress.step("cold, %s%s: %s", pair, suffix(cached), variant.label());
            }
        }
        double smc = median(requests.get(variants.get(0)));
        double rival = median(requests.get(variants.get(1)));
        note("cold, %s, %d connections, the first %d s%s: %,.0f requests/s by smc, %,.0f by %s: %.2f", pair,
                CONNECTIONS, MILLIS / 1_000, suffix(cached), smc, rival, RIVALS.get(pair), smc / rival);
    }

    private static Load load() {
        return new Load(CONNECTIONS, BODY, 0);
    }

    private Path cache(Variant variant, String role) {
        return cache(variant.pair() + "-" + variant.transport() + "-" + role);
    }

    private Path cache(String name) {
        return directory.resolve(name + ".aot");
    }

    /** Before the class path, which is followed by the main class. */
    private static List<String> with(List<String> command, String option) {
        List<String> more = new ArrayList<>(command);
        more.add(more.indexOf("-cp"), option);
        return more;
    }

    private static <T> List<T> inTurns(List<T> all, int round) {
        return round % 2 == 0 ? all : all.reversed();
    }

    private static String suffix(boolean cached) {
        return cached ? ", with an ahead-of-time cache" : "";
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void note(String format, Object... arguments) {
        String text = Figures.text(format, arguments);
        notes.add(text);
        progress.step("%s", text);
    }
}
