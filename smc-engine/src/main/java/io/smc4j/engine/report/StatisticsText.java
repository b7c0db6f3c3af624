package io.smc4j.engine.report;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcStatistics;
import java.util.ArrayList;
import java.util.List;

/** Statistics as text, in the manner of {@code smcd stats}: since the start, and since a reset if there was one. */
final class StatisticsText {

    private StatisticsText() {
    }

    static String of(SmcStatistics.Report report) {
        if (report.startedAt() == null) {
            return "";
        }
        String text = span("since " + report.startedAt(), report.sinceStart());
        return report.resetAt().equals(report.startedAt()) ? text
                : text + span("since the reset at " + report.resetAt(), report.sinceReset());
    }

    private static String span(String title, SmcStatistics statistics) {
        StringBuilder text = new StringBuilder("\nStatistics ").append(title).append('\n');
        TextTable connections = new TextTable("Role", ">Connections", ">SMC", ">Fallback", ">Handshake Errors");
        for (Role role : Role.values()) {
            SmcStatistics.Connections made = statistics.connections().get(role);
            connections.row(role, made.total(), made.smc(), made.onTcp(), made.failed());
        }
        List<String> titles = new ArrayList<>(List.of("Mode", "Direction", ">Bytes", ">Calls"));
        SmcStatistics.SIZE_CLASSES.forEach((size) -> titles.add(">" + size));
        TextTable traffic = new TextTable(titles.toArray(String[]::new));
        statistics.traffic().forEach((mode, moved) -> {
            calls(traffic, mode, "write", moved.writes());
            calls(traffic, mode, "read", moved.reads());
        });
        SmcStatistics.Rings rings = statistics.rings();
        SmcStatistics.Waiting waiting = statistics.waiting();
        return text.append(connections).append(traffic)
                .append("Rings      %d full (local), %d full (remote), %d too small, %d grown, %d reused\n".formatted(
                        rings.fullLocal(), rings.fullRemote(), rings.tooSmall(), rings.grown(), rings.reused()))
                .append("Doorbells  %d rung, %d spared\n".formatted(waiting.doorbellsRung(),
                        waiting.doorbellsSpared()))
                .append("Polls      %d met, %d in vain; %d naps\n".formatted(waiting.pollsMet(),
                        waiting.pollsInVain(), waiting.naps())).toString();
    }

    private static void calls(TextTable table, SmcMode mode, String direction, SmcStatistics.Calls calls) {
        List<Object> cells = new ArrayList<>(List.of(mode, direction, calls.bytes(), calls.count()));
        cells.addAll(calls.sizes().values());
        table.row(cells.toArray());
    }
}
