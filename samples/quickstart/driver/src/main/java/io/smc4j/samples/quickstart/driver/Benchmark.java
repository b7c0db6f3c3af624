package io.smc4j.samples.quickstart.driver;

import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the load. Both pairs are alive all the time and idle when it is not their turn; TCP and SMC take turns within
 * seconds, so that whatever else the machine does hits both.
 */
final class Benchmark {

    static final int ROUNDS = 5;

    private static final List<Integer> CONNECTIONS = List.of(8, 64);
    private static final int ROUND_SECONDS = 1;

    private static final int WARM_UP_TURNS = 6;
    /**
     * A turn that would end later is left out, from the third on: on a slow machine, too, this is to end in 6 minutes.
     */
    private static final Duration WARM_UP_END = Duration.ofSeconds(250);
    private static final int LEAST_WARM_UP_TURNS = 2;

    private final Progress progress;
    private final AppPair tcp;
    private final AppPair smc;

    Benchmark(Progress progress, AppPair tcp, AppPair smc) {
        this.progress = progress;
        this.tcp = tcp;
        this.smc = smc;
    }

    /**
     * Opens the connections and lets the JIT compilers do their work, which takes minutes for four processes on two
     * processors. What is measured before shows the compilers, not the transport.
     */
    void warmUp() throws InterruptedException {
        int turnSeconds = 0;
        for (Hop hop : Hop.values()) {
            turnSeconds += 2 * CONNECTIONS.size() * hop.warmUpSeconds();
        }
        for (int turn = 1; turn <= WARM_UP_TURNS; turn++) {
            Duration end = progress.elapsed().plusSeconds(turnSeconds);
            if (turn > LEAST_WARM_UP_TURNS && end.compareTo(WARM_UP_END) > 0) {
                return;
            }
            progress.step("warming up, turn %d of %d, %d s; requests/s so far:", turn, WARM_UP_TURNS, turnSeconds);
            for (Hop hop : Hop.values()) {
                warmUp(hop);
            }
        }
    }

    private void warmUp(Hop hop) throws InterruptedException {
        for (AppPair pair : List.of(tcp, smc)) {
            StringBuilder rates = new StringBuilder();
            for (int connections : CONNECTIONS) {
                LoadResult result = load(pair, hop, connections, hop.warmUpSeconds());
                rates.append(" %8.0f with %d connections".formatted(result.requests() / result.seconds(), connections));
            }
            progress.detail("%s  %-28s%s", pair.label(), hop.title(), rates);
        }
    }

    /** The figures by hop and connections, in that order. */
    List<Comparison.Row> measure() throws InterruptedException {
        Map<Cell, Turns> cells = new LinkedHashMap<>();
        for (int round = 1; round <= ROUNDS; round++) {
            for (Hop hop : Hop.values()) {
                progress.step("round %d of %d: %s", round, ROUNDS, hop.title());
                for (int connections : CONNECTIONS) {
                    Turns turns = cells.computeIfAbsent(new Cell(hop, connections), cell -> new Turns());
                    if (round % 2 == 1) {
                        turns.tcp.add(sample(tcp, hop, connections));
                        turns.smc.add(sample(smc, hop, connections));
                    } else {
                        turns.smc.add(sample(smc, hop, connections));
                        turns.tcp.add(sample(tcp, hop, connections));
                    }
                    turns.mode = mode(smc, hop).requireSmc(hop.title()).mode();
                }
            }
        }
        return cells.entrySet().stream().map(cell -> cell.getValue().row(cell.getKey())).toList();
    }

    private Sample sample(AppPair pair, Hop hop, int connections) throws InterruptedException {
        Duration before = pair.cpuTime();
        LoadResult result = load(pair, hop, connections, ROUND_SECONDS);
        return Sample.of(result, pair.cpuTime().minus(before));
    }

    /** Runs one load and fails if any request did. */
    static LoadResult load(AppPair pair, Hop hop, int connections, int seconds) throws InterruptedException {
        LoadResult result = hop.caller(pair).post(hop.loadPath(connections, seconds), "", LoadResult.class);
        if (result.errors() > 0 || result.requests() == 0) {
            throw new QuickstartException("%s, %s, %d connections: %d requests, %d errors, the first: %s".formatted(
                    pair.label(), hop.title(), connections, result.requests(), result.errors(), result.firstError()));
        }
        return result;
    }

    /** How a hop's connections run at this moment. */
    static HopMode mode(AppPair pair, Hop hop) throws InterruptedException {
        return hop.caller(pair).get(SmcReport.PATH, SmcReport.class).hopMode(hop.callee(pair).port());
    }

    private record Cell(Hop hop, int connections) {
    }

    private static final class Turns {

        private final List<Sample> tcp = new ArrayList<>();
        private final List<Sample> smc = new ArrayList<>();
        private String mode;

        Comparison.Row row(Cell cell) {
            return new Comparison.Row(cell.hop().title(), cell.hop().client(), cell.hop().server(), mode,
                    cell.connections(), Sample.median(tcp), Sample.median(smc));
        }
    }
}
