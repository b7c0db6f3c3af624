package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The accepting side of SMC-R against clients that say what the test wants, while nothing happens over RDMA by itself.
 */
@Timeout(60)
class SmcrServerTest {

    /** What a Linux 6.12 kernel proposes. */
    private static final String KERNEL_PROPOSAL = "e2d4c3d901009c22" + "00".repeat(8) + "00".repeat(16) + "00".repeat(6)
            + "0000" + "00".repeat(8) + "0000001c" + "00".repeat(28)
            + "010000100000000000000000000000000000ffff0a090001"
            + "ff020001" + "00".repeat(12) + "544553544549442e31" + "20".repeat(23) + "e2d4c3d9";
    private static final String V1_PROPOSAL = "e2d4c3d901003410" + "5b5852540000000bfe80000000000000505400fffe00000b"
            + "52540000000b00000a090000180000" + "00e2d4c3d9";
    private static final ClcDecline DECLINE = ClcDecline.v2(7, 0x02010000, false);

    @RegisterExtension
    final Bench bench = new Bench();

    private final ScriptedRdma rdma = new ScriptedRdma();
    private final ScriptedAnnouncer announcer = new ScriptedAnnouncer();
    private SmcSelectorProvider server;
    private ServerSocketChannel listener;
    private RawPeer client;
    private SocketChannel channel;

    @BeforeEach
    void listen() throws IOException {
        server = bench.provider(config -> config, rdma, announcer);
        listener = bench.listen(server);
    }

    private void connect() throws IOException {
        client = bench.connect(listener);
        channel = bench.accept(listener);
    }

    static byte[] proposal() {
        return HexFormat.of().parseHex(KERNEL_PROPOSAL);
    }

    /** A server that waits for the Confirm. */
    private void accepting() throws Exception {
        connect();
        client.send(proposal());
        rdma.prepared(null);
        client.receive(ClcAccept.class);
    }

    /** A server that has the Confirm. */
    private void completing() throws Exception {
        accepting();
        client.send(ScriptedRdma.confirm(Clc.V2));
        Bench.value(rdma.contact().completing());
    }

    // ---- SMC

    @Test
    void theConnectionStandsWhenRdmaSaysSo() throws Exception {
        connect();
        client.send(proposal());
        Bench.value(rdma.contact().preparing());
        rdma.prepared(null);
        assertThat(client.receive(ClcAccept.class)).isEqualTo(ScriptedRdma.accept(Clc.V2));
        client.send(ScriptedRdma.confirm(Clc.V2));
        assertThat(Bench.value(rdma.contact().taken())).isEqualTo(ScriptedRdma.confirm(Clc.V2));
        Bench.value(rdma.contact().completing());
        assertThat(Bench.onlyConnection(server).mode()).isNull();
        rdma.completed(null);

        rdma.group().ring().arrive("by RDMA");
        assertThat(Bench.readText(channel, 7)).isEqualTo("by RDMA");
        Bench.write(channel, "and back");
        assertThat(rdma.group().peer().text()).isEqualTo("and back");
        assertThat(Bench.connection(server).mode()).isEqualTo(SmcMode.SMCR);
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
    }

    @Test
    void aClientThatHasEndedAtOnceIsNoFailure() throws Exception {
        completing();
        rdma.group().ring().arrive("bye");
        rdma.group().ring().show(0x40);
        client.close();
        rdma.completed(null);

        assertThat(Bench.readText(channel, 3)).isEqualTo("bye");
        Bench.expectEnd(channel);
        assertThat(rdma.suspected()).isEmpty();
    }

    @Test
    void theEndOfTcpMakesTheClientSuspect() throws Exception {
        completing();
        rdma.completed(null);
        Bench.patiently().until(() -> Bench.connection(server).mode() == SmcMode.SMCR);
        client.close();

        Bench.patiently().untilAsserted(() -> assertThat(rdma.suspected()).containsExactly(ScriptedLinkGroup.ID));
        assertThat(Bench.connection(server).state()).isEqualTo(SmcState.ACTIVE);
    }

    // ---- Declines of this side

