package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Variants of one pair. All their processes are alive at once and idle when it is not their turn; they take turns within
 * seconds, so that whatever else the machine does hits all.
 */
final class Comparison implements AutoCloseable {

    private static final int WARM_UP_TURN_MILLIS = 5_000;
    private static final int LEAST_WARM_UP_TURNS = 3;
    private static final int MOST_WARM_UP_TURNS = 10;
    private static final double STILL_WARMING = 1.05;
    private static final double MOST_FOREIGN = 0.12;
    private static final int TRIES = 6;
    private static final double MOST_TREND = 0.10;

    private final String scenario;
    private final Options options;
    private final Progress progress;
    private final List<Peers> peers = new ArrayList<>();
    private final Map<Cell, Series> all = new LinkedHashMap<>();

    /** Starts the processes; what does not start is left out, and told. */
    Comparison(String scenario, List<Variant> variants, List<String> command, Options options, Progress progress)
            throws IOException, InterruptedException {
        this.scenario = scenario;
        this.options = options;
        this.progress = progress;
        for (Variant variant : variants) {
            try {
                peers.add(new Peers(variant, command, options.logs()));
            } catch (MeasurementException e) {
                progress.leftOut(e.getMessage());
            }
        }
    }

    /** Lets the JIT compilers do their work: what is measured before shows them and not the transport. */
    void warmUp(List<Load> loads) throws IOException, InterruptedException {
        for (Peers pair : List.copyOf(peers)) {
            guarded(pair, () -> warmUp(pair, loads));
        }
    }

    private void warmUp(Peers pair, List<Load> loads) throws IOException, InterruptedException {
        StringBuilder rates = new StringBuilder();
        double before = 0;
        for (int turn = 0; turn < MOST_WARM_UP_TURNS; turn++) {
            double rate = 0;
            for (Load load : loads) {
                rate += pair.run(load.connections(), load.body(), 0, WARM_UP_TURN_MILLIS / loads.size()).rps();
            }
            rates.append(' ').append(Math.round(rate / loads.size()));
            if (turn + 1 >= LEAST_WARM_UP_TURNS && rate < before * STILL_WARMING) {
                break;
            }
            before = rate;
        }
        progress.step("%s %s warm, requests/s:%s", pair.variant().pair(), pair.variant().label(), rates);
    }

    /** Runs rounds, and further ones for what is not steady. */
    void measure(List<Load> loads) throws IOException, InterruptedException {
        for (int round = 0; round < options.rounds(); round++) {
            progress.step("%s%s round %d of %d", scenario.isEmpty() ? "" : scenario + ", ", peers.isEmpty() ? "" : peers.get(0)
                    .variant().pair(), round + 1, options.rounds());
            for (Load load : loads) {
                round(load, round);
            }
        }
        for (int more = 0; more < options.rounds(); more++) {
            List<Load> unsteady = loads.stream().filter(this::isUnsteady).toList();
            if (unsteady.isEmpty()) {
                break;
            }
            progress.step("%d of %d cells not steady, one more round", unsteady.size(), loads.size());
            for (Load load : unsteady) {
                round(load, more);
            }
        }
    }

    private boolean isUnsteady(Load load) {
        return peers.stream().map(pair -> all.get(cell(pair, load))).anyMatch(
                series -> series != null && Math.abs(series.trend()) > MOST_TREND);
    }

    private void round(Load load, int round) throws IOException, InterruptedException {
        List<Peers> order = round % 2 == 0 ? List.copyOf(peers) : List.copyOf(peers).reversed();
        for (Peers pair : order) {
            guarded(pair, () -> all.computeIfAbsent(cell(pair, load), Series::new).add(sample(pair, load)));
        }
    }

    private Sample sample(Peers pair, Load load) throws IOException, InterruptedException {
        Sample best = null;
        for (int i = 0; i < TRIES && (best == null || best.foreign() > MOST_FOREIGN + options.burners()); i++) {
            Sample next = pair.run(load.connections(), load.body(), load.rate(), options.millis());
            if (best == null || next.foreign() < best.foreign()) {
                best = next;
            }
        }
        return best;
    }

    private Cell cell(Peers pair, Load load) {
        Variant variant = pair.variant();
        return new Cell(scenario, variant.pair(), variant.label(), load.connections(), load.body(), variant.loops(), load.rate());
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    /** A variant that fails is out; the others go on. */
    private void guarded(Peers pair, Action action) throws InterruptedException {
        try {
            action.run();
        } catch (MeasurementException | IOException e) {
            progress.leftOut(pair.variant().pair() + " " + pair.variant().label() + ", as " + e.getMessage());
            peers.remove(pair);
            pair.close();
        }
    }

    /** The variants that run. */
    List<Peers> peers() {
        return peers;
    }

    void series(Consumer<Series> taker) {
        all.values().forEach(taker);
    }

    @Override
    public void close() {
        peers.forEach(Peers::close);
    }

    static Path logs(Path module) {
        return module.resolve("target/logs");
    }
}
