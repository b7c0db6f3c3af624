package io.smc4j.engine.report;

import io.smc4j.engine.Addresses;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Connection;
import io.smc4j.engine.SmcSnapshot.Device;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Link;
import io.smc4j.engine.SmcSnapshot.LinkGroup;
import io.smc4j.engine.SmcSnapshot.SharedMemory;
import io.smc4j.engine.SmcSnapshot.Smcr;
import io.smc4j.engine.SmcSnapshot.Traffic;
import java.util.List;

/**
 * A report as text: the connections as {@code smcss} prints sockets, link groups, links and devices as {@code smcr}
 * does, then the sums.
 */
public final class ReportText {

    private final String cause;
    private final SmcSnapshot snapshot;
    private final List<Connection> connections;
    private final List<RuleInForce> rules;

    /**
     * Makes a report.
     *
     * @param cause why SMC is off; {@code null} if it is on
     * @param connections those to be shown
     * @param rules those in force
     */
    public ReportText(String cause, SmcSnapshot snapshot, List<Connection> connections, List<RuleInForce> rules) {
        this.cause = cause;
        this.snapshot = snapshot;
        this.connections = connections;
        this.rules = rules;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(cause == null ? "SMC is on" : "SMC is off: " + cause).append('\n');
        text.append("Java ").append(Platform.java()).append(", ").append(Platform.os()).append('\n');
        text.append(directory()).append(learnedListeners()).append(rdma()).append('\n');
        text.append(connections());
        text.append(linkGroups()).append(links()).append(devices());
        text.append(rules());
        text.append('\n').append(handshakes()).append(bytes()).append(ringMemory()).append(fallbacks());
        text.append(resources()).append(MonitorText.of(snapshot.monitor()))
                .append(StatisticsText.of(snapshot.statistics()));
        return text.toString();
    }

    private String directory() {
        SharedMemory sharedMemory = snapshot.sharedMemory();
        String objection = (sharedMemory.objection() != null) ? ": " + sharedMemory.objection() : "";
        if (sharedMemory.directory() == null) {
            return objection.isEmpty() ? "" : "No directory for shared memory" + objection + "\n";
        }
        StringBuilder text = new StringBuilder("Shared memory by directory ").append(sharedMemory.directory())
                .append(objection).append('\n');
        sharedMemory.engines().forEach((engine) -> text.append("  engine ").append(engine).append('\n'));
        return text.toString();
    }

    private String rdma() {
        if (snapshot.rdma().objection() != null) {
            return "RDMA is off: " + explained(snapshot.rdma().objection()) + "\n";
        }
        return switch (snapshot.rdma().provider()) {
            case KERNEL -> "RDMA by the kernel's AF_SMC\n";
            case NONE -> "";
            default -> "RDMA by verbs\n";
        };
    }

    private String learnedListeners() {
        StringBuilder text = new StringBuilder();
        snapshot.learnedListeners().forEach((listener) -> text.append("Listener that has told of SMC by HTTP: ")
                .append(Addresses.text(listener)).append('\n'));
        return text.toString();
    }

    private String connections() {
        TextTable table = new TextTable("State", "Role", "Local Address", "Peer Address", "Mode", ">Send Ring",
                ">Recv Ring", ">Bytes Sent", ">Bytes Recv", ">Link Group", ">Link");
        for (Connection connection : connections) {
            table.row(connection.state(), connection.role(), Addresses.text(connection.local()),
                    Addresses.text(connection.peer()), mode(connection),
                    ring(connection.sendBufferSize()), ring(connection.receiveBufferSize()), connection.bytesSent(),
                    connection.bytesReceived(), number(connection.linkGroup()), number(connection.link()));
        }
        return table.toString();
    }

    private static String mode(Connection connection) {
        if (connection.mode() == null) {
            return null;
        }
        StringBuilder mode = new StringBuilder(connection.mode().name());
        if (connection.fallbackReason() != null) {
            mode.append(' ').append(FallbackReason.codeText(connection.fallbackReason().code()));
        }
        if (connection.peerDiagnosis() != 0) {
            mode.append('/').append(FallbackReason.codeText(connection.peerDiagnosis()));
        }
        return mode.toString();
    }

