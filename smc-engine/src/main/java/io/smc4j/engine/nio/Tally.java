package io.smc4j.engine.nio;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcSnapshot.Traffic;
import io.smc4j.engine.SmcStatistics;
import io.smc4j.engine.connection.ConnectionFigures;
import io.smc4j.engine.core.SmcEngine;
import java.util.EnumMap;
import java.util.Map;

/** Sums over connections. Not thread-safe. */
final class Tally {

    private static final int CLASSES = SmcStatistics.SIZE_CLASSES.size();
    private static final int MODES = SmcMode.values().length;

    private final long[][] reads = new long[MODES][CLASSES];
    private final long[][] writes = new long[MODES][CLASSES];
    private final long[] ringSizes = new long[CLASSES];
    private long fullLocal;
    private long fullRemote;
    private long tooSmall;
    private long doorbellsRung;
    private long doorbellsSpared;

    Tally copy() {
        Tally copy = new Tally();
        for (int mode = 0; mode < MODES; mode++) {
            System.arraycopy(reads[mode], 0, copy.reads[mode], 0, CLASSES);
            System.arraycopy(writes[mode], 0, copy.writes[mode], 0, CLASSES);
        }
        copy.fullLocal = fullLocal;
        copy.fullRemote = fullRemote;
        copy.tooSmall = tooSmall;
        copy.doorbellsRung = doorbellsRung;
        copy.doorbellsSpared = doorbellsSpared;
        return copy;
    }

    /** Adds reads and writes, and what came of them. */
    void add(SmcMode mode, Flow flow) {
        flow.addTo(reads[mode.ordinal()], writes[mode.ordinal()]);
        fullRemote += flow.stalls();
        tooSmall += flow.tooSmall();
    }

    /** Adds what only SMC connections have. */
    void add(ConnectionFigures figures) {
        fullLocal += figures.ringFull();
        doorbellsRung += figures.doorbellsRung();
        doorbellsSpared += figures.doorbellsSpared();
    }

    /** Notes the ring of an open connection. */
    void addRing(int size) {
        ringSizes[SmcStatistics.sizeClass(size)]++;
    }

    /**
     * All that was counted.
     *
     * @param bytes payload bytes by mode
     */
    SmcStatistics statistics(SmcEngine engine, Map<Role, SmcStatistics.Connections> connections,
            Map<SmcMode, Traffic> bytes) {
        Map<SmcMode, SmcStatistics.Traffic> traffic = new EnumMap<>(SmcMode.class);
        for (SmcMode mode : SmcMode.values()) {
            Traffic moved = bytes.get(mode);
            traffic.put(mode, new SmcStatistics.Traffic(
                    new SmcStatistics.Calls(moved.sent(), writes[mode.ordinal()]),
                    new SmcStatistics.Calls(moved.received(), reads[mode.ordinal()])));
        }
        return new SmcStatistics(connections, traffic,
                new SmcStatistics.Rings(fullLocal, fullRemote, tooSmall, SmcStatistics.bySize(ringSizes),
                        engine.budget().grown(), engine.budget().reused()),
                new SmcStatistics.Waiting(doorbellsRung, doorbellsSpared, engine.spinPolicy().pollsMet(),
                        engine.spinPolicy().pollsInVain(), engine.spinPolicy().naps()));
    }
}
