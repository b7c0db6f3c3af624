package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Variants of one pair. All their processes are alive at once and idle when it is not their turn; they take turns
 * within seconds, so that whatever else the machine does hits all.
 */
final class Comparison implements AutoCloseable {

    private static final int TRIES = 6;

    private final Task task;
    private final Options options;
    private final Progress progress;
    private final LongSupplier besideNanos;
    private final List<Peers> peers = new ArrayList<>();
    private final Map<Cell, Series> all = new LinkedHashMap<>();
    /** Why cells failed, those that were measured all the same as well. */
    private final Map<Cell, String> failures = new LinkedHashMap<>();
    private final Set<Cell> givenUp = new HashSet<>();

    /**
     * Starts the processes; what does not start is left out, and told.
     *
     * @param besideNanos CPU time of what was started to be busy beside
     */
    Comparison(Task task, Launch launch, Options options, Progress progress, LongSupplier besideNanos)
            throws IOException, InterruptedException {
        this.task = task;
        this.options = options;
        this.progress = progress;
        this.besideNanos = besideNanos;
        boolean started = false;
        try {
            for (Variant variant : task.variants()) {
                try {
                    peers.add(new Peers(variant, launch, task.scenario(), options));
                } catch (MeasurementException e) {
                    progress.leftOut(e.getMessage());
                }
            }
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** Lets the JIT compilers do their work, all variants by turns. */
    void warmUp() throws InterruptedException {
        Map<Peers, WarmUp> cold = new LinkedHashMap<>();
        peers.forEach(pair -> cold.put(pair, new WarmUp(options.quick())));
        while (!cold.isEmpty()) {
            for (Peers pair : List.copyOf(cold.keySet())) {
                WarmUp state = cold.get(pair);
                state.turn(warmUpTurn(pair));
                if (!peers.contains(pair)) {
                    cold.remove(pair);
                } else if (state.isDone()) {
                    cold.remove(pair);
                    progress.step("%s %s warm: %s", task.title(), pair.variant().label(), state);
                }
            }
        }
        progress.done(task.warmUpSeconds());
    }

    private double warmUpTurn(Peers pair) throws InterruptedException {
        double[] rate = {0};
        for (Load load : task.loads()) {
            // Without a fixed rate, which would be too low to warm anything.
            Load closed = new Load(load.connections(), load.body(), 0);
            guarded(pair, load, () -> rate[0] += pair.run(closed, WarmUp.TURN_MILLIS / task.loads().size(), besideNanos)
                    .rps());
        }
        return rate[0] / task.loads().size();
    }

    /** Runs rounds, and further ones for what is not steady. */
    void measure() throws InterruptedException {
        for (int round = 0; round < options.rounds() && !peers.isEmpty(); round++) {
            progress.step("%s, round %d of %d", task.title(), round + 1, options.rounds());
            for (Load load : task.loads()) {
                round(load, round);
            }
            progress.done(task.roundSeconds(options.millis()));
        }
        for (int more = 0; more < options.rounds(); more++) {
            List<Load> unsteady = task.loads().stream().filter(this::isUnsteady).toList();
            if (unsteady.isEmpty()) {
                break;
            }
            double seconds = task.roundSeconds(options.millis()) * unsteady.size() / task.loads().size();
            progress.more(seconds);
            progress.step("%s, %d of %d cells not steady, one more round", task.title(), unsteady.size(),
                    task.loads().size());
            for (Load load : unsteady) {
                round(load, options.rounds() + more);
            }
            progress.done(seconds);
        }
    }

    private boolean isUnsteady(Load load) {
        return peers.stream().map(pair -> all.get(cell(pair, load)))
                .anyMatch(series -> series != null && series.isUnsteady());
    }

    private void round(Load load, int round) throws InterruptedException {
        List<Peers> order = round % 2 == 0 ? List.copyOf(peers) : List.copyOf(peers).reversed();
        for (Peers pair : order) {
            guarded(pair, load, () -> {
                Sample sample = sample(pair, load);
                all.computeIfAbsent(cell(pair, load), Series::new).add(sample);
            });
        }
    }

    private Sample sample(Peers pair, Load load) throws InterruptedException {
        Sample best = null;
        for (int i = 0; i < TRIES && (best == null || best.foreign() > Sample.MOST_FOREIGN); i++) {
            Sample next = pair.run(load, options.millis(), besideNanos);
            if (best == null || next.foreign() < best.foreign()) {
                best = next;
            }
        }
        return best;
    }

    private Cell cell(Peers pair, Load load) {
        Variant variant = pair.variant();
        return new Cell(task.scenario(), variant.pair(), variant.label(), load.connections(), load.body(),
                variant.loops(), load.rate());
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    /**
     * A cell that fails loses this round, and is left out when it fails again; one whose peer is gone takes the
     * variant's others along. All else goes on.
     */
    private void guarded(Peers pair, Load load, Action action) throws InterruptedException {
        Cell cell = cell(pair, load);
        if (givenUp.contains(cell) || !peers.contains(pair)) {
            return;
        }
        try {
            action.run();
        } catch (PeerGoneException e) {
            peers.remove(pair);
            pair.close();
            giveUp(cell, e.getMessage());
            for (Cell other : task.loads().stream().map(each -> cell(pair, each)).toList()) {
                if (!all.containsKey(other) && givenUp.add(other)) {
                    failures.put(other, "not measured, as " + e.getMessage());
                }
            }
        } catch (MeasurementException e) {
            if (failures.putIfAbsent(cell, e.getMessage()) == null) {
                progress.step("failed, to be tried once more: %s: %s", cell.title(), e.getMessage());
            } else {
                giveUp(cell, e.getMessage());
            }
        }
    }

    private void giveUp(Cell cell, String reason) {
        all.remove(cell);
        givenUp.add(cell);
        failures.put(cell, reason);
        progress.step("failed: %s: %s", cell.title(), reason);
    }

    Collection<Series> series() {
        return all.values();
    }

    /** The reasons, of cells that have no figures. */
    Map<Cell, String> failed() {
        return failures(cell -> !all.containsKey(cell));
    }

    /** The reasons, of cells that were measured when tried again. */
    Map<Cell, String> failedOnce() {
        return failures(all::containsKey);
    }

    private Map<Cell, String> failures(Predicate<Cell> which) {
        Map<Cell, String> some = new LinkedHashMap<>(failures);
        some.keySet().removeIf(which.negate());
        return some;
    }

    @Override
    public void close() {
        peers.forEach(Peers::close);
    }
}