    private static String ring(int size) {
        return (size > 0) ? Sizes.text(size) : null;
    }

    private String rules() {
        if (rules.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("Rule", "Origin", "Action", "Direction", "Host", "CIDR", "Port", ">Hits",
                "Expiry", "Note");
        for (RuleInForce rule : rules) {
            SmcPolicy.Rule text = rule.rule();
            table.row(rule.id(), rule.origin(), text.action(), text.direction(), text.host(), text.cidr(), text.port(),
                    rule.hits(), rule.expiry(), rule.note());
        }
        return "\n" + table;
    }

    private String linkGroups() {
        if (snapshot.linkGroups().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable(">Link Group", "Mode", "Role", "Type", ">Version", "EID", "Peer Host",
                "Peer GID", ">Peer PID", ">Connections", ">Max", ">Ring Memory");
        for (LinkGroup group : snapshot.linkGroups()) {
            Smcr smcr = group.smcr();
            table.row(group.id(), group.mode(), group.role(), (smcr != null) ? smcr.type() : null,
                    (smcr != null) ? smcr.version() : null, (smcr != null) ? named(smcr.eid()) : null,
                    (smcr != null) ? named(smcr.peerHost()) : null, group.peerGid(), number(group.peerPid()),
                    group.connections(), (smcr != null) ? smcr.maxConnections() : null,
                    Sizes.text(group.ringMemory()));
        }
        return "\n" + table;
    }

    private String links() {
        TextTable table = new TextTable(">Link Group", ">Link", "State", "IB Device", ">Port", "GID", "Peer GID",
                ">QPN", ">Peer QPN", ">Connections");
        boolean any = false;
        for (LinkGroup group : snapshot.linkGroups()) {
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
        if (snapshot.rdma().devices().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("Net Device", "IB Device", ">Port", "State", ">Links", "GIDs");
        for (Device device : snapshot.rdma().devices()) {
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
        return "Handshakes   %d SMC, %d fallback, %d failed\n".formatted(snapshot.handshakes()
                .get(HandshakeOutcome.SMC), snapshot.handshakes().get(HandshakeOutcome.FALLBACK), snapshot.handshakes()
                .get(HandshakeOutcome.FAILED));
    }

    private String bytes() {
        StringBuilder text = new StringBuilder();
        for (SmcMode mode : SmcMode.values()) {
            Traffic traffic = snapshot.bytes().get(mode);
            text.append("Bytes %-5s  %d sent, %d received\n".formatted(mode, traffic.sent(), traffic.received()));
        }
        return text.toString();
    }

    private String ringMemory() {
        return "Ring memory  %s of %s in use\n".formatted(Sizes.text(snapshot.ringMemoryInUse()),
                Sizes.text(snapshot.ringMemoryLimit()));
    }

    private String resources() {
        if (snapshot.resources().kinds().size() == 1) {
            // Ring memory has been told.
            return "";
        }
        TextTable table = new TextTable("Resource", ">Used", ">Limit", ">Highest", "");
        snapshot.resources().kinds().forEach((kind, resource) -> table.row(kind.text(), amount(kind, resource.used()),
                (resource.limit() != null) ? amount(kind, resource.limit()) : null, amount(kind, resource.highest()),
                resource.scarce() ? "scarce: " + kind.lever() : ""));
        return "\n" + table;
    }

    private static String amount(Kind kind, long amount) {
        return kind.isBytes() ? Sizes.text(amount) : Long.toString(amount);
    }

    private String fallbacks() {
        if (snapshot.fallbacks().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("Fallback Reason", "Code", ">Count", "Meaning");
        snapshot.fallbacks().forEach((reason, count) ->
                table.row(reason.name(), FallbackReason.codeText(reason.code()), count, explained(reason)));
        return "\n" + table;
    }

    /** Zeros stand for none. */
    private static Integer number(int number) {
        return (number != 0) ? number : null;
    }

    private static String explained(FallbackReason reason) {
        return reason.hint().isEmpty() ? reason.text() : reason.text() + "; " + reason.hint();
    }
}
