package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.Sizes;
import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Connection;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Device;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Link;
import io.smc4j.spring.boot.autoconfigure.SmcReport.LinkGroup;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Reason;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Smcr;
import java.util.List;

/**
 * A report as text: the connections as {@code smcss} prints sockets, link groups, links and devices as {@code smcr} does,
 * then the sums.
 */
final class ReportText {

    private final SmcReport report;

    ReportText(SmcReport report) {
        this.report = report;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(report.available() ? "SMC is on" : "SMC is off: " + report.cause()).append('\n');
        text.append("Java ").append(report.java()).append(", ").append(report.os()).append('\n');
        text.append(rdma()).append('\n');
        text.append(connections());
        text.append(linkGroups()).append(links()).append(devices());
        text.append('\n').append(handshakes()).append(bytes()).append(ringMemory()).append(fallbacks());
        return text.toString();
    }

    private String rdma() {
        if (report.rdma().objection() != null) {
            return "RDMA is off: " + explained(report.rdma().objection()) + "\n";
        }
        return switch (report.rdma().provider()) {
            case KERNEL -> "RDMA by the kernel's AF_SMC\n";
            case NONE -> "";
            default -> "RDMA by verbs\n";
        };
    }

    private String connections() {
        TextTable table = new TextTable("State", "Role", "Local Address", "Peer Address", "Mode", ">Send Ring",
                ">Recv Ring", ">Bytes Sent", ">Bytes Recv", ">Link Group", ">Link");
        for (Connection connection : report.connections()) {
            table.row(connection.state(), connection.role(), connection.local(), connection.peer(), mode(connection),
                    ring(connection.sendBufferSize()), ring(connection.receiveBufferSize()), connection.bytesSent(),
                    connection.bytesReceived(), connection.linkGroup(), connection.link());
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
        if (report.linkGroups().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable(">Link Group", "Mode", "Role", "Type", ">Version", "EID", "Peer Host", "Peer GID",
                ">Peer PID", ">Connections", ">Max", ">Ring Memory");
        for (LinkGroup group : report.linkGroups()) {
            Smcr smcr = group.smcr();
            table.row(group.id(), group.mode(), group.role(), (smcr != null) ? smcr.type() : null,
                    (smcr != null) ? smcr.version() : null, (smcr != null) ? named(smcr.eid()) : null,
                    (smcr != null) ? named(smcr.peerHost()) : null, group.peerGid(), group.peerPid(),
                    group.connections(), (smcr != null) ? smcr.maxConnections() : null,
                    Sizes.text(group.ringMemory()));
        }
        return "\n" + table;
    }

    private String links() {
        TextTable table = new TextTable(">Link Group", ">Link", "State", "IB Device", ">Port", "GID", "Peer GID", ">QPN",
                ">Peer QPN", ">Connections");
        boolean any = false;
        for (LinkGroup group : report.linkGroups()) {
            for (Link link : (group.smcr() != null) ? group.smcr().links() : List.<Link>of()) {
                table.row(group.id(), link.number(), link.state(), link.device(), link.port(), link.gid(),
                        link.peerGid(), link.qpn(), link.peerQpn(), link.connections());
                any = true;
            }
        }
        return any ? "\n" + table : "";
    }

    /** A port with several GIDs has a row for each of them. */
    private String devices() {
        if (report.devices().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("Net Device", "IB Device", ">Port", "State", ">Links", "GIDs");
        for (Device device : report.devices()) {
            table.row(named(device.netdev()), device.name(), device.port(), device.active() ? "ACTIVE" : "INACTIVE",
                    device.links(), device.gids().isEmpty() ? null : device.gids().get(0));
            device.gids().stream().skip(1).forEach((gid) -> table.row("", "", "", "", "", gid));
        }
        return "\n" + table;
    }

    private static String named(String name) {
        return name.isEmpty() ? null : name;
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
            table.row(reason.name(), reason.code(), fallback.count(), explained(reason));
        }
        return "\n" + table;
    }

    private static String explained(Reason reason) {
        return reason.hint().isEmpty() ? reason.text() : reason.text() + "; " + reason.hint();
    }
}
