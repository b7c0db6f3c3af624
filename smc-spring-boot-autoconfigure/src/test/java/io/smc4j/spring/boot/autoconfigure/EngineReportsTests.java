package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Role;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineReportsTests {

    private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 8080);
    private static final InetSocketAddress PEER = new InetSocketAddress("fd00::1", 40000);
    private static final SmcSnapshot.Rdma NO_RDMA = new SmcSnapshot.Rdma(
            RdmaConfig.Provider.NONE, FallbackReason.NO_RDMA_LIBRARY, List.of());

    @Test
    void enumsAreTheEngines() {
        assertThat(Mode.values()).extracting(Enum::name).containsExactlyElementsOf(names(SmcMode.values()));
        assertThat(Role.values()).extracting(Enum::name).containsExactlyElementsOf(names(SmcSnapshot.Role.values()));
        assertThat(Outcome.values()).extracting(Enum::name).containsExactlyElementsOf(names(HandshakeOutcome.values()));
        assertThat(SmcProperties.SpinMode.values()).extracting(Enum::name)
                .containsExactlyElementsOf(names(io.smc4j.engine.SpinMode.values()));
        assertThat(SmcProperties.Action.values()).extracting(Enum::name)
                .containsExactlyElementsOf(names(io.smc4j.engine.SmcPolicy.Action.values()));
        assertThat(SmcProperties.Direction.values()).extracting(Enum::name)
                .containsExactlyInAnyOrderElementsOf(names(io.smc4j.engine.SmcPolicy.Direction.values()));
        assertThat(SmcProperties.RdmaProvider.values()).extracting(Enum::name)
                .containsExactlyElementsOf(names(RdmaConfig.Provider.values()));
    }

    @Test
    void translatesAnSmcConnection() {
        assertThat(report(connection(SmcMode.SMCD, null, 0)).connections()).containsExactly(
                new SmcReport.Connection(7, Role.SERVER, "127.0.0.1:8080", "[fd00:0:0:0:0:0:0:1]:40000", Mode.SMCD,
                        "ACTIVE", 1, 2, 3, 4, null, null, 5, null, Instant.EPOCH));
    }

    @Test
    void translatesAFallback() {
        SmcReport.Connection connection = report(connection(SmcMode.TCP, FallbackReason.PEER_DECLINED, 0x03030000))
                .connections().get(0);
        assertThat(connection.fallbackReason()).isEqualTo(new SmcReport.Reason("PEER_DECLINED", "0x05000000",
                FallbackReason.PEER_DECLINED.text(), FallbackReason.PEER_DECLINED.hint()));
        assertThat(connection.peerDiagnosis()).isEqualTo("0x03030000");
    }

    @Test
    void leavesOutWhatAConnectionDoesNotHaveYet() {
        SmcReport.Connection connection = report(new SmcSnapshot.Connection(7, SmcSnapshot.Role.CLIENT, null,
                InetSocketAddress.createUnresolved("example.com", 80), null, "INIT", 0, 0, 0, 0, null, 0, 0, 0,
                Instant.EPOCH))
                .connections().get(0);
        assertThat(connection.local()).isNull();
        assertThat(connection.peer()).isEqualTo("example.com:80");
        assertThat(connection.mode()).isNull();
        assertThat(connection.linkGroup()).isNull();
        assertThat(connection.link()).isNull();
    }

    @Test
    void translatesWhatThereIsOfRdma() {
        SmcReport report = EngineReports.report(null, new SmcSnapshot("2a",
                List.of(new SmcSnapshot.Connection(7, SmcSnapshot.Role.SERVER, LOCAL, PEER, SmcMode.SMCR, "ACTIVE", 1, 2, 3,
                        4, null, 0, 5, 6, Instant.EPOCH)),
                List.of(new SmcSnapshot.LinkGroup(5, SmcMode.SMCR, SmcSnapshot.Role.SERVER, "2b", 0, 2, 65536,
                        new SmcSnapshot.Smcr(2, "SINGLE", "SMC4J", "hostb", 32, List.of(
                                new SmcSnapshot.Link(6, "ACTIVE", "rxe0", 1, "a:b", "c:d", 17, 18, 2))))),
                Map.of(), Map.of(), Map.of(), 0, 0, new SmcSnapshot.Rdma(RdmaConfig.Provider.VERBS, null,
                        List.of(new SmcSnapshot.Device("rxe0", 1, "eth0", true, List.of("0 v2 a:b"), 1)))));
        assertThat(report.connections()).extracting(SmcReport.Connection::mode, SmcReport.Connection::linkGroup,
                SmcReport.Connection::link).containsExactly(tuple(Mode.SMCR, 5, 6));
        assertThat(report.linkGroups()).containsExactly(new SmcReport.LinkGroup(5, Mode.SMCR, Role.SERVER, "2b", null, 2,
                65536, new SmcReport.Smcr(2, "SINGLE", "SMC4J", "hostb", 32, List.of(
                        new SmcReport.Link(6, "ACTIVE", "rxe0", 1, "a:b", "c:d", 17, 18, 2)))));
        assertThat(report.rdma()).isEqualTo(new SmcReport.Rdma(SmcProperties.RdmaProvider.VERBS, null));
        assertThat(report.devices()).containsExactly(
                new SmcReport.Device("rxe0", 1, "eth0", true, List.of("0 v2 a:b"), 1));
    }

    @Test
    void saysWhyThereIsNoRdma() {
        SmcReport report = report(connection(SmcMode.SMCD, null, 0));
        assertThat(report.rdma()).isEqualTo(new SmcReport.Rdma(SmcProperties.RdmaProvider.NONE,
                EngineReports.reason(FallbackReason.NO_RDMA_LIBRARY)));
        assertThat(report.devices()).isEmpty();
    }

    @Test
    void countersAreCompleteAndFallbacksSorted() {
        SmcReport report = EngineReports.report(null, new SmcSnapshot("2a", List.of(),
                List.of(new SmcSnapshot.LinkGroup(1, SmcMode.SMCD, SmcSnapshot.Role.CLIENT, "2b", 4711, 2, 65536, null)),
                Map.of(HandshakeOutcome.SMC, 3L),
                Map.of(FallbackReason.POLICY, 1L, FallbackReason.TIMEOUT, 5L, FallbackReason.NO_DEVICE, 0L),
                Map.of(SmcMode.SMCD, new SmcSnapshot.Traffic(10, 20)), 65536, 1 << 20, NO_RDMA));
        assertThat(report.linkGroups()).containsExactly(
                new SmcReport.LinkGroup(1, Mode.SMCD, Role.CLIENT, "2b", 4711, 2, 65536, null));
        assertThat(report.handshakes()).containsExactlyInAnyOrderEntriesOf(
                Map.of(Outcome.SMC, 3L, Outcome.FALLBACK, 0L, Outcome.FAILED, 0L));
        assertThat(report.fallbacks()).extracting((fallback) -> fallback.reason().name(), SmcReport.Fallback::count)
                .containsExactly(tuple("TIMEOUT", 5L),
                        tuple("POLICY", 1L));
        assertThat(report.bytes()).containsEntry(Mode.SMCD, new SmcReport.Traffic(10, 20))
                .containsEntry(Mode.TCP, new SmcReport.Traffic(0, 0));
        assertThat(report.ringMemory()).isEqualTo(new SmcReport.RingMemory(65536, 1 << 20));
    }

    private static SmcReport report(SmcSnapshot.Connection connection) {
        return EngineReports.report(null,
                new SmcSnapshot("2a", List.of(connection), List.of(), Map.of(), Map.of(), Map.of(), 0, 0,
                        NO_RDMA));
    }

    private static SmcSnapshot.Connection connection(SmcMode mode, FallbackReason reason, int peerDiagnosis) {
        return new SmcSnapshot.Connection(7, SmcSnapshot.Role.SERVER, LOCAL, PEER, mode, "ACTIVE", 1, 2, 3, 4, reason,
                peerDiagnosis, 5, 0, Instant.EPOCH);
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }
}
