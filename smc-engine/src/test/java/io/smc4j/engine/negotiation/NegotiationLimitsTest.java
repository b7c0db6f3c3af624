package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Why two engines go on with TCP, as each of them says. */
@Timeout(60)
class NegotiationLimitsTest {

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider client;
    private SmcSelectorProvider server;
    private ServerSocketChannel listener;

    private void open(UnaryOperator<SmcConfig.Builder> atClient, UnaryOperator<SmcConfig.Builder> atServer)
            throws IOException {
        client = bench.provider(atClient);
        server = bench.provider(atServer);
        listener = bench.listen(server);
    }

    private record Pair(SocketChannel connected, SocketChannel accepted) {
    }

    private Pair connect() throws Exception {
        CompletableFuture<SocketChannel> connecting =
                bench.connecting(client, (InetSocketAddress) listener.getLocalAddress());
        SocketChannel accepted = bench.accept(listener);
        return new Pair(Bench.value(connecting), accepted);
    }

    private void expectTcp(FallbackReason atClient, FallbackReason atServer) throws Exception {
        Pair pair = connect();
        Bench.expectPipe(pair.connected, pair.accepted);
        expectReason(client, atClient);
        expectReason(server, atServer);
    }

    private static void expectReason(SmcSelectorProvider provider, FallbackReason reason) {
        SmcSnapshot.Connection connection = Bench.connection(provider);
        assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
        assertThat(connection.fallbackReason()).isEqualTo(reason);
        assertThat(provider.snapshot().fallbacks()).containsOnly(Map.entry(reason, 1L));
        assertThat(provider.snapshot().handshakes()).containsEntry(HandshakeOutcome.FALLBACK, 1L);
    }

    private static SmcPolicy deny(SmcPolicy.Direction direction) {
        return new SmcPolicy(List.of(new SmcPolicy.Rule(SmcPolicy.Action.DENY, direction, null, null, null)));
    }

    @Test
    void nothingInTheWay() throws Exception {
        open(config -> config, config -> config);
        Pair pair = connect();
        Bench.expectPipe(pair.connected, pair.accepted);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
        assertThat(Bench.connection(server).mode()).isEqualTo(SmcMode.SMCD);
        assertThat(client.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
        assertThat(client.snapshot().fallbacks()).isEmpty();
    }

    @Test
    void theClientsPolicy() throws Exception {
        open(config -> config.policy(deny(SmcPolicy.Direction.OUTBOUND)), config -> config);
        expectTcp(FallbackReason.POLICY, FallbackReason.PEER_WITHOUT_SMC);
        assertThat(client.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 0L);
    }

    @Test
    void theServersPolicy() throws Exception {
        open(config -> config, config -> config.policy(deny(SmcPolicy.Direction.INBOUND)));
        expectTcp(FallbackReason.PEER_DECLINED, FallbackReason.POLICY);
        assertThat(Bench.connection(client).peerDiagnosis()).isEqualTo(FallbackReason.POLICY.code());
        assertThat(client.snapshot().handshakes()).containsEntry(HandshakeOutcome.FALLBACK, 1L);
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.FALLBACK, 1L);
    }

    @Test
    void aPolicyHoldsFromTheNextConnectionOn() throws Exception {
        open(config -> config, config -> config);
        client.setPolicy(deny(SmcPolicy.Direction.ANY));
        Pair pair = connect();
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(FallbackReason.POLICY);
        client.setPolicy(SmcPolicy.allowAll());
        pair.connected.close();
        pair.accepted.close();

        connect();
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
    }

    @Test
    void theClientIsSwitchedOff() throws Exception {
        open(config -> config.clientEnabled(false), config -> config);
        expectTcp(FallbackReason.DISABLED, FallbackReason.PEER_WITHOUT_SMC);
    }

    @Test
    void theServerIsSwitchedOff() throws Exception {
        open(config -> config, config -> config.serverEnabled(false));
        expectTcp(FallbackReason.PEER_WITHOUT_SMC, FallbackReason.DISABLED);
    }

    @Test
    void noRingMemoryAtTheServer() throws Exception {
        open(config -> config, config -> config.memoryLimit(0));
        expectTcp(FallbackReason.PEER_DECLINED, FallbackReason.MEMORY_LIMIT);
        assertThat(Bench.connection(client).peerDiagnosis()).isEqualTo(FallbackReason.MEMORY_LIMIT.code());
    }

    @Test
    void noRingMemoryAtTheClient() throws Exception {
        open(config -> config.memoryLimit(0), config -> config);
        expectTcp(FallbackReason.MEMORY_LIMIT, FallbackReason.PEER_DECLINED);
        assertThat(Bench.connection(server).peerDiagnosis()).isEqualTo(FallbackReason.MEMORY_LIMIT.code());
        assertThat(server.snapshot().ringMemoryInUse()).isZero();
    }

    @Test
    void ringMemoryThatComesFreeServesAgain() throws Exception {
        open(config -> config, config -> config.memoryLimit(SmcConfig.DEFAULT_INITIAL_BUFFER_SIZE));
        Pair first = connect();
        Pair second = connect();
        Bench.expectPipe(first.connected, first.accepted);
        Bench.expectPipe(second.connected, second.accepted);
        assertThat(client.snapshot().connections()).extracting(SmcSnapshot.Connection::mode)
                .containsExactlyInAnyOrder(SmcMode.SMCD, SmcMode.TCP);
        for (SocketChannel each : List.of(first.connected, first.accepted, second.connected, second.accepted)) {
            each.close();
        }

        connect();
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
    }
}
