package io.smc4j.engine.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a machine offers to SMC.
 *
 * @param sameHostCause why processes of this host cannot use SMC-D; {@code null} if they can
 * @param remoteCause why other hosts cannot be reached by SMC-R; {@code null} if they can
 */
record MachineReport(List<Finding> findings, String sameHostCause, String remoteCause) {

    MachineReport {
        findings = List.copyOf(findings);
    }

    /** Whether there is any SMC path. */
    boolean usable() {
        return sameHostCause == null || remoteCause == null;
    }

    String verdict() {
        return "SMC-D between processes of this host: " + answer(sameHostCause)
                + "; SMC-R to other hosts: " + answer(remoteCause);
    }

    private static String answer(String cause) {
        return cause == null ? "yes" : "no (" + cause + ")";
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("usable", usable());
        map.put("smcd", path(sameHostCause));
        map.put("smcr", path(remoteCause));
        map.put("verdict", verdict());
        map.put("checks", findings.stream().map(Finding::toMap).toList());
        return map;
    }

    private static Map<String, Object> path(String cause) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("available", cause == null);
        map.put("cause", cause);
        return map;
    }

    /** An aligned table with the verdict below. */
    String toTable() {
        int title = width(findings.stream().map(Finding::title).toList());
        int state = width(findings.stream().map(finding -> finding.state().text()).toList());
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(String.format("%-" + title + "s  %-" + state + "s  %s%n",
                    finding.title(), finding.state().text(), finding.found()));
            if (!finding.hint().isEmpty()) {
                text.append(" ".repeat(title + state + 4)).append("hint: ").append(finding.hint())
                        .append(System.lineSeparator());
            }
        }
        return text.append(System.lineSeparator()).append(verdict()).append(System.lineSeparator()).toString();
    }

    private static int width(List<String> column) {
        return column.stream().mapToInt(String::length).max().orElse(1);
    }
}
