package io.smc4j.samples.quickstart.driver;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a caller's connections run some seconds after their server was started anew.
 *
 * @param onSmc connections on SMC
 * @param others how many there are for each reason not to be on SMC
 */
record Restart(int onSmc, Map<String, Long> others) {

    /** The share of connections on SMC that is to be reached. */
    static final double TARGET = 0.95;

    private static final String UNDECIDED = "under negotiation";

    /** Those of a report that lead to a server. */
    static Restart of(SmcReport report, int serverPort) {
        List<SmcReport.Connection> toServer = report.connections().stream()
                .filter(c -> c.role().equals("CLIENT") && c.peer().endsWith(":" + serverPort)).toList();
        Map<String, Long> others = toServer.stream().filter(c -> !isSmc(c))
                .collect(Collectors.groupingBy(Restart::reason, TreeMap::new, Collectors.counting()));
        return new Restart((int) toServer.stream().filter(Restart::isSmc).count(), others);
    }

    private static boolean isSmc(SmcReport.Connection connection) {
        return connection.mode() != null && !connection.mode().equals(HopMode.TCP);
    }

    private static String reason(SmcReport.Connection connection) {
        return connection.mode() == null ? UNDECIDED
                : connection.fallbackReason() == null ? "no reason given" : connection.fallbackReason().name();
    }

    private long connections() {
        return onSmc + others.values().stream().mapToLong(Long::longValue).sum();
    }

    /** 0 if there are none at all. */
    double share() {
        return connections() == 0 ? 0 : (double) onSmc / connections();
    }

    boolean isReached() {
        return share() >= TARGET;
    }

    @Override
    public String toString() {
        String rest = others.isEmpty() ? "" : ", else " + others;
        return "%d of %d connections on SMC%s".formatted(onSmc, connections(), rest);
    }
}
