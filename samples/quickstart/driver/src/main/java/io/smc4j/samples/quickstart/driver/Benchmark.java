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

    private static final List<Integer> CONNECTIONS = List.of(8, 64);
    private static final int ROUNDS = 3;
    private static final int ROUND_SECONDS = 2;

    private final Progress progress;
    private final AppPair tcp;
    private final AppPair smc;

    Benchmark(Progress progress, AppPair tcp, AppPair smc) {
        this.progress = progress;
        this.tcp = tcp;
        this.smc = smc;
    }

    /** Opens the connections and lets the JIT compilers do their work: the reactive hop has a code base of its own. */
    void warmUp() throws InterruptedException {
        for (AppPair pair : List.of(tcp, smc)) {
            for (Hop hop : Hop.values()) {
                int seconds = hop == Hop.WEB_CLIENT ? 10 : 4;
                progress.step("warming up %s: %s, %d s", pair.label(), hop.title(), seconds * CONNECTIONS.size());
                for (int connections : CONNECTIONS) {
                    load(pair, hop, connections, seconds);
                }
            }
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
