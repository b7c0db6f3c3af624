package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 34567);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final EventLog text = new EventLog(out, false);
    private final EventLog json = new EventLog(out, true);

    @Test
    void namesRingsOfAnSmcConnection() {
        text.connected(connection(SmcMode.SMCD, 262144, null, 0));
        assertThat(bytes).hasToString("connected 127.0.0.1:34567 mode SMCD rings 262144/131072\n");
    }

    @Test
    void namesTheLinkOfAConnectionOverRdma() {
        text.connected(smcr(2, 1));
        text.connected(smcr(0, 0));
        json.connected(smcr(2, 1));
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).containsExactly(
                "connected 127.0.0.1:34567 mode SMCR rings 65536/32768 link group 2 link 1",
                "connected 127.0.0.1:34567 mode SMCR rings 65536/32768",
                "{\"event\":\"connected\",\"local\":\"127.0.0.1:1\",\"peer\":\"127.0.0.1:34567\",\"mode\":\"SMCR\","
                        + "\"role\":\"CLIENT\",\"sendBufferSize\":65536,\"receiveBufferSize\":32768,\"linkGroup\":2,"
                        + "\"link\":1}");
    }

    @Test
    void namesTheReasonForTcp() {
        text.connected(connection(SmcMode.TCP, 0, FallbackReason.PEER_WITHOUT_SMC, 0));
        assertThat(bytes).hasToString(
                "connected 127.0.0.1:34567 mode TCP reason PEER_WITHOUT_SMC (0x03010000): peer did not announce SMC\n");
    }

    @Test
    void namesThePeersDiagnosis() {
        text.connected(connection(SmcMode.TCP, 0, FallbackReason.PEER_DECLINED, 0x03030000));
        assertThat(bytes).hasToString("connected 127.0.0.1:34567 mode TCP reason PEER_DECLINED (0x05000000): "
                + "peer declined, peer's diagnosis 0x03030000\n");
    }

    @Test
    void writesOneObjectPerEvent() {
        json.listening(new InetSocketAddress(InetAddress.ofLiteral("::1"), 7));
        json.connected(connection(SmcMode.TCP, 0, FallbackReason.POLICY, 0));
        json.closed(LOCAL, PEER, null, 3, 4);
        json.error("no \"luck\"");
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).containsExactly(
                "{\"event\":\"listening\",\"address\":\"[0:0:0:0:0:0:0:1]:7\",\"host\":\"0:0:0:0:0:0:0:1\",\"port\":7}",
                "{\"event\":\"connected\",\"local\":\"127.0.0.1:1\",\"peer\":\"127.0.0.1:34567\",\"mode\":\"TCP\","
                        + "\"role\":\"CLIENT\",\"sendBufferSize\":0,\"receiveBufferSize\":0,\"reason\":\"POLICY\","
                        + "\"code\":\"0x0A000002\",\"text\":\"denied by policy\",\"hint\":\"see smc.policy\"}",
                "{\"event\":\"closed\",\"local\":\"127.0.0.1:1\",\"peer\":\"127.0.0.1:34567\",\"mode\":null,"
                        + "\"sent\":3,\"received\":4}",
                "{\"event\":\"error\",\"message\":\"no \\\"luck\\\"\"}");
    }

    private static SmcSnapshot.Connection connection(SmcMode mode, int ring, FallbackReason reason, int diagnosis) {
        return connection(mode, ring, reason, diagnosis, mode == SmcMode.SMCD ? 1 : 0, 0);
    }

    private static SmcSnapshot.Connection smcr(int linkGroup, int link) {
        return connection(SmcMode.SMCR, 65536, null, 0, linkGroup, link);
    }

    private static SmcSnapshot.Connection connection(
            SmcMode mode, int ring, FallbackReason reason, int diagnosis, int linkGroup, int link) {
        return SmcSnapshot.Connection.builder(1, SmcSnapshot.Role.CLIENT, Instant.EPOCH).addresses(LOCAL, PEER)
                .mode(mode, SmcState.ACTIVE).bufferSizes(ring, ring / 2).fallback(reason, diagnosis)
                .linkGroup(linkGroup, link).build();
    }
}
