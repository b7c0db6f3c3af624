package io.smc4j.engine.cli;

import io.smc4j.engine.PeerCheck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what came of a check. */
final class PeerReport {

    private PeerReport() {
    }

    /** For people. */
    static String toTable(PeerCheck check) {
        int width = check.steps().stream().mapToInt(step -> step.name().length()).max().orElse(1);
        StringBuilder text = new StringBuilder();
        for (PeerCheck.Step step : check.steps()) {
            text.append(String.format("%-" + width + "s  %-6s  %s%n", step.name(), step.passed() ? "ok" : "failed",
                    step.found()));
        }
        text.append(String.format("%n%s: %s%n", check.peer(), check.verdict()));
        if (!check.lever().isEmpty()) {
            text.append(String.format("hint: %s%n", check.lever()));
        }
        return text.toString();
    }

    /** For scripts. */
    static String toJson(PeerCheck check) {
        List<Map<String, Object>> steps = check.steps().stream().map(PeerReport::toMap).toList();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("peer", check.peer());
        object.put("mode", check.mode());
        object.put("steps", steps);
        object.put("verdict", check.verdict());
        object.put("lever", check.lever());
        return Json.write(object);
    }

    private static Map<String, Object> toMap(PeerCheck.Step step) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", step.name());
        map.put("passed", step.passed());
        map.put("found", step.found());
        return map;
    }
}
