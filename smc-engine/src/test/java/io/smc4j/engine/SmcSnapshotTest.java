package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcSnapshot.Connection;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcSnapshot.Traffic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SmcSnapshotTest {

    private static final SmcSnapshot.Rdma NO_RDMA = new SmcSnapshot.Rdma(RdmaConfig.Provider.NONE, null, List.of());

    @Test
    void isCompleteAndSorted() {
        SmcSnapshot snapshot = new SmcSnapshot("2a", List.of(connection(2, SmcMode.TCP), connection(1, null),
                        connection(3, SmcMode.TCP)), List.of(), Map.of(HandshakeOutcome.SMC, 3L),
                Map.of(FallbackReason.POLICY, 1L, FallbackReason.TIMEOUT, 5L, FallbackReason.NO_DEVICE, 0L,
                        FallbackReason.DISABLED, 1L),
                Map.of(SmcMode.SMCD, new Traffic(10, 20)), SmcResources.ofRingMemory(0, 0),
                SmcSnapshot.SharedMemory.NONE, NO_RDMA, List.of(), SmcStatistics.Report.NONE, SmcMonitor.OFF);

        assertThat(snapshot.connections()).extracting(Connection::id).containsExactly(1L, 2L, 3L);
        assertThat(snapshot.handshakes()).isEqualTo(
                Map.of(HandshakeOutcome.SMC, 3L, HandshakeOutcome.FALLBACK, 0L, HandshakeOutcome.FAILED, 0L));
        assertThat(snapshot.fallbacks()).containsExactly(Map.entry(FallbackReason.TIMEOUT, 5L),
                Map.entry(FallbackReason.DISABLED, 1L), Map.entry(FallbackReason.POLICY, 1L));
        assertThat(snapshot.bytes())
                .isEqualTo(Map.of(SmcMode.SMCD, new Traffic(10, 20), SmcMode.SMCR, new Traffic(0, 0),
                SmcMode.TCP, new Traffic(0, 0)));
        assertThat(snapshot.connectionsByMode()).isEqualTo(Map.of(SmcMode.SMCD, 0L, SmcMode.SMCR, 0L, SmcMode.TCP, 2L));
    }

    @Test
    void withoutAnEngineThereIsOnlyTheBudget() {
        SmcSnapshot none = SmcSnapshot.none(4711);
        assertThat(none.gid()).isNull();
        assertThat(none.ringMemoryLimit()).isEqualTo(4711);
        assertThat(none.connections()).isEmpty();
        assertThat(none.connectionsByMode()).containsOnlyKeys(SmcMode.values());
    }

    @ParameterizedTest
    @EnumSource(FallbackReason.class)
    void reasonsAreFoundByTheirCodes(FallbackReason reason) {
        assertThat(FallbackReason.ofCode(reason.code())).contains(reason);
    }

    @Test
    void codesOfOthersAreNobodys() {
        assertThat(FallbackReason.ofCode(0)).isEmpty();
        assertThat(FallbackReason.codeText(0x0A000001)).isEqualTo("0x0A000001");
    }

    /** {@code net/smc/smc.h}, enum smc_state. */
    @ParameterizedTest
    @CsvSource({"1, ACTIVE", "2, INIT", "7, CLOSED", "10, LISTEN", "20, PEERCLOSEWAIT1", "21, PEERCLOSEWAIT2",
            "22, APPCLOSEWAIT1", "23, APPCLOSEWAIT2", "24, APPFINCLOSEWAIT", "25, PEERFINCLOSEWAIT",
            "26, PEERABORTWAIT", "27, PROCESSABORT", "28, UNKNOWN", "0, UNKNOWN"})
    void statesHaveTheKernelsNumbers(int number, SmcState state) {
        assertThat(SmcState.ofKernel(number)).isEqualTo(state);
    }

    private static Connection connection(long id, SmcMode mode) {
        return Connection.builder(id, Role.CLIENT, Instant.EPOCH).mode(mode, SmcState.ACTIVE).build();
    }
}
