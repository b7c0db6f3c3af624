package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.negotiation.Statistics;
import io.smc4j.engine.os.SmcDiag;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the kernel's answers. */
class KernelConnectionTest {

    private static final long INODE = 4711;
    private static final int ACTIVE = 1;
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    private final Statistics statistics = new Statistics();
    private final KernelConnection connection = new KernelConnection(INODE);

    private void learn(int state, int mode, int reason, int diagnosis, FallbackReason own) {
        KernelSocket socket =
                new KernelSocket(INODE, state, mode, reason, diagnosis, mode == 1 ? 0 : 65536, mode == 1 ? 0 : 32768);
        connection.learn(Map.of(INODE, socket), Role.CLIENT, own, PEER, statistics);
    }

    @Test
    void isNotKnownBeforeTheKernelTells() {
        connection.learn(Map.of(INODE + 1, new KernelSocket(INODE + 1, ACTIVE, 0, 0, 0, 1, 1)), Role.CLIENT, null,
                PEER, statistics);
        learn(SmcDiag.STATE_INIT, SmcDiag.MODE_SMCR, 0, 0, null);
        assertThat(connection.mode()).isNull();
        assertThat(connection.reason()).isNull();
        assertThat(connection.state()).isEqualTo(SmcState.ACTIVE);
        assertThat(statistics.fallbacks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, SMCR", "2, SMCD"})
    void runsOnSmc(int kernelMode, SmcMode mode) {
        learn(ACTIVE, kernelMode, 0, 0, null);
        assertThat(connection.mode()).isEqualTo(mode);
        assertThat(connection.reason()).isNull();
        assertThat(connection.sendBufferSize()).isEqualTo(65536);
        assertThat(connection.receiveBufferSize()).isEqualTo(32768);
        assertThat(statistics.fallbacks()).isEmpty();
        assertThat(statistics.handshakes(statistics.fallbacks())).containsEntry(HandshakeOutcome.SMC, 1L);
    }

    @ParameterizedTest
    @CsvSource({
        "0x05000000, 0x03030000, PEER_DECLINED", "0x03030000, 0, NO_DEVICE", "0x02010000, 0, CONFIRM_LINK_TIMEOUT",
        "0x03010000, 0, PEER_WITHOUT_SMC", "0x03060000, 0, KERNEL_FALLBACK", "0, 0, KERNEL_FALLBACK"})
    void runsOnTcpForAReason(String code, String diagnosis, FallbackReason reason) {
        learn(ACTIVE, SmcDiag.MODE_TCP, Integer.decode(code), Integer.decode(diagnosis), null);
        assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
        assertThat(connection.reason()).isEqualTo(reason);
        assertThat(connection.peerDiagnosis()).isEqualTo(Integer.decode(diagnosis));
        assertThat(statistics.fallbacks()).containsExactly(Map.entry(reason, 1L));
        assertThat(statistics.handshakes(statistics.fallbacks())).containsEntry(HandshakeOutcome.FALLBACK, 1L);
    }

    @Test
    void prefersTheEnginesReasonToThatThePeerIsNoKernel() {
        learn(ACTIVE, SmcDiag.MODE_TCP, FallbackReason.PEER_WITHOUT_SMC.code(), 0, FallbackReason.POLICY);
        assertThat(connection.reason()).isEqualTo(FallbackReason.POLICY);
    }

    @Test
    void prefersTheKernelsReasonWhereThePeerIsOne() {
        learn(ACTIVE, SmcDiag.MODE_TCP, FallbackReason.NO_DEVICE.code(), 0, FallbackReason.PEER_WITHOUT_SMC);
        assertThat(connection.reason()).isEqualTo(FallbackReason.NO_DEVICE);
    }

    @Test
    void keepsItsModeAndCountsOnceWhenLookedAtAgain() {
        learn(ACTIVE, SmcDiag.MODE_SMCD, 0, 0, null);
        learn(22, SmcDiag.MODE_SMCR, 0, 0, null);
        assertThat(connection.mode()).isEqualTo(SmcMode.SMCD);
        assertThat(connection.state()).isEqualTo(SmcState.APPCLOSEWAIT1);
        assertThat(statistics.handshakes(statistics.fallbacks())).containsEntry(HandshakeOutcome.SMC, 1L);
    }

    @Test
    void namesNoStateItDoesNotKnow() {
        learn(200, SmcDiag.MODE_SMCR, 0, 0, null);
        assertThat(connection.state()).isEqualTo(SmcState.UNKNOWN);
        assertThat(connection.mode()).isEqualTo(SmcMode.SMCR);
    }
}
