package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcMessage;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The connecting side of SMC-R against listeners that say what the test wants, while nothing happens over RDMA by
 * itself.
 */
@Timeout(60)
class SmcrClientTest {

    /** As a Linux 6.12 kernel proposes SMC-R version 2, but with a peer id and MAC, and without a feature mask. */
    private static final String PROPOSAL = "e2d4c3d901009c22" + "5b5852540000000a" + "00".repeat(16) + "52540000000a"
            + "0000" + "00".repeat(8) + "0000001c" + "4a345302" + "00".repeat(24) + "01000010"
            + "00000000" + "00000000000000000000ffff0a090001" + "ff020000" + "00".repeat(12) + "544553544549442e31"
            + "20".repeat(23)
            + "e2d4c3d9";
    private static final ClcDecline DECLINE = ClcDecline.v2(7, 0x02010000, false);
    private static final List<SmcConfig.Peer> LOOPBACK =
            List.of(new SmcConfig.Peer(SmcPolicy.Cidr.parse("127.0.0.0/8"), new SmcPolicy.PortRange(1, 65535)));

    /** The connection state flag of the protocol. */
    private static final int CLOSED = 0x40;

    @RegisterExtension
    final Bench bench = new Bench();

    private final ScriptedRdma rdma = new ScriptedRdma();
    private final ScriptedAnnouncer announcer = new ScriptedAnnouncer();
    private SmcSelectorProvider client;
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        client = bench.provider(config -> config.peers(LOOPBACK).retryAfter(Duration.ofHours(1)), rdma, announcer);
        server = bench.closing(new ServerSocket(0, 4, InetAddress.getLoopbackAddress()));
        server.setSoTimeout(10_000);
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private CompletableFuture<SocketChannel> connecting() throws IOException {
        return bench.connecting(client, address());
    }

    private RawPeer accepted() throws IOException {
        return bench.closing(new RawPeer(server.accept()));
    }

    /** A client whose listener has its Proposal. */
    private RawPeer proposing() throws IOException {
        RawPeer peer = accepted();
        peer.receive(ClcProposal.class);
        return peer;
    }

    /** A client whose listener has its Confirm. */
    private RawPeer confirming() throws Exception {
        RawPeer peer = proposing().send(ScriptedRdma.accept(Clc.V2));
        rdma.prepared(null);
        peer.receive(ClcConfirm.class);
        return peer;
    }

    // ---- what is said

    @Test
    void theProposalOfVersion2HasTheseBytes() throws Exception {
        connecting();

        assertThat(HexFormat.of().formatHex(accepted().receiveFrame())).isEqualTo(PROPOSAL);
    }

    @Test
    void aProposalOfBothVersionsNamesTheSubnetOfTheConnection() throws Exception {
        rdma.setOffer(ScriptedRdma.offer(true, true));
        connecting();
        byte[] frame = accepted().receiveFrame();
        ClcProposal proposal = (ClcProposal) ClcMessage.decode(ByteBuffer.wrap(frame));

        assertThat(frame[7]).isEqualTo((byte) 0x20);
        assertThat(proposal.roceGid()).isEqualTo(ScriptedRdma.V1_GID);
        assertThat(proposal.prefixes().orElseThrow().ipv4Subnet()).isEqualTo(0x7f000000);
        assertThat(proposal.prefixes().orElseThrow().ipv4Length()).isEqualTo(8);
        assertThat(proposal.v2()).isPresent();
    }

    @Test
    void aProposalOfVersion1AloneHasNoExtension() throws Exception {
        rdma.setOffer(ScriptedRdma.offer(true, false));
        connecting();
        byte[] frame = accepted().receiveFrame();

        assertThat(frame[7]).isEqualTo((byte) 0x28);
        assertThat(((ClcProposal) ClcMessage.decode(ByteBuffer.wrap(frame))).v2()).isEmpty();
    }

