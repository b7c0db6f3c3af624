package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.Sizes;
import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Connection;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Reason;
import java.util.List;

/** A report as text: the connections as {@code smcss} prints sockets, then the sums. */
final class ReportText {

    private final SmcReport report;

    ReportText(SmcReport report) {
        this.report = report;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(report.available() ? "SMC is on" : "SMC is off: " + report.cause()).append('\n');
        text.append("Java ").append(report.java()).append(", ").append(report.os()).append("\n\n");
        text.append(connections());
        if (!report.linkGroups().isEmpty()) {
            text.append('\n').append(linkGroups());
        }
        text.append('\n').append(handshakes()).append(bytes()).append(ringMemory()).append(fallbacks());
        return text.toString();
    }

    private String connections() {
        TextTable table = new TextTable("State", "Role", "Local Address", "Peer Address", "Mode", ">Send Ring",
                ">Recv Ring", ">Bytes Sent", ">Bytes Recv");
        for (Connection connection : report.connections()) {
            table.row(connection.state(), connection.role(), connection.local(), connection.peer(), mode(connection),
                    ring(connection.sendBufferSize()), ring(connection.receiveBufferSize()), connection.bytesSent(),
                    connection.bytesReceived());
        }
        return table.toString();
    }

    private static String mode(Connection connection) {
        if (connection.mode() == null) {
            return null;
        }
        StringBuilder mode = new StringBuilder(connection.mode().name());
        if (connection.fallbackReason() != null) {
            mode.append(' ').append(connection.fallbackReason().code());
        }
        if (connection.peerDiagnosis() != null) {
            mode.append('/').append(connection.peerDiagnosis());
        }
        return mode.toString();
    }

    private static String ring(int size) {
        return (size > 0) ? Sizes.text(size) : null;
    }

    private String linkGroups() {
        TextTable table = new TextTable("Link Group", "Role", "Peer GID", ">Peer PID", ">Connections", ">Ring Memory");
        report.linkGroups().forEach((group) -> table.row(group.id(), group.role(), group.peerGid(), group.peerPid(),
                group.connections(), Sizes.text(group.ringMemory())));
        return table.toString();
    }

    private String handshakes() {
        return "Handshakes   %d SMC, %d fallback, %d failed\n".formatted(report.handshakes().get(Outcome.SMC),
                report.handshakes().get(Outcome.FALLBACK), report.handshakes().get(Outcome.FAILED));
    }

    private String bytes() {
        StringBuilder text = new StringBuilder();
        for (Mode mode : Mode.values()) {
            SmcReport.Traffic traffic = report.bytes().get(mode);
            text.append("Bytes %-5s  %d sent, %d received\n".formatted(mode, traffic.sent(), traffic.received()));
        }
        return text.toString();
    }

    private String ringMemory() {
        return "Ring memory  %s of %s in use\n".formatted(Sizes.text(report.ringMemory().used()),
                Sizes.text(report.ringMemory().limit()));
    }

    private String fallbacks() {
        List<SmcReport.Fallback> fallbacks = report.fallbacks();
        if (fallbacks.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("Fallback Reason", "Code", ">Count", "Meaning");
        for (SmcReport.Fallback fallback : fallbacks) {
            Reason reason = fallback.reason();
            table.row(reason.name(), reason.code(), fallback.count(),
                    reason.hint().isEmpty() ? reason.text() : reason.text() + "; " + reason.hint());
        }
        return "\n" + table;
    }
}