    @ParameterizedTest
    @ValueSource(ints = {Clc.V1, Clc.V2})
    void aProposalThatCannotBeFollowedIsDeclinedInItsVersion(int version) throws Exception {
        rdma.setRefusal(FallbackReason.NO_COMMON_EID);
        connect();
        client.send(version == Clc.V1 ? HexFormat.of().parseHex(V1_PROPOSAL) : proposal());

        ClcDecline decline = client.receive(ClcDecline.class);
        client.send(bytesOf(DECLINE), bytesOf("data"));
        assertThat(decline.version()).isEqualTo(version);
        expectData(decline, FallbackReason.NO_COMMON_EID);
    }

    @Test
    void aProposalWithoutAPortForItIsDeclined() throws Exception {
        rdma.setPortless();
        connect();
        client.send(proposal(), bytesOf("data"));

        expectData(client.receive(ClcDecline.class), FallbackReason.NO_SMCR_DEVICE);
    }

    @Test
    void aProposalThatThePolicyDeniesIsDeclined() throws Exception {
        server.setPolicy(new SmcPolicy(List.of(
                new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.INBOUND, null, null, null))));
        connect();
        client.send(proposal(), bytesOf("data"));

        expectData(client.receive(ClcDecline.class), FallbackReason.POLICY);
        assertThat(rdma.contact().preparing()).isNotDone();
    }

    @Test
    void whatCannotBePreparedIsDeclined() throws Exception {
        connect();
        client.send(proposal());
        rdma.prepared(FallbackReason.BUFFER_NOT_REGISTERED);
        ClcDecline decline = client.receive(ClcDecline.class);
        client.send(bytesOf(DECLINE), bytesOf("data"));

        expectData(decline, FallbackReason.BUFFER_NOT_REGISTERED);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void aConfirmThatDoesNotFitIsDeclined() throws Exception {
        rdma.contact().declareUnfit(FallbackReason.MAX_LINKS_MISMATCH);
        accepting();
        client.send(bytesOf(ScriptedRdma.confirm(Clc.V2)), bytesOf(DECLINE), bytesOf("data"));

        expectData(client.receive(ClcDecline.class), FallbackReason.MAX_LINKS_MISMATCH);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void whatCannotBeCompletedIsDeclined() throws Exception {
        completing();
        rdma.completed(FallbackReason.CONFIRM_LINK_TIMEOUT);
        ClcDecline decline = client.receive(ClcDecline.class);
        client.send(bytesOf(DECLINE), bytesOf("data"));

        expectData(decline, FallbackReason.CONFIRM_LINK_TIMEOUT);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void aConfirmBeforeTheAcceptIsDeclined() throws Exception {
        connect();
        client.send(proposal());
        Bench.value(rdma.contact().preparing());
        client.send(bytesOf(ScriptedRdma.confirm(Clc.V2)), bytesOf("data"));

        expectData(client.receive(ClcDecline.class), FallbackReason.MALFORMED);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    private void expectData(ClcDecline decline, FallbackReason reason) throws IOException {
        assertThat(decline.diagnosisCode()).isEqualTo(reason.code());
        assertThat(Bench.readText(channel, 4)).isEqualTo("data");
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(reason);
        Bench.expectPipe(channel, client);
    }

    // ---- Declines of the client

    @Test
    void aDeclineWhileTheAcceptIsPreparedLeavesTheConnectionToTheApplication() throws Exception {
        connect();
        client.send(proposal());
        Bench.value(rdma.contact().preparing());
        client.send(bytesOf(DECLINE), bytesOf("behind it"));

        expectDeclinedByPeer();
        rdma.prepared(null);
        Bench.expectPipe(channel, client);
    }

    @Test
    void aDeclineInPlaceOfTheConfirmLeavesTheConnectionToTheApplication() throws Exception {
        accepting();
        client.send(bytesOf(DECLINE), bytesOf("behind it"));

        expectDeclinedByPeer();
        Bench.expectPipe(channel, client);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeclineAfterTheConfirmLeavesTheConnectionToTheApplication(boolean atOnce) throws Exception {
        if (atOnce) {
            accepting();
            client.send(bytesOf(ScriptedRdma.confirm(Clc.V2)), bytesOf(DECLINE), bytesOf("behind it"));
        } else {
            completing();
            client.send(bytesOf(DECLINE), bytesOf("behind it"));
        }

        expectDeclinedByPeer();
        Bench.expectPipe(channel, client);
    }

    @Test
    void aDeclineThatSaysSoEndsTheLinkGroup() throws Exception {
        accepting();
        client.send(ClcDecline.v2(7, FallbackReason.OUT_OF_SYNC.code(), true));

        Bench.expectPipe(channel, client);
        assertThat(rdma.group().isActive()).isFalse();
    }

    private void expectDeclinedByPeer() throws IOException {
        assertThat(Bench.readText(channel, 9)).isEqualTo("behind it");
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.PEER_DECLINED);
        assertThat(Bench.connection(server).peerDiagnosis()).isEqualTo(DECLINE.diagnosisCode());
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    // ---- ends

    @Test
    void theEndAfterTheAcceptIsTheEndOfTheStream() throws Exception {
        accepting();
        client.endOutput();

        Bench.expectEnd(channel);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void garbageInPlaceOfTheConfirmEndsTheConnection() throws Exception {
        accepting();
        client.send("garbage");

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void aMissingConfirmEndsTheConnection() throws Exception {
        server = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(100)), rdma, announcer);
        listener = bench.listen(server);
        accepting();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("timed out");
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void closingTheEngineEndsHandshakes() throws Exception {
        completing();
        server.close();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    // ---- announced clients

    @Test
    void whatTheServerSaysFirstWaitsForTheProposalThatWasAnnounced() throws Exception {
        announcer.answering();
        connect();
        CompletableFuture<Integer> writing = Bench.running(() -> channel.write(ByteBuffer.wrap(bytesOf("220 ready"))));
        client.send(proposal());
        rdma.prepared(null);
        client.receive(ClcAccept.class);
        client.send(ScriptedRdma.confirm(Clc.V2));
        rdma.completed(null);

        assertThat(Bench.value(writing)).isEqualTo(9);
        Bench.patiently().untilAsserted(() -> assertThat(rdma.group().peer().text()).isEqualTo("220 ready"));
        assertThat(Bench.connection(server).mode()).isEqualTo(SmcMode.SMCR);
    }

    @Test
    void whatIsWrittenBeforeTheProposalThatWasAnnouncedGoesBehindTheHandshake() throws Exception {
        announcer.answering();
        connect();
        try (Selector selector = server.openSelector()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(channel.write(ByteBuffer.wrap(bytesOf("220 ready")))).isEqualTo(9);
            assertThat(Bench.onlyConnection(server).mode()).isNull();
            client.send(DECLINE);
        }

        assertThat(client.receiveText(9)).isEqualTo("220 ready");
    }

    @Test
    void aProposalThatWasAnnouncedIsNotWaitedForEndlessly() throws Exception {
        announcer.answering();
        server = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(100)), rdma, announcer);
        listener = bench.listen(server);
        connect();
        Bench.write(channel, "220 ready");

        assertThat(client.receiveText(9)).isEqualTo("220 ready");
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.TIMEOUT);
        client.send(proposal(), bytesOf("HELO"));
        assertThat(Bench.readText(channel, 4)).isEqualTo("HELO");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aClientThatHasAnnouncedIsAnsweredEvenWithoutAPort() throws Exception {
        announcer.answering();
        rdma.setPortless();
        server = bench.provider(config -> config.sharedMemoryEnabled(false), rdma, announcer);
        listener = bench.listen(server);
        connect();
        client.send(proposal(), bytesOf("data"));

        expectData(client.receive(ClcDecline.class), FallbackReason.NO_SMCR_DEVICE);
    }

    @Test
    void withoutSharedMemoryAndPortNoClientIsAnswered() throws Exception {
        rdma.setPortless();
        server = bench.provider(config -> config.sharedMemoryEnabled(false), rdma, announcer);
        listener = bench.listen(server);
        connect();

        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.NO_SMCR_DEVICE);
        Bench.expectPipe(channel, client);
    }
}
