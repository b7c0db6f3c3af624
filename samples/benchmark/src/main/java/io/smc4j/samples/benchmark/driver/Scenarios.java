package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Comparisons under other circumstances than the plain ones, and what is to stay constant while much else happens. */
final class Scenarios {

    private static final String REACH = "reach";
    private static final String MONITOR = "monitor";
    private static final String COLD = "cold";
    private static final List<String> NAMES =
            List.of("idle", "churn", "connect", "fallback", "spin", "burners", "one-processor", REACH, MONITOR, COLD);
    /** Ends the label of what runs in two network namespaces. */
    static final String APART = " apart";
    private static final int IDLE = 10_000;
    private static final int CYCLES = 50_000;
    private static final int SETTLE_MILLIS = 20_000;
    private static final int QUIET_MILLIS = 10_000;
    private static final int BODY = 128;
    private static final double IDLE_SECONDS = 50;
    private static final double CHURN_SECONDS = 60;

    private final Options options;
    private final Conditions plain;
    private final NetworkNamespaces namespaces;

    /** @param namespaces {@code null} unless they are {@linkplain #needNamespaces needed} */
    Scenarios(Options options, NetworkNamespaces namespaces) {
        this.options = options;
        this.namespaces = namespaces;
        this.plain = Conditions.of(options);
    }

    /** @throws IllegalArgumentException if one is asked for that is none */
    static void check(List<String> scenarios) {
        for (String scenario : scenarios) {
            if (!NAMES.contains(scenario)) {
                throw new IllegalArgumentException("no scenario is " + scenario);
            }
        }
    }

    static boolean needNamespaces(Options options) {
        return options.scenarios().contains(REACH);
    }

    /** The comparisons that are asked for. */
    List<Task> tasks() {
        return options.scenarios().stream().flatMap(this::tasks).toList();
    }

    private Stream<Task> tasks(String scenario) {
        return switch (scenario) {
            case "idle" ->
                    Stream.of(new Task("idle", List.of(http("smc"), http("smc").withIdle(IDLE)), http(8), muchHeap()));
            case "connect" -> Stream.of(new Task("connect",
                    List.of(variant("connect", "smc"), variant("connect", "jdk")),
                    List.of(new Load(1, 0, 0), new Load(1, BODY, 0)), plain));
            case "fallback" -> fallback();
            case "spin" -> Stream.of(new Task("spin", spinning(), List.of(new Load(1, BODY, 0), new Load(8, BODY, 0),
                    new Load(64, BODY, 0), new Load(1, BODY, 800), new Load(16, BODY, 10_000)), plain));
            case "burners" -> IntStream.rangeClosed(0, 2).mapToObj(count -> new Task(count + " burning",
                    https("smc", "epoll", "uds"), http(1, 8, 64), plain.withBurners(count)));
            case "one-processor" -> Stream.of(new Task("one processor", https("smc", "nio", "epoll", "uds"),
                    http(1, 8, 64), plain.withProcessors(1)));
            case REACH -> reach();
            case MONITOR -> Stream.of(new Task(MONITOR, List.of(http("smc"), unmonitored()), http(1, 8, 64), plain));
            default -> Stream.empty();
        };
    }

    private Variant variant(String pair, String transport) {
        return new Variant(pair, transport, 0, options.settings());
    }

    private Variant http(String transport) {
        return variant("http-client", transport);
    }

    private Variant unmonitored() {
        return http("smc").with("monitor=off", "smc without monitor");
    }

    private List<Variant> https(String... transports) {
        return Stream.of(transports).map(this::http).toList();
    }

    private static List<Load> http(int... connections) {
        return IntStream.of(connections).mapToObj(number -> new Load(number, BODY, 0)).toList();
    }

    private Conditions muchHeap() {
        return plain.withOptions("-Xms1g", "-Xmx1g");
    }

    private Stream<Task> fallback() {
        return Stream.of(new Task("fallback", https("smc-fallback", "nio"), http(1, 8, 64), plain),
                new Task("fallback", List.of(variant("ping-pong", "smc-fallback"), variant("ping-pong", "jdk"),
                        variant("ping-pong", "smc-selector-fallback"), variant("ping-pong", "jdk-selector")),
                        http(1, 8), plain),
                new Task("fallback", List.of(variant("stream", "smc-fallback"), variant("stream", "jdk")),
                        List.of(new Load(1, 65_536, 0)), plain));
    }

    /**
     * Between two network namespaces, whose engines meet by a directory, and within one. Where the server does not want
     * SMC, all that the client's engine asks is in vain.
     */
    private Stream<Task> reach() {
        Variant http = http("smc");
        return Stream.of(new Task(REACH, Stream.concat(meeting("connect"), Stream.of(
                variant("connect", "smc-fallback").in(namespaces.alone(), " alone in the directory"),
                variant("connect", "jdk").in(namespaces.apart(), ""))).toList(), List.of(new Load(1, BODY, 0)), plain),
                new Task(REACH, meeting("contact").toList(), List.of(new Load(1, BODY, 0)), plain),
                new Task(REACH, List.of(http.in(namespaces.together(), ""), http.in(namespaces.met(), APART),
                        http("epoll").in(namespaces.apart(), "")), http(1, 8, 64), plain));
    }

    private Stream<Variant> meeting(String pair) {
        return Stream.of(variant(pair, "smc").in(namespaces.together(), ""),
                variant(pair, "smc").in(namespaces.met(), APART),
                variant(pair, "smc-fallback").in(namespaces.met(), " not in the directory"),
                variant(pair, "smc-fallback").in(namespaces.apart(), " without directory"));
    }

