package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The connecting side against servers that have a marker, and then answer in all the ways they should not. */
@Timeout(60)
class ClientNegotiationTest {

    private static final ClcDecline DECLINE = ClcDecline.v2(7, FallbackReason.NO_DEVICE.code(), false);

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider client;
    private ScriptedServer server;

    @BeforeEach
    void open() throws IOException {
        client = bench.provider();
        server = bench.closing(new ScriptedServer(bench.engine()));
    }

    private void openImpatientClient() throws IOException {
        client = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(500)));
    }

    private CompletableFuture<SocketChannel> connecting() throws IOException {
        return bench.connecting(client, server.address());
    }

    private RawPeer accepted() throws IOException {
        return bench.closing(server.accept());
    }

    // ---- in place of the Accept

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeclineInPlaceOfTheAcceptLeavesTheConnectionToTheApplication(boolean version1) throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        peer.receive(ClcProposal.class);
        peer.send(bytesOf(version1 ? ClcDecline.v1(7, DECLINE.diagnosisCode(), false) : DECLINE), bytesOf("behind it"));

        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.readText(channel, 9)).isEqualTo("behind it");
        expectFallback(FallbackReason.PEER_DECLINED);
        assertThat(Bench.connection(client).peerDiagnosis()).isEqualTo(DECLINE.diagnosisCode());
        Bench.expectPipe(channel, peer);
    }

    static Stream<Arguments> unacceptableAccepts() {
        return Stream.of(
                accept("token", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, dmb.token() ^ 1L << 40, dmb.sizeCode())),
                accept("no token", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, 0, dmb.sizeCode())),
                accept("negative token", FallbackReason.OUT_OF_SYNC,
                        dmb -> change(dmb, dmb.token() | Long.MIN_VALUE, dmb.sizeCode())),
                accept("largest size", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, dmb.token(), 15)),
                accept("GID", FallbackReason.OUT_OF_SYNC, dmb -> new SmcdAcceptBody(dmb.gid() + 1, dmb.token(), 0,
                        dmb.sizeCode(), dmb.linkId(), dmb.chid(), dmb.gidExtension())),
                accept("link id", FallbackReason.OUT_OF_SYNC,
                dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 0, dmb.sizeCode(),
                        dmb.linkId() + 1, dmb.chid(), dmb.gidExtension())),
                accept("CHID", FallbackReason.MODE_UNSUPPORTED, dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 0,
                        dmb.sizeCode(), dmb.linkId(), 0xFFFF, dmb.gidExtension())));
    }

    private static Arguments accept(String about, FallbackReason reason, UnaryOperator<SmcdAcceptBody> lie) {
        return Arguments.of(about, reason, lie);
    }

    private static SmcdAcceptBody change(SmcdAcceptBody dmb, long token, int sizeCode) {
        return new SmcdAcceptBody(dmb.gid(), token, 0, sizeCode, dmb.linkId(), dmb.chid(), dmb.gidExtension());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptableAccepts")
    void anUnacceptableAcceptIsDeclinedAndTheConnectionServesAsTcp(String about, FallbackReason reason,
            UnaryOperator<SmcdAcceptBody> lie) throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        peer.send(server.acceptOf(peer.receive(ClcProposal.class), lie));

        SocketChannel channel = Bench.value(connecting);
        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(reason.code());
        expectFallback(reason);
        Bench.expectPipe(channel, peer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptableAccepts")
    void aDeclineThatCrossesOursNeverReachesTheApplication(String about, FallbackReason reason,
            UnaryOperator<SmcdAcceptBody> lie)
            throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        peer.send(bytesOf(server.acceptOf(peer.receive(ClcProposal.class), lie)), bytesOf(DECLINE), bytesOf("data"));

        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.readText(channel, 4)).isEqualTo("data");
        peer.receive(ClcDecline.class);
        Bench.expectPipe(channel, peer);
    }

    @Test
    void aDeclineThatComesLongAfterOursNeverReachesTheApplication() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        peer.send(server.acceptOf(peer.receive(ClcProposal.class), dmb -> change(dmb, 0, 0)));
        SocketChannel channel = Bench.value(connecting);
        peer.receive(ClcDecline.class);
        Bench.write(channel, "request");
        assertThat(peer.receiveText(7)).isEqualTo("request");

        for (byte each : bytesOf(DECLINE)) {
            peer.send(new byte[] {each});
        }

        Bench.expectPipe(channel, peer);
    }

    @Test
    void anAcceptOfAnotherVersionIsDeclined() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        peer.receive(ClcProposal.class);
        peer.send(new ClcAccept(ClcTerms.v1(false), new SmcdAcceptBody(1, 2, 0, 0, 1, 0, 0)));

        SocketChannel channel = Bench.value(connecting);
        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.MODE_UNSUPPORTED.code());
        Bench.expectPipe(channel, peer);
    }

    // ---- no answer that makes sense

    /** What a server does that has received a Proposal. */
    interface Answer {
        void to(RawPeer peer, ScriptedServer server) throws Exception;
    }

    static Stream<Arguments> answersThatLeaveTheStreamInDoubt() {
        return Stream.of(
                answer("garbage", FallbackReason.SERVER_SPOKE_FIRST, (peer, server) -> peer.send("garbage")),
                answer("HTTP", FallbackReason.SERVER_SPOKE_FIRST, (peer, server) -> peer
                        .send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").endOutput()),
                answer("end", FallbackReason.PEER_LOST, (peer, server) -> peer.endOutput()),
                answer("close", FallbackReason.PEER_LOST, (peer, server) -> peer.close()),
                answer("reset", FallbackReason.PEER_LOST, (peer, server) -> peer.reset()),
                answer("Proposal", FallbackReason.MALFORMED, (peer, server) -> peer
                        .send(SmcdClc.proposal(Gid.random()))),
                answer("malformed Accept", FallbackReason.MALFORMED, (peer, server) -> peer
                        .send(new byte[] {(byte) 0xE2, (byte) 0xD4, (byte) 0xC3, (byte) 0xC4, 2, 0, 9, 0x20, 0})),
                answer("part of an Accept", FallbackReason.TIMEOUT, (peer, server) -> peer
                        .send(new byte[] {(byte) 0xE2, (byte) 0xD4, (byte) 0xC3, (byte) 0xC4, 2})));
    }

    private static Arguments answer(String what, FallbackReason reason, Answer answer) {
        return Arguments.of(what, reason, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersThatLeaveTheStreamInDoubt")
    void anAnswerThatLeavesTheStreamInDoubtIsFollowedByANewTcpConnection(String what, FallbackReason reason,
            Answer answer)
            throws Exception {
        if (reason == FallbackReason.TIMEOUT) {
            openImpatientClient();
        }
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer first = accepted();
        first.receive(ClcProposal.class);
        answer.to(first, server);

        expectNewConnection(connecting, reason);
    }

    @Test
    void aServerThatKeepsSilentFindsADeclineBehindTheProposalAndTheConnectionServesAsTcp() throws Exception {
        openImpatientClient();
        SocketChannel channel = Bench.value(connecting());
        Bench.write(channel, "request");
        expectFallback(FallbackReason.TIMEOUT);
        channel.shutdownOutput();

        RawPeer peer = accepted();
        byte[] accept = bytesOf(server.acceptOf(peer.receive(ClcProposal.class)));
        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.TIMEOUT.code());
        assertThat(peer.receiveText(7)).isEqualTo("request");
        peer.expectEnd();
        // What the server's engine may have sent before it came upon the Decline.
        peer.send(accept, bytesOf("answer"));
        assertThat(Bench.readText(channel, 6)).isEqualTo("answer");
        assertThat(client.snapshot().handshakes()).containsEntry(HandshakeOutcome.FALLBACK, 1L);

        // To be slow to accept is no reason to be left alone.
        connecting();
        accepted().receive(ClcProposal.class);
    }

    private void expectNewConnection(CompletableFuture<SocketChannel> connecting, FallbackReason reason)
            throws Exception {
        RawPeer second = accepted();
        SocketChannel channel = Bench.value(connecting);
        expectFallback(reason);
        Bench.expectPipe(channel, second);
        assertThat(client.snapshot().handshakes()).containsEntry(HandshakeOutcome.FALLBACK, 1L);
        channel.close();

        // The server is left alone now, for how long depends on the reason.
        assertThat(EngineAccess.of(client).discovery().failures().knows(server.address())).isTrue();
        if (reason != FallbackReason.PEER_LOST && reason != FallbackReason.TIMEOUT) {
            connecting = connecting();
            RawPeer third = accepted();
            channel = Bench.value(connecting);
            expectFallback(FallbackReason.RECENT_FAILURE);
            Bench.expectPipe(channel, third);
        }
    }

    @Test
    void aFailureIsForgottenAfterAWhile() throws Exception {
        client = bench.provider(config -> config.retryAfter(Duration.ofMillis(1)));
        CompletableFuture<SocketChannel> connecting = connecting();
        try (RawPeer failing = server.accept()) {
            failing.receive(ClcProposal.class);
        }
        accepted();
        Bench.value(connecting).close();
        Bench.patiently().until(() ->
                EngineAccess.of(client).negotiations().plan(server.address()).objection() == null);

        connecting = connecting();
        RawPeer again = accepted();
        again.receive(ClcProposal.class);
        again.send(DECLINE);
        Bench.expectPipe(Bench.value(connecting), again);
    }

    @Test
    void anAcceptCutShortAtAnyByteIsFollowedByANewTcpConnection() throws Exception {
        client = bench.provider(config -> config.retryAfter(Duration.ZERO));
        int length = Integer.MAX_VALUE;
        for (int part = 1; part < length; part++) {
            CompletableFuture<SocketChannel> connecting = connecting();
            try (RawPeer first = server.accept()) {
                byte[] accept = bytesOf(server.acceptOf(first.receive(ClcProposal.class)));
                length = accept.length;
                first.send(Arrays.copyOf(accept, part)).endOutput();
                try (RawPeer second = server.accept(); SocketChannel channel = Bench.value(connecting)) {
                    Bench.expectPipe(channel, second);
                }
            }
        }
    }

    @Test
    void theNewConnectionFailsAsTheServerDoes() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        try (RawPeer first = server.accept()) {
            first.receive(ClcProposal.class);
            server.close();
        }

        SocketChannel channel = Bench.value(connecting);
        assertThatThrownBy(() -> Bench.read(channel, 1)).isInstanceOf(SocketException.class)
                .hasMessage("Connection reset").hasStackTraceContaining("Connection refused");
    }

    @Test
    void aResetAfterOurDeclineFailsTheStreamAndNotTheConnect() throws Exception {
        SocketChannel channel = bench.closing(client.openSocketChannel());
        channel.configureBlocking(false);
        assertThat(channel.connect(server.address())).isFalse();
        RawPeer peer = accepted();
        peer.send(server.acceptOf(peer.receive(ClcProposal.class), dmb -> change(dmb, 0, 0)));
        peer.receive(ClcDecline.class);
        Bench.patiently().until(() -> Bench.onlyConnection(client).mode() == SmcMode.TCP);
        peer.reset();
        Bench.patiently().until(() -> Bench.onlyConnection(client).mode() == null);

        assertThat(channel.finishConnect()).isTrue();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** The ring that the Accept names is withdrawn by the time the client has it. */
    private void acceptAndTakeBack(RawPeer peer) throws Exception {
        byte[] accept = bytesOf(server.acceptOf(peer.receive(ClcProposal.class)));
        assertThat(server.ring().revoke()).isTrue();
        peer.send(accept);
    }

    @Test
    void aServerThatClosesAfterItsAcceptEndsTheStream() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        acceptAndTakeBack(peer);
        SocketChannel channel = Bench.value(connecting);
        // Nothing was sent that the kernel would have to reset the connection for.
        peer.endOutput();

        Bench.expectEnd(channel);
        expectFallback(FallbackReason.PEER_LOST);
        channel.shutdownOutput();
        peer.expectEnd();
    }

    @Test
    void aServerThatDeclinesAfterItsAcceptLeavesTheConnectionToTheApplication() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        acceptAndTakeBack(peer);
        SocketChannel channel = Bench.value(connecting);
        peer.send(bytesOf(DECLINE), bytesOf("behind it"));

        assertThat(Bench.readText(channel, 9)).isEqualTo("behind it");
        Bench.expectPipe(channel, peer);
    }

    /** The server's application has reset the connection, of which its engine tells; the Confirm finds that out. */
    @Test
    void aServerThatResetsAfterItsAcceptFailsTheStreamAndNotTheConnect() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        byte[] accept = bytesOf(server.acceptOf(peer.receive(ClcProposal.class)));
        CountDownLatch reset = Bench.holdControlLoop(client);
        server.freeRing();
        peer.send(accept, bytesOf(DECLINE)).reset();
        reset.countDown();

        SocketChannel channel = Bench.value(connecting);
        assertThatThrownBy(() -> Bench.read(channel, 1)).isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThat(((InetSocketAddress) channel.getLocalAddress()).getPort()).isEqualTo(peer.remotePort());
    }

    /** Nobody has seen a byte of the client's, so that there is no doubt about the stream. */
    @Test
    void aServerThatResetsBeforeTheProposalFailsTheStreamAndNotTheConnect() throws Exception {
        CountDownLatch reset = Bench.holdControlLoop(client);
        SocketChannel channel = bench.closing(client.openSocketChannel());
        channel.configureBlocking(false);
        channel.connect(server.address());
        RawPeer peer = accepted();
        peer.reset();
        reset.countDown();

        Bench.patiently().until(channel::finishConnect);
        assertThatThrownBy(() -> Bench.read(channel, 1)).isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThat(((InetSocketAddress) channel.getLocalAddress()).getPort()).isEqualTo(peer.remotePort());
    }

    // ---- after the Accept

    @Test
    void messagesMayComeByteByByte() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        for (byte each : bytesOf(server.acceptOf(peer.receive(ClcProposal.class)))) {
            assertThat(Bench.onlyConnection(client).mode()).isNull();
            peer.send(new byte[] {each});
        }
        SmcConnection connection = server.take(peer.receive(ClcConfirm.class));

        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
        connection.write(ByteBuffer.wrap(bytesOf("by shared memory")));
        assertThat(Bench.readText(channel, 16)).isEqualTo("by shared memory");
    }

    @Test
    void whatIsWrittenBeforeTheServerTakesTheConfirmReachesIt() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        ClcConfirm confirm = peer.send(server.acceptOf(peer.receive(ClcProposal.class))).receive(ClcConfirm.class);
        SocketChannel channel = Bench.value(connecting);
        Bench.write(channel, "early");
        channel.shutdownOutput();

        SmcConnection connection = server.take(confirm);

        ByteBuffer received = ByteBuffer.allocate(16);
        Bench.patiently().until(() -> connection.read(received) == SmcConnection.EOF);
        assertThat(received.position()).isEqualTo(5);
        assertThat(received.array()).startsWith(bytesOf("early"));
    }

    @Test
    void aServerThatTakesTheConfirmTooLateFindsTheConnectionClosed() throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting();
        RawPeer peer = accepted();
        ClcConfirm confirm = peer.send(server.acceptOf(peer.receive(ClcProposal.class))).receive(ClcConfirm.class);
        Bench.value(connecting).close();

        SmcConnection connection = server.take(confirm);
        assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
        connection.close(false);
        Bench.patiently().untilAsserted(() -> assertThat(client.snapshot().ringMemoryInUse()).isZero());
    }

    private void expectFallback(FallbackReason reason) {
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.TCP);
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(reason);
        assertThat(client.snapshot().fallbacks()).containsEntry(reason, 1L);
    }
}
