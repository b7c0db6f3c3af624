package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Comparisons under other circumstances than the plain ones. */
final class Scenarios {

    /** Measures variants under the same loads. */
    interface Comparer {
        void compare(String scenario, List<Variant> variants, List<Load> loads, List<String> command)
                throws IOException, InterruptedException;
    }

    private static final int IDLE = 10_000;
    private static final int CYCLES = 50_000;
    private static final int QUIET_MILLIS = 10_000;

    private final Options options;
    private final Progress progress;
    private final Comparer comparer;
    private final List<String> notes;

    Scenarios(Options options, Progress progress, Comparer comparer, List<String> notes) {
        this.options = options;
        this.progress = progress;
        this.comparer = comparer;
        this.notes = notes;
    }

    void run() throws IOException, InterruptedException {
        for (String scenario : options.scenarios()) {
            switch (scenario) {
                case "idle" -> idle();
                case "churn" -> churn();
                case "connect" -> compare("connect", List.of(variant("connect", "smc"), variant("connect", "jdk")),
                        List.of(new Load(1, 0, 0)));
                case "fallback" -> fallback();
                case "spin" -> spin();
                case "burners" -> burners();
                case "one-processor" -> comparer.compare("one processor", http("smc", "nio", "epoll", "uds"),
                        List.of(new Load(1, 128, 0), new Load(8, 128, 0), new Load(64, 128, 0)), Machine.javaCommand(1, List.of()));
                default -> throw new IllegalArgumentException("no scenario " + scenario);
            }
        }
    }

    private void compare(String scenario, List<Variant> variants, List<Load> loads) throws IOException, InterruptedException {
        comparer.compare(scenario, variants, loads, Machine.javaCommand(options.processors(), List.of()));
    }

    private Variant variant(String pair, String transport) {
        return new Variant(pair, transport, 0, options.settings());
    }

    private List<Variant> http(String... transports) {
        return List.of(transports).stream().map(transport -> variant("http-client", transport)).toList();
    }

    // ---- what must not grow

    /** Busy connections alone, and beside idle ones; and what the idle ones take when nothing is busy. */
    private void idle() throws IOException, InterruptedException {
        List<String> command = Machine.javaCommand(options.processors(), List.of("-Xms1g", "-Xmx1g"));
        Variant alone = variant("http-client", "smc");
        Variant beside = alone.withIdle(IDLE);
        comparer.compare("idle", List.of(alone, beside), List.of(new Load(8, 128, 0)), command);
        try (Peers peers = new Peers(beside, command, options.logs())) {
            long cpu = peers.cpuNanos();
            long start = System.nanoTime();
            Thread.sleep(QUIET_MILLIS);
            double seconds = (System.nanoTime() - start) / 1e9;
            notes.add("%,d idle connections and nothing else: %.2f ms CPU time per second, both processes".formatted(IDLE,
                    (peers.cpuNanos() - cpu) / 1e6 / seconds));
            for (Map<String, Long> memory : peers.memory()) {
                notes.add("%,d connections after one request each: %.1f KiB ring memory each, %,d KiB resident, %,d descriptors"
                        .formatted(memory.get("connections"), memory.get("ring_bytes") / 1024.0 / memory.get("connections"),
                                memory.get("rss") / 1024, memory.get("fds")));
            }
        }
    }

    private void churn() throws IOException, InterruptedException {
        for (String transport : List.of("smc", "jdk")) {
            Variant variant = variant("connect", transport);
            try (Peers peers = new Peers(variant, Machine.javaCommand(options.processors(), List.of()), options.logs())) {
                cycles(peers, CYCLES / 10);
                List<Map<String, Long>> before = peers.memory();
                long errors = cycles(peers, CYCLES);
                List<Map<String, Long>> after = peers.memory();
                for (int i = 0; i < before.size(); i++) {
                    notes.add(("%s, %s, %,d times connect, 128 bytes there and back, close, %d errors: heap %,d to %,d KiB, resident "
                            + "%,d to %,d KiB, descriptors %d to %d, mappings %d to %d, ring memory %d to %d bytes").formatted(transport,
                            i == 0 ? "client" : "server", CYCLES, errors, before.get(i).get("heap") / 1024,
                            after.get(i).get("heap") / 1024, before.get(i).get("rss") / 1024, after.get(i).get("rss") / 1024,
                            before.get(i).get("fds"), after.get(i).get("fds"), before.get(i).get("maps"), after.get(i).get("maps"),
                            before.get(i).get("ring_bytes"), after.get(i).get("ring_bytes")));
                }
            }
        }
    }

    private long cycles(Peers peers, int count) throws IOException, InterruptedException {
        long errors = 0;
        for (double done = 0; done < count; ) {
            Sample sample = peers.run(4, 128, 0, 1_000);
            done += sample.rps();
            errors += sample.errors();
        }
        progress.step("%s: %,d cycles", peers.variant().label(), count);
        return errors;
    }

    // ---- other circumstances

    private void fallback() throws IOException, InterruptedException {
        compare("fallback", http("smc-fallback", "nio"), List.of(new Load(1, 128, 0), new Load(8, 128, 0), new Load(64, 128, 0)));
        compare("fallback", List.of(variant("ping-pong", "smc-fallback"), variant("ping-pong", "jdk"),
                variant("ping-pong", "smc-selector-fallback"), variant("ping-pong", "jdk-selector")),
                List.of(new Load(1, 128, 0), new Load(8, 128, 0)));
        compare("fallback", List.of(variant("stream", "smc-fallback"), variant("stream", "jdk")), List.of(new Load(1, 65536, 0)));
    }

    private void spin() throws IOException, InterruptedException {
        Variant smc = variant("http-client", "smc");
        List<Variant> variants = new ArrayList<>(List.of(smc.with("spin-mode=never", "smc never"),
                smc.with("spin-mode=always", "smc always")));
        for (int micros : List.of(5, 20, 50, 200)) {
            variants.add(smc.with("spin-limit-us=" + micros, "smc adaptive " + micros + " us"));
        }
        variants.add(variant("http-client", "uds"));
        compare("spin", variants, List.of(new Load(1, 128, 0), new Load(8, 128, 0), new Load(64, 128, 0), new Load(1, 128, 800),
                new Load(16, 128, 10_000)));
    }

    private void burners() throws IOException, InterruptedException {
        for (int count = 1; count <= 2; count++) {
            try (Burners burners = new Burners(count)) {
                compare(count + " burning", http("smc", "epoll", "uds"), List.of(new Load(1, 128, 0), new Load(8, 128, 0),
                        new Load(64, 128, 0)));
            }
        }
    }
}