    private List<Variant> spinning() {
        Variant smc = http("smc");
        List<Variant> variants = new ArrayList<>(List.of(smc.with("spin-mode=never", "smc never"),
                smc.with("spin-mode=always", "smc always")));
        for (int micros : List.of(5, 20, 50, 200)) {
            variants.add(smc.with("spin-limit-us=" + micros, "smc adaptive " + micros + " us"));
        }
        variants.add(http("uds"));
        return variants;
    }

    // ---- what must not grow

    /** What {@link #checkConstants} will take. */
    double constantsSeconds() {
        return (options.scenarios().contains("idle") ? IDLE_SECONDS : 0)
                + (options.scenarios().contains(MONITOR) ? 2 * IDLE_SECONDS : 0)
                + (options.scenarios().contains("churn") ? 2 * CHURN_SECONDS : 0)
                + (options.scenarios().contains(COLD) ? ColdStart.seconds() : 0);
    }

    /** Measures what is no comparison; each that fails is told, and the next one done. */
    void checkConstants(Launcher launcher, Progress progress, List<String> notes)
            throws IOException, InterruptedException {
        if (options.scenarios().contains("idle")) {
            guarded(progress, () -> idle(http("smc"), launcher.launch(muchHeap()), notes));
            progress.done(IDLE_SECONDS);
        }
        if (options.scenarios().contains(MONITOR)) {
            for (Variant variant : List.of(http("smc"), unmonitored())) {
                guarded(progress, () -> idle(variant, launcher.launch(muchHeap()), notes));
                progress.done(IDLE_SECONDS);
            }
        }
        if (options.scenarios().contains(COLD)) {
            guarded(progress, () -> new ColdStart(options, launcher.launch(plain), progress, notes).measure());
            progress.done(ColdStart.seconds());
        }
        if (options.scenarios().contains("churn")) {
            for (String transport : List.of("smc", "jdk")) {
                guarded(progress, () -> churn(variant("connect", transport), launcher.launch(plain), progress, notes));
                progress.done(CHURN_SECONDS);
            }
        }
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private static void guarded(Progress progress, Action action) throws IOException, InterruptedException {
        try {
            action.run();
        } catch (MeasurementException e) {
            progress.leftOut(e.getMessage());
        }
    }

    private void idle(Variant variant, Launch launch, List<String> notes) throws IOException, InterruptedException {
        try (Peers peers = new Peers(variant.withIdle(IDLE), launch, "quiet", options)) {
            // Until compilers are done, and connections rest.
            Thread.sleep(SETTLE_MILLIS);
            long cpu = peers.cpuNanos();
            long start = System.nanoTime();
            // The measurement itself: what is used while nothing is asked.
            Thread.sleep(QUIET_MILLIS);
            double seconds = (System.nanoTime() - start) / 1e9;
            notes.add(Figures.text("%s, %,d idle connections and nothing else: %.2f ms CPU time per second, both "
                    + "processes", variant.label(), IDLE, (peers.cpuNanos() - cpu) / 1e6 / seconds));
            for (Answer snapshot : peers.askBoth("snapshot")) {
                notes.add(Figures.text("%s, a snapshot of %,d connections: %.1f ms (median), %,d bytes allocated per "
                        + "connection", variant.label(), snapshot.get("connections"), snapshot.get("nanos") / 1e6,
                        snapshot.get("allocated") / Math.max(1, snapshot.get("connections"))));
            }
            for (Answer memory : peers.askBoth("memory")) {
                notes.add(Figures.text(
                        "%s, %,d connections after one request each: %.1f KiB ring memory each, %,d KiB "
                        + "resident, %,d descriptors", variant.label(), memory.get("connections"),
                        memory.get("ring_bytes") / 1024.0 / Math.max(1, memory.get("connections")),
                        memory.get("rss") / 1024, memory.get("fds")));
            }
        }
    }

    private void churn(Variant variant, Launch launch, Progress progress, List<String> notes)
            throws IOException, InterruptedException {
        try (Peers peers = new Peers(variant, launch, "churn", options)) {
            cycles(peers, CYCLES / 10, progress);
            List<Answer> before = peers.askBoth("memory");
            long errors = cycles(peers, CYCLES, progress);
            List<Answer> after = peers.askBoth("memory");
            for (int i = 0; i < before.size(); i++) {
                notes.add(Figures.text("%s, %s, %,d times connect, %d bytes there and back, close, %d errors: %s",
                        variant.label(), i == 0 ? "client" : "server", CYCLES, BODY, errors,
                        difference(before.get(i), after.get(i))));
            }
        }
    }

    private static String difference(Answer before, Answer after) {
        return Figures.text("heap %,d to %,d KiB, resident %,d to %,d KiB, descriptors %d to %d, mappings %d to %d, "
                + "ring memory %,d to %,d bytes", before.get("heap") / 1024, after.get("heap") / 1024,
                before.get("rss") / 1024, after.get("rss") / 1024, before.get("fds"), after.get("fds"),
                before.get("maps"), after.get("maps"), before.get("ring_bytes"), after.get("ring_bytes"));
    }

    private static long cycles(Peers peers, int count, Progress progress) throws InterruptedException {
        long errors = 0;
        for (long done = 0; done < count; ) {
            Sample sample = peers.run(new Load(4, BODY, 0), 1_000, () -> 0);
            done += sample.requests();
            errors += sample.errors();
        }
        progress.step("%s: %,d cycles", peers.variant().label(), count);
        return errors;
    }
}
