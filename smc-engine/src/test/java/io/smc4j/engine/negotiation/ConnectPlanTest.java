package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is sent a Proposal of what, and who is told beforehand that one may come. */
@Timeout(60)
class ConnectPlanTest {

    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 80);
    private static final SmcPolicy DENY_ALL = new SmcPolicy(List.of(
            new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.ANY, null, null, null)));

    @RegisterExtension
    final Bench bench = new Bench();

    private final ScriptedRdma rdma = new ScriptedRdma();
    private final ScriptedAnnouncer announcer = new ScriptedAnnouncer();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = bench.closing(new ServerSocket(0, 4, InetAddress.getLoopbackAddress()));
        server.setSoTimeout(10_000);
    }

    private SmcSelectorProvider client(UnaryOperator<SmcConfig.Builder> settings) throws IOException {
        return bench.provider(settings, rdma, announcer);
    }

    private CompletableFuture<SocketChannel> connecting(SmcSelectorProvider client) throws IOException {
        return bench.connecting(client, (InetSocketAddress) server.getLocalSocketAddress());
    }

    private RawPeer accepted() throws IOException {
        return bench.closing(new RawPeer(server.accept()));
    }

    private void expectTcp(SmcSelectorProvider client, FallbackReason reason) throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting(client);
        Bench.expectPipe(Bench.value(connecting), accepted());
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(reason);
        assertThat(announcer.announcing()).isZero();
    }

    private FallbackReason objection(UnaryOperator<SmcConfig.Builder> settings) throws IOException {
        return EngineAccess.of(client(settings)).negotiations().plan(ELSEWHERE).objection();
    }

    // ---- announcements

    @Test
    void whoAnswersTheAnnouncementIsSentAProposal() throws Exception {
        announcer.answering();
        connecting(client(config -> config));
        accepted().receive(ClcProposal.class);

        assertThat(announcer.announced()).isEqualTo(1);
        assertThat(announcer.announcing()).isZero();
    }

    @Test
    void whoDoesNotAnswerTheAnnouncementSeesPlainTcp() throws Exception {
        expectTcp(client(config -> config), FallbackReason.PEER_WITHOUT_SMC);
        assertThat(announcer.announced()).isEqualTo(1);
    }

    @Test
    void whatThePolicyDeniesIsNotAnnounced() throws Exception {
        announcer.answering();
        expectTcp(client(config -> config.policy(DENY_ALL)), FallbackReason.POLICY);
        assertThat(announcer.announced()).isZero();
    }

    @Test
    void nothingIsAnnouncedIfThatIsNotWanted() throws Exception {
        announcer.answering();
        expectTcp(client(config -> config.synOption(false)), FallbackReason.PEER_WITHOUT_SMC);
        assertThat(announcer.announced()).isZero();
    }

    @Test
    void nothingIsAnnouncedWithoutRdma() throws Exception {
        announcer.answering();
        rdma.setObjection(FallbackReason.NO_RDMA_DEVICE);
        expectTcp(client(config -> config), FallbackReason.PEER_WITHOUT_SMC);
        assertThat(announcer.announced()).isZero();
    }

    @Test
    void nothingIsAnnouncedToALoopbackAddressWithoutAPort() throws Exception {
        announcer.answering();
        rdma.setPortless();
        expectTcp(client(config -> config), FallbackReason.PEER_WITHOUT_SMC);
        assertThat(announcer.announced()).isZero();
    }

    @Test
    void whoHasAnsweredTheAnnouncementIsDeclinedIfThereIsNothingToPropose() throws Exception {
        announcer.answering();
        rdma.setOffer(ScriptedRdma.offer(false, false));
        SmcSelectorProvider client = client(config -> config);
        CompletableFuture<SocketChannel> connecting = connecting(client);
        RawPeer peer = accepted();

        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.NO_SMCR_DEVICE.code());
        Bench.expectPipe(Bench.value(connecting), peer);
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(FallbackReason.NO_SMCR_DEVICE);
    }

    @Test
    void anAnnouncementEndsWithAFailedConnect() throws Exception {
        InetSocketAddress nobody = (InetSocketAddress) server.getLocalSocketAddress();
        server.close();
        SmcSelectorProvider client = client(config -> config);

        assertThatThrownBy(() -> bench.connect(client, nobody)).isInstanceOf(ConnectException.class);
        assertThat(announcer.announced()).isEqualTo(1);
        assertThat(announcer.announcing()).isZero();
    }

    @Test
    void aListenersMarkerTakesPrecedence() throws Exception {
        announcer.answering();
        ScriptedServer marked = bench.closing(new ScriptedServer(bench.engine()));
        CompletableFuture<SocketChannel> connecting = bench.connecting(client(config -> config), marked.address());
        RawPeer peer = bench.closing(marked.accept());

        assertThat(peer.receive(ClcProposal.class).v2().orElseThrow().smcd()).isPresent();
        peer.send(bytesOf(ClcDecline.v2(7, 1, false)));
        Bench.expectPipe(Bench.value(connecting), peer);
    }

    // ---- listeners

    @Test
    void aListenerAnnouncesWhileItListens() throws Exception {
        SmcSelectorProvider provider = client(config -> config);
        try (var listener = provider.openServerSocketChannel()) {
            assertThat(announcer.announcing()).isZero();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(announcer.announcing()).isEqualTo(1);
        }
        assertThat(announcer.announcing()).isZero();
    }

    @Test
    void aListenerAtAnAddressWithoutAPortDoesNotAnnounce() throws Exception {
        rdma.setPortless();
        bench.listen(client(config -> config));

        assertThat(announcer.announced()).isZero();
    }

    @Test
    void aListenerThatMayNotUseSmcDoesNotAnnounce() throws Exception {
        bench.listen(client(config -> config.serverEnabled(false)));

        assertThat(announcer.announced()).isZero();
    }

    @Test
    void aListenerWithoutSharedMemoryLeavesNoMarker() throws Exception {
        var listener = bench.listen(client(config -> config.sharedMemoryEnabled(false)));

        assertThat(bench.engine().discovery().markers().find((InetSocketAddress) listener.getLocalAddress())).isNull();
    }

    // ---- reasons

    @Test
    void withoutRdmaThatIsTheReasonForTcpWithOtherHosts() throws Exception {
        rdma.setObjection(FallbackReason.RDMA_NOT_PERMITTED);

        assertThat(objection(config -> config)).isEqualTo(FallbackReason.RDMA_NOT_PERMITTED);
    }

    @Test
    void aHostWithoutRdmaIsNoReasonUnlessItWasWanted() throws Exception {
        rdma.setObjection(FallbackReason.NO_RDMA_LIBRARY);
        RdmaConfig verbs = new RdmaConfig(RdmaConfig.Provider.VERBS, List.of("SMC4J"), null, 0, -1, List.of(), 2, 255);

        assertThat(objection(config -> config.sharedMemoryDirectory("")))
                .isEqualTo(FallbackReason.NO_SHARED_DIRECTORY);
        assertThat(objection(config -> config.sharedMemoryDirectory("").rdma(verbs)))
                .isEqualTo(FallbackReason.NO_RDMA_LIBRARY);
        assertThat(objection(config -> config.sharedMemoryDirectory("")
                .peers(List.of(SmcConfig.Peer.parse("0.0.0.0/0"))))).isEqualTo(FallbackReason.NO_RDMA_LIBRARY);
        assertThat(objection(config -> config.sharedMemoryEnabled(false))).isEqualTo(FallbackReason.NO_RDMA_LIBRARY);
    }

    @Test
    void ifNoRdmaIsWantedNorThereAWayToFindNeighboursThatIsTheReasonForTcp() throws Exception {
        RdmaConfig none = new RdmaConfig(RdmaConfig.Provider.NONE, List.of("SMC4J"), null, 0, -1, List.of(), 2, 255);
        SmcSelectorProvider client = bench.provider(config -> config.rdma(none).sharedMemoryDirectory(""));

        assertThat(EngineAccess.of(client).negotiations().plan(ELSEWHERE).objection())
                .isEqualTo(FallbackReason.NO_SHARED_DIRECTORY);
        assertThat(client.snapshot().rdma().provider()).isEqualTo(RdmaConfig.Provider.NONE);
    }

    @Test
    void withRdmaOtherHostsMayBeTried() throws Exception {
        assertThat(objection(config -> config)).isNull();
    }

    @Test
    void thePolicyComesFirst() throws Exception {
        rdma.setObjection(FallbackReason.NO_RDMA_DEVICE);

        assertThat(objection(config -> config.policy(DENY_ALL))).isEqualTo(FallbackReason.POLICY);
    }
}
