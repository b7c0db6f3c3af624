package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcMessage;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcSmcdV2Extension;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.ClcV2Extension;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.IsmDevice;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

/** The accepting side against clients that begin a handshake and do not end it well. */
@Timeout(60)
class ServerNegotiationTest {

    /** What a Linux 6.12 kernel proposes for SMC-R. */
    private static final String KERNEL_PROPOSAL = "e2d4c3d901009c22" + "00".repeat(8) + "00".repeat(16) + "00".repeat(6)
            + "0000" + "00".repeat(8) + "0000001c" + "00".repeat(28)
            + "010000100000000000000000000000000000ffff0a090001"
            + "ff020001" + "00".repeat(12) + "544553544549442e31" + "20".repeat(23) + "e2d4c3d9";
    private static final String V1_PROPOSAL = "e2d4c3d901003410" + "5b5852540000000bfe80000000000000505400fffe00000b"
            + "52540000000b00000a090000180000" + "00e2d4c3d9";

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider server;
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        server = bench.provider();
        listener = bench.listen(server);
    }

    private ScriptedClient scriptedClient() throws IOException {
        return bench.closing(new ScriptedClient(bench.engine(), listener));
    }

    // ---- Proposals

    static Stream<Arguments> unacceptableProposals() {
        Gid gid = Gid.random();
        return Stream.of(
                Arguments.of("SMC-R of a kernel", HexFormat.of().parseHex(KERNEL_PROPOSAL),
                        FallbackReason.NO_SMCR_DEVICE),
                Arguments.of("version 1", HexFormat.of().parseHex(V1_PROPOSAL), FallbackReason.NO_SMCR_DEVICE),
                Arguments.of("unknown GID", bytesOf(SmcdClc.proposal(gid)), FallbackReason.NO_MATCHING_DEVICE),
                Arguments.of("other EID", bytesOf(proposal(gid, SmcdClc.CHID, new Eid("OTHER"))),
                        FallbackReason.NO_COMMON_EID),
                Arguments.of("other CHID", bytesOf(proposal(gid, 0xFFFF, SmcdClc.EID)),
                        FallbackReason.NO_MATCHING_DEVICE),
                Arguments.of("Accept in its place", bytesOf(accept()), FallbackReason.MALFORMED),
                Arguments.of("Confirm in its place", bytesOf(confirm()), FallbackReason.MALFORMED),
                Arguments.of("version 0", with(bytesOf(SmcdClc.proposal(gid)), 7, 0x06), FallbackReason.MALFORMED),
                Arguments.of("type 0", with(bytesOf(SmcdClc.proposal(gid)), 4, 0), FallbackReason.MALFORMED),
                Arguments.of("type 9", with(bytesOf(SmcdClc.proposal(gid)), 4, 9), FallbackReason.MALFORMED),
                Arguments.of("no trailer", with(bytesOf(SmcdClc.proposal(gid)), -1, 0), FallbackReason.MALFORMED),
                Arguments.of("header only", HexFormat.of().parseHex("e2d4c3d901000822"), FallbackReason.MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptableProposals")
    void anUnacceptableProposalIsDeclinedAndTheConnectionServesAsTcp(String name, byte[] proposal,
            FallbackReason reason)
            throws IOException {
        RawPeer client = bench.connect(listener).send(proposal);
        SocketChannel channel = bench.accept(listener);

        expectDecline(client, reason);

        Bench.expectPipe(channel, client);
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(reason);
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.FALLBACK, 1L);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptableProposals")
    void bytesThatCameWithAnUnacceptableProposalReachTheApplication(String name, byte[] proposal, FallbackReason reason)
            throws IOException {
        RawPeer client = bench.connect(listener).send(proposal, bytesOf("early"));
        SocketChannel channel = bench.accept(listener);

        assertThat(Bench.readText(channel, 5)).isEqualTo("early");
        expectDecline(client, reason);
        Bench.expectPipe(channel, client);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptableProposals")
    void aDeclineThatCrossesOursNeverReachesTheApplication(String name, byte[] proposal, FallbackReason reason)
            throws IOException {
        RawPeer client = bench.connect(listener).send(proposal);
        SocketChannel channel = bench.accept(listener);
        expectDecline(client, reason);
        client.send(bytesOf(ClcDecline.v2(7, FallbackReason.TIMEOUT.code(), false)), bytesOf("data"));

        assertThat(Bench.readText(channel, 4)).isEqualTo("data");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aClientThatHasGivenUpBeforeItIsAcceptedIsNotAnswered() throws Exception {
        ScriptedClient client = bench.closing(new ScriptedClient(bench.engine(), listener));
        client.tcp().send(bytesOf(client.proposal()), bytesOf(ClcDecline.v2(7, FallbackReason.TIMEOUT.code(), false)),
                bytesOf("data"));
        SocketChannel channel = bench.accept(listener);

        assertThat(Bench.readText(channel, 4)).isEqualTo("data");
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.PEER_DECLINED);
        Bench.expectPipe(channel, client.tcp());
    }

    @Test
    void whatAServerSaysFirstCrossesAProposalAndItsDecline() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        Bench.write(channel, "220 ready");
        client.send(SmcdClc.proposal(Gid.random()));
        assertThat(client.receiveText(9)).isEqualTo("220 ready");
        client.send(bytesOf(ClcDecline.v2(7, FallbackReason.TIMEOUT.code(), false)), bytesOf("data"));

        assertThat(Bench.readText(channel, 4)).isEqualTo("data");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aDeclineThatComesLongAfterOursNeverReachesTheApplication() throws IOException {
        RawPeer client = bench.connect(listener).send(SmcdClc.proposal(Gid.random()));
        SocketChannel channel = bench.accept(listener);
        expectDecline(client, FallbackReason.NO_MATCHING_DEVICE);
        Bench.write(channel, "answer");
        assertThat(client.receiveText(6)).isEqualTo("answer");

        byte[] decline = bytesOf(ClcDecline.v1(7, 1, false));
        for (byte each : decline) {
            client.send(new byte[] {each});
        }

        Bench.expectPipe(channel, client);
    }

    // ---- after the Accept

    @Test
    void messagesMayComeByteByByte() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        for (byte each : bytesOf(client.proposal())) {
            client.tcp().send(new byte[] {each});
        }
        ClcAccept accept = client.tcp().receive(ClcAccept.class);
        for (byte each : bytesOf(client.confirm())) {
            client.tcp().send(new byte[] {each});
        }
        SmcConnection connection = client.establish(accept);

        connection.write(ByteBuffer.wrap(bytesOf("by shared memory")));
        assertThat(Bench.readText(channel, 16)).isEqualTo("by shared memory");
        assertThat(Bench.connection(server).mode()).isEqualTo(SmcMode.SMCD);
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("token", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, dmb.token() ^ 1L << 40, dmb.sizeCode())),
                lie("no token", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, 0, dmb.sizeCode())),
                lie("token of no slot", FallbackReason.OUT_OF_SYNC,
                dmb -> change(dmb, dmb.token() | 0xFFFF, dmb.sizeCode())),
                lie("size", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, dmb.token(), dmb.sizeCode() + 1)),
                lie("largest size", FallbackReason.OUT_OF_SYNC, dmb -> change(dmb, dmb.token(), 15)),
                lie("GID", FallbackReason.OUT_OF_SYNC,
                dmb -> new SmcdAcceptBody(dmb.gid() + 1, dmb.token(), 0, dmb.sizeCode(),
                        dmb.linkId(), dmb.chid(), dmb.gidExtension())),
                lie("GID extension", FallbackReason.OUT_OF_SYNC, dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 0,
                        dmb.sizeCode(), dmb.linkId(), dmb.chid(), dmb.gidExtension() + 1)),
                lie("link id", FallbackReason.OUT_OF_SYNC,
                dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 0, dmb.sizeCode(),
                        dmb.linkId() + 1, dmb.chid(), dmb.gidExtension())),
                lie("CHID", FallbackReason.MODE_UNSUPPORTED,
                dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 0, dmb.sizeCode(),
                        dmb.linkId(), 0xFFFF, dmb.gidExtension())),
                lie("element index", FallbackReason.MODE_UNSUPPORTED,
                dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 1,
                        dmb.sizeCode(), dmb.linkId(), dmb.chid(), dmb.gidExtension())));
    }

    private static Arguments lie(String about, FallbackReason reason, UnaryOperator<SmcdAcceptBody> lie) {
        return Arguments.of(about, reason, lie);
    }

    private static SmcdAcceptBody change(SmcdAcceptBody dmb, long token, int sizeCode) {
        return new SmcdAcceptBody(dmb.gid(), token, 0, sizeCode, dmb.linkId(), dmb.chid(), dmb.gidExtension());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void aConfirmThatIsNotAboutThisLinkGroupIsDeclined(String about, FallbackReason reason,
            UnaryOperator<SmcdAcceptBody> lie)
            throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        client.tcp().send(client.confirm(lie));

        expectDecline(client.tcp(), reason);
        Bench.expectPipe(channel, client.tcp());
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(reason);
    }

    @Test
    void aTokenOfAnotherLinkGroupIsDeclined() throws Exception {
        ScriptedClient owner = scriptedClient();
        SmcdAcceptBody foreign = (SmcdAcceptBody) owner.confirm().body();
        bench.accept(listener);
        ScriptedClient thief = scriptedClient();
        bench.accept(listener);
        thief.propose();
        thief.tcp().send(thief.confirm(dmb -> change(dmb, foreign.token(), foreign.sizeCode())));

        expectDecline(thief.tcp(), FallbackReason.OUT_OF_SYNC);
    }

    @Test
    void aTokenServesOneConnectionOnly() throws Exception {
        ScriptedClient first = scriptedClient();
        bench.accept(listener);
        ClcAccept accept = first.propose();
        ClcConfirm confirm = first.confirm();
        first.tcp().send(confirm);
        first.establish(accept);
        RawPeer second = bench.connect(listener).send(first.proposal());
        SocketChannel channel = bench.accept(listener);
        second.receive(ClcAccept.class);
        second.send(confirm);

        expectDecline(second, FallbackReason.OUT_OF_SYNC);
        Bench.expectPipe(channel, second);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeclineInPlaceOfTheConfirmLeavesTheConnectionToTheApplication(boolean version1) throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        ClcDecline decline = version1 ? ClcDecline.v1(7, 0x03010000, false) : ClcDecline.v2(7, 0x03010000, false);
        client.tcp().send(bytesOf(decline), bytesOf("behind it"));

        assertThat(Bench.readText(channel, 9)).isEqualTo("behind it");
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.PEER_DECLINED);
        assertThat(Bench.connection(server).peerDiagnosis()).isEqualTo(0x03010000);
        Bench.expectPipe(channel, client.tcp());
    }

    @Test
    void aDeclineAsFirstMessageLeavesTheConnectionToTheApplication() throws IOException {
        RawPeer client = bench.connect(listener).send(bytesOf(ClcDecline.v2(7, 5, false)), bytesOf("behind it"));

        SocketChannel channel = bench.accept(listener);
        assertThat(Bench.readText(channel, 9)).isEqualTo("behind it");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aSecondProposalInPlaceOfTheConfirmIsDeclined() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        client.tcp().send(client.proposal());

        expectDecline(client.tcp(), FallbackReason.MALFORMED);
        Bench.expectPipe(channel, client.tcp());
    }

    @Test
    void garbageBehindAProposalEndsTheConnectionWithoutReachingTheApplication() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.tcp().send(bytesOf(client.proposal()), bytesOf("garbage"));

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.FAILED, 1L);
    }

    // ---- ends

    @Test
    void theEndAfterTheAcceptIsTheEndOfTheStream() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        client.tcp().endOutput();

        Bench.expectEnd(channel);
        channel.close();
        client.tcp().expectEnd();
    }

    @Test
    void theEndWithinAConfirmEndsTheConnectionWithoutReachingTheApplication() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        client.tcp().send(Arrays.copyOf(bytesOf(client.confirm()), 20)).endOutput();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
    }

    @Test
    void aResetAfterTheAcceptIsAReset() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        client.tcp().reset();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aResetBeforeAnyByteIsAReset() throws IOException {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        client.reset();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aResetWithinAProposalComesAfterItsBytes() throws IOException {
        RawPeer client = bench.connect(listener).send(new byte[] {(byte) 0xE2, (byte) 0xD4});
        SocketChannel channel = bench.accept(listener);
        client.reset();

        assertThat(Bench.read(channel, 2)).containsExactly(0xE2, 0xD4);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aResetAfterOurDeclineIsAReset() throws IOException {
        RawPeer client = bench.connect(listener).send(SmcdClc.proposal(Gid.random()));
        SocketChannel channel = bench.accept(listener);
        expectDecline(client, FallbackReason.NO_MATCHING_DEVICE);
        client.reset();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aResetAfterOurDeclineEndsAReadUnderWay() throws Exception {
        RawPeer client = bench.connect(listener).send(SmcdClc.proposal(Gid.random()));
        SocketChannel channel = bench.accept(listener);
        expectDecline(client, FallbackReason.NO_MATCHING_DEVICE);
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Integer> read = Bench.running(() -> {
            reader.complete(Thread.currentThread());
            return channel.read(ByteBuffer.allocate(1));
        });
        Bench.patiently().until(() -> Bench.isWaitingForOutcome(reader.join()));
        client.reset();

        assertThatThrownBy(() -> Bench.value(read)).isInstanceOf(SocketException.class).hasMessageContaining("reset");
    }

    @Test
    void aConnectionResetBeforeItWasAcceptedDoesNotDisturbTheListener() throws IOException {
        RawPeer.connect(listener.getLocalAddress()).reset();
        RawPeer next = bench.connect(listener).send("hello");

        SocketChannel first = bench.accept(listener);
        SocketChannel channel = first.getRemoteAddress().equals(next.localAddress()) ? first : bench.accept(listener);
        assertThat(Bench.readText(channel, 5)).isEqualTo("hello");
    }

    // ---- messages

    private static void expectDecline(RawPeer client, FallbackReason reason) throws IOException {
        byte[] frame = client.receiveFrame();
        assertThat(frame).hasSize((frame[7] & 0xF0) == 0x10 ? 28 : 44);
        assertThat(ByteBuffer.wrap(frame).getInt(16)).isEqualTo(reason.code());
    }

    private static ClcProposal proposal(Gid gid, int chid, Eid eid) {
        IsmDevice device = new IsmDevice(gid.high(), gid.low(), chid);
        return ClcProposal.smcdV2(1, new ClcV2Extension(List.of(eid), 1, RoceGid.ZERO, 255, 1,
                Clc.FEATURE_EMULATED_ISM, Optional.of(ClcSmcdV2Extension.ofDevices(List.of(device)))));
    }

    private static ClcMessage accept() {
        return new ClcAccept(ClcTerms.v2LaterContact(SmcdClc.EID), new SmcdAcceptBody(1, 2, 0, 4, 1, SmcdClc.CHID, 3));
    }

    private static ClcMessage confirm() {
        return new ClcConfirm(ClcTerms.v2LaterContact(SmcdClc.EID), new SmcdAcceptBody(1, 2, 0, 4, 1, SmcdClc.CHID, 3));
    }

    /** @param index counted from the end if negative */
    private static byte[] with(byte[] message, int index, int value) {
        message[index < 0 ? message.length + index : index] = (byte) value;
        return message;
    }
}