    @Test
    void theConnectionStandsWhenRdmaSaysSo() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(ScriptedRdma.accept(Clc.V2));
        rdma.prepared(null);
        assertThat(peer.receive(ClcConfirm.class)).isEqualTo(ScriptedRdma.confirm(Clc.V2));
        Bench.value(rdma.contact().completing());
        assertThat(Bench.onlyConnection(client).mode()).isNull();
        rdma.completed(null);

        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCR);
        assertThat(Bench.connection(client).linkGroup()).isEqualTo(ScriptedLinkGroup.ID);
        assertThat(client.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
        rdma.group().ring().arrive("by RDMA");
        assertThat(Bench.readText(channel, 7)).isEqualTo("by RDMA");
        Bench.write(channel, "and back");
        assertThat(rdma.group().peer().text()).isEqualTo("and back");
        assertThat(rdma.contact().isAbandoned()).isFalse();
    }

    @Test
    void whatEndedAtOnceIsNoFailure() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        rdma.group().ring().arrive("bye");
        rdma.group().ring().show(CLOSED);
        peer.close();
        rdma.completed(null);

        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.readText(channel, 3)).isEqualTo("bye");
        Bench.expectEnd(channel);
        assertThat(rdma.suspected()).isEmpty();
    }

    // ---- Declines of the server

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeclineInPlaceOfTheAcceptLeavesTheConnectionToTheApplication(boolean version1) throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing();
        peer.send(bytesOf(version1 ? ClcDecline.v1(7, DECLINE.diagnosisCode(), false) : DECLINE), bytesOf("behind it"));

        expectDeclinedByPeer(connecting, peer);
    }

    @Test
    void aDeclineWhileTheConfirmIsPreparedLeavesTheConnectionToTheApplication() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(bytesOf(ScriptedRdma.accept(Clc.V2)), bytesOf(DECLINE), bytesOf("behind it"));

        expectDeclinedByPeer(connecting, peer);
        assertThat(rdma.contact().isAbandoned()).isTrue();
        rdma.prepared(null);
        assertThat(rdma.contact().completing()).isNotDone();
    }

    @Test
    void aDeclineAfterTheConfirmLeavesTheConnectionToTheApplication() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming().send(bytesOf(DECLINE), bytesOf("behind it"));

        expectDeclinedByPeer(connecting, peer);
        assertThat(rdma.contact().isAbandoned()).isTrue();
        assertThat(rdma.group().isActive()).isTrue();
    }

    @Test
    void aDeclineThatSaysSoEndsTheLinkGroup() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming().send(ClcDecline.v2(7, FallbackReason.OUT_OF_SYNC.code(), true));

        Bench.expectPipe(Bench.value(connecting), peer);
        assertThat(rdma.group().isActive()).isFalse();
    }

    private void expectDeclinedByPeer(CompletableFuture<SocketChannel> connecting, RawPeer peer) throws Exception {
        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.readText(channel, 9)).isEqualTo("behind it");
        expectFallback(FallbackReason.PEER_DECLINED);
        assertThat(Bench.connection(client).peerDiagnosis()).isEqualTo(DECLINE.diagnosisCode());
        Bench.expectPipe(channel, peer);
    }

    // ---- Declines of this side

    @ParameterizedTest
    @EnumSource(value = FallbackReason.class, names = {"OUT_OF_SYNC", "NO_SERVER_LINK", "BUFFER_NOT_REGISTERED"})
    void anAcceptThatCannotBeFollowedIsDeclined(FallbackReason reason) throws Exception {
        rdma.setRefusal(reason);
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(bytesOf(ScriptedRdma.accept(Clc.V2)), bytesOf(DECLINE), bytesOf("data"));

        expectDecline(connecting, peer, reason, Clc.V2);
    }

    @Test
    void theDeclineIsOfTheAcceptsVersion() throws Exception {
        rdma.setOffer(ScriptedRdma.offer(true, true));
        rdma.setRefusal(FallbackReason.MEMORY_LIMIT);
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(bytesOf(ScriptedRdma.accept(Clc.V1)), bytesOf("data"));

        expectDecline(connecting, peer, FallbackReason.MEMORY_LIMIT, Clc.V1);
    }

    @Test
    void anAcceptOfWhatWasNotProposedIsDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(bytesOf(ScriptedRdma.accept(Clc.V1)), bytesOf("data"));

        expectDecline(connecting, peer, FallbackReason.MODE_UNSUPPORTED, Clc.V1);
    }

    @Test
    void anAcceptOfSmcdIsDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(bytesOf(new ClcAccept(ClcTerms.v2LaterContact(ScriptedRdma.EID),
                new SmcdAcceptBody(1, 2, 0, 0, 1, SmcdClc.CHID, 0))), bytesOf("data"));

        expectDecline(connecting, peer, FallbackReason.MODE_UNSUPPORTED, Clc.V2);
    }

    @Test
    void whatCannotBePreparedIsDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(ScriptedRdma.accept(Clc.V2));
        rdma.prepared(FallbackReason.LINK_NOT_READY);
        ClcDecline decline = peer.receive(ClcDecline.class);
        peer.send(bytesOf(DECLINE), bytesOf("data"));

        assertThat(decline.diagnosisCode()).isEqualTo(FallbackReason.LINK_NOT_READY.code());
        expectData(connecting, peer, FallbackReason.LINK_NOT_READY);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void whatCannotBeCompletedIsDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        rdma.completed(FallbackReason.EYECATCHERS);
        ClcDecline decline = peer.receive(ClcDecline.class);
        peer.send(bytesOf(DECLINE), bytesOf("data"));

        assertThat(decline.diagnosisCode()).isEqualTo(FallbackReason.EYECATCHERS.code());
        expectData(connecting, peer, FallbackReason.EYECATCHERS);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void aServerThatDoesNotConfirmTheLinkIsDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        rdma.completed(FallbackReason.CONFIRM_LINK_TIMEOUT);
        ClcDecline decline = peer.receive(ClcDecline.class);
        peer.send("data");

        assertThat(decline.diagnosisCode()).isEqualTo(FallbackReason.CONFIRM_LINK_TIMEOUT.code());
        expectData(connecting, peer, FallbackReason.CONFIRM_LINK_TIMEOUT);
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    @Test
    void aServerThatDoesNotConfirmTheLinkMayHaveDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        rdma.completed(FallbackReason.CONFIRM_LINK_TIMEOUT);
        peer.send(bytesOf(DECLINE), bytesOf("behind it"));

        expectDeclinedByPeer(connecting, peer);
    }

    private void expectDecline(CompletableFuture<SocketChannel> connecting, RawPeer peer, FallbackReason reason,
            int version)
            throws Exception {
        ClcDecline decline = peer.receive(ClcDecline.class);
        assertThat(decline.version()).isEqualTo(version);
        assertThat(decline.diagnosisCode()).isEqualTo(reason.code());
        assertThat(decline.outOfSync()).isEqualTo(reason == FallbackReason.OUT_OF_SYNC);
        expectData(connecting, peer, reason);
    }

    private void expectData(CompletableFuture<SocketChannel> connecting, RawPeer peer, FallbackReason reason)
            throws Exception {
        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.readText(channel, 4)).isEqualTo("data");
        expectFallback(reason);
        Bench.expectPipe(channel, peer);
    }

    // ---- no answer that makes sense

    @Test
    void garbageAfterTheConfirmIsFollowedByANewTcpConnection() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        confirming().send("garbage");

        expectNewConnection(connecting, FallbackReason.MALFORMED);
    }

    @Test
    void theEndWhileTheConfirmIsPreparedIsFollowedByANewTcpConnection() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = proposing().send(ScriptedRdma.accept(Clc.V2));
        Bench.value(rdma.contact().preparing());
        peer.endOutput();

        expectNewConnection(connecting, FallbackReason.PEER_LOST);
    }

    @Test
    void theEndOfAServerThatDidNotConfirmTheLinkIsFollowedByANewTcpConnection() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        peer.endOutput();
        rdma.completed(FallbackReason.CONFIRM_LINK_TIMEOUT);

        expectNewConnection(connecting, FallbackReason.PEER_LOST);
    }

    private void expectNewConnection(CompletableFuture<SocketChannel> connecting, FallbackReason reason)
            throws Exception {
        int announced = announcer.announced();
        RawPeer second = accepted();
        SocketChannel channel = Bench.value(connecting);
        expectFallback(reason);
        assertThat(rdma.contact().isAbandoned()).isTrue();
        assertThat(announcer.announced()).isEqualTo(announced);
        Bench.expectPipe(channel, second);
    }

    // ---- ends

    @Test
    void closingTheEngineEndsHandshakes() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        confirming();
        client.close();

        assertThatThrownBy(() -> Bench.value(connecting).read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class);
        assertThat(rdma.contact().isAbandoned()).isTrue();
        assertThat(rdma.isClosed()).isTrue();
        assertThat(announcer.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfTcpMakesThePeerSuspect(boolean reset) throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        rdma.completed(null);
        Bench.value(connecting);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCR);
        if (reset) {
            peer.reset();
        } else {
            peer.close();
        }

        Bench.patiently().untilAsserted(() -> assertThat(rdma.suspected()).contains(ScriptedLinkGroup.ID));
        assertThat(Bench.connection(client).state()).isEqualTo(SmcState.ACTIVE);
    }

    @Test
    void theEndOfTcpOfAClosedConnectionMakesNobodySuspect() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = confirming();
        rdma.completed(null);
        Bench.value(connecting);
        rdma.group().ring().show(CLOSED);
        peer.close();

        // What the loop is to do is done when it has served another connection.
        rdma.setPortless();
        CompletableFuture<SocketChannel> another = connecting();
        RawPeer other = accepted();
        Bench.value(another);
        assertThat(rdma.suspected()).isEmpty();
        other.close();
    }

    private void expectFallback(FallbackReason reason) {
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.TCP);
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(reason);
        assertThat(client.snapshot().fallbacks()).containsEntry(reason, 1L);
    }
}
