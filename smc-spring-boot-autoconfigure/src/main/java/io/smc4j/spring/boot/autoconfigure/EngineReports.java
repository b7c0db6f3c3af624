package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Role;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Turns the engine's snapshots into reports. Loads only where the engine does. */
final class EngineReports {

    private EngineReports() {
    }

    static SmcReport report(SmcReport.Configuration configuration, SmcSnapshot snapshot) {
        return new SmcReport(true, null, Platform.java(), Platform.os(), snapshot.gid(), configuration,
                snapshot.connections().stream().map(EngineReports::connection)
                        .sorted(Comparator.comparingLong(SmcReport.Connection::id)).toList(),
                snapshot.linkGroups().stream().map(EngineReports::linkGroup).toList(),
                handshakes(snapshot.handshakes()), fallbacks(snapshot.fallbacks()), bytes(snapshot.bytes()),
                new SmcReport.RingMemory(snapshot.ringMemoryInUse(), snapshot.ringMemoryLimit()),
                rdma(snapshot.rdma()), snapshot.rdma().devices().stream().map(EngineReports::device).toList());
    }

    static SmcReport.Reason reason(FallbackReason reason) {
        return new SmcReport.Reason(reason.name(), code(reason.code()), reason.text(), reason.hint());
    }

    private static SmcReport.Connection connection(SmcSnapshot.Connection connection) {
        return new SmcReport.Connection(connection.id(), Role.valueOf(connection.role().name()),
                address(connection.local()), address(connection.peer()),
                (connection.mode() != null) ? mode(connection.mode()) : null, connection.state(),
                connection.sendBufferSize(), connection.receiveBufferSize(), connection.bytesSent(),
                connection.bytesReceived(),
                (connection.fallbackReason() != null) ? reason(connection.fallbackReason()) : null,
                (connection.peerDiagnosis() != 0) ? code(connection.peerDiagnosis()) : null,
                number(connection.linkGroup()), number(connection.link()), connection.since());
    }

    private static SmcReport.LinkGroup linkGroup(SmcSnapshot.LinkGroup group) {
        return new SmcReport.LinkGroup(group.id(), mode(group.mode()), Role.valueOf(group.role().name()),
                group.peerGid(), number(group.peerPid()), group.connections(), group.ringMemory(),
                (group.smcr() != null) ? smcr(group.smcr()) : null);
    }

    private static SmcReport.Smcr smcr(SmcSnapshot.Smcr smcr) {
        return new SmcReport.Smcr(smcr.version(), smcr.type(), smcr.eid(), smcr.peerHost(), smcr.maxConnections(),
                smcr.links().stream().map(EngineReports::link).toList());
    }

    private static SmcReport.Link link(SmcSnapshot.Link link) {
        return new SmcReport.Link(link.number(), link.state(), link.device(), link.port(), link.gid(), link.peerGid(),
                link.qpn(), link.peerQpn(), link.connections());
    }

    private static SmcReport.Rdma rdma(SmcSnapshot.Rdma rdma) {
        return new SmcReport.Rdma(SmcProperties.RdmaProvider.valueOf(rdma.provider().name()),
                (rdma.objection() != null) ? reason(rdma.objection()) : null);
    }

    private static SmcReport.Device device(SmcSnapshot.Device device) {
        return new SmcReport.Device(device.name(), device.port(), device.netdev(), device.active(), device.gids(),
                device.links());
    }

    /** The engine's 0 stands for none. */
    private static Integer number(int number) {
        return (number != 0) ? number : null;
    }

    private static Map<Outcome, Long> handshakes(Map<SmcSnapshot.HandshakeOutcome, Long> handshakes) {
        Map<Outcome, Long> result = new EnumMap<>(Outcome.class);
        for (SmcSnapshot.HandshakeOutcome outcome : SmcSnapshot.HandshakeOutcome.values()) {
            result.put(Outcome.valueOf(outcome.name()), handshakes.getOrDefault(outcome, 0L));
        }
        return result;
    }

    private static List<SmcReport.Fallback> fallbacks(Map<FallbackReason, Long> fallbacks) {
        return fallbacks.entrySet().stream()
                .filter((entry) -> entry.getValue() > 0)
                .map((entry) -> new SmcReport.Fallback(reason(entry.getKey()), entry.getValue()))
                .sorted(Comparator.comparingLong(SmcReport.Fallback::count).reversed()
                        .thenComparing((fallback) -> fallback.reason().code()))
                .toList();
    }

    private static Map<Mode, SmcReport.Traffic> bytes(Map<SmcMode, SmcSnapshot.Traffic> bytes) {
        Map<Mode, SmcReport.Traffic> result = new EnumMap<>(Mode.class);
        for (SmcMode mode : SmcMode.values()) {
            SmcSnapshot.Traffic traffic = bytes.getOrDefault(mode, new SmcSnapshot.Traffic(0, 0));
            result.put(mode(mode), new SmcReport.Traffic(traffic.sent(), traffic.received()));
        }
        return result;
    }

    private static Mode mode(SmcMode mode) {
        return Mode.valueOf(mode.name());
    }

    private static String code(int code) {
        return String.format("0x%08X", code);
    }

    /** The address in digits, which needs no name service. */
    private static String address(InetSocketAddress address) {
        if (address == null) {
            return null;
        }
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
