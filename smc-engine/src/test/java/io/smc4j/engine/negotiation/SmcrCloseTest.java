package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Channels closed in the middle of an SMC-R handshake, on either side; nothing happens over RDMA by itself. */
@Timeout(60)
class SmcrCloseTest {

    private static final List<SmcConfig.Peer> LOOPBACK =
            List.of(new SmcConfig.Peer(SmcPolicy.Cidr.parse("127.0.0.0/8"), new SmcPolicy.PortRange(1, 65535)));
    /** The connection state flags of the protocol. */
    private static final int CLOSED = 0x40;
    private static final int ABORT = 0x20;

    @RegisterExtension
    final Bench bench = new Bench();

    private final ScriptedRdma rdma = new ScriptedRdma();
    private final ScriptedAnnouncer announcer = new ScriptedAnnouncer();
    private SmcSelectorProvider engine;

    @BeforeEach
    void open() throws IOException {
        engine = bench.provider(config -> config.peers(LOOPBACK), rdma, announcer);
    }

    private SocketChannel channel;
    private RawPeer peer;

    // ---- stages

    private void connect() throws Exception {
        ServerSocket listener = bench.closing(new ServerSocket(0, 4, InetAddress.getLoopbackAddress()));
        channel = bench.connect(engine, (InetSocketAddress) listener.getLocalSocketAddress());
        peer = bench.closing(new RawPeer(listener.accept()));
        peer.receive(ClcProposal.class);
    }

    /** A client whose Confirm is on its way. */
    private void confirmed() throws Exception {
        connect();
        peer.send(ScriptedRdma.accept(Clc.V2));
        rdma.prepared(null);
        peer.receive(ClcConfirm.class);
        Bench.value(rdma.contact().completing());
    }

    /** A server that waits for the Confirm. */
    private void accepting() throws Exception {
        var listener = bench.listen(engine);
        peer = bench.connect(listener);
        channel = bench.accept(listener);
        peer.send(SmcrServerTest.proposal());
        rdma.prepared(null);
        peer.receive(ClcAccept.class);
    }

    /** A server that has the Confirm. */
    private void completing() throws Exception {
        accepting();
        peer.send(ScriptedRdma.confirm(Clc.V2));
        Bench.value(rdma.contact().completing());
    }

    private void writeAndClose() throws IOException {
        Bench.write(channel, "early");
        channel.close();
    }

    private void expectEarlyBytesBeforeTheEnd() {
        Bench.patiently().until(() -> (rdma.group().peer().shown() & CLOSED) != 0);
        assertThat(rdma.group().peer().shown() & ABORT).isZero();
        assertThat(rdma.group().peer().text()).isEqualTo("early");
        assertThat(rdma.contact().isAbandoned()).isFalse();
        assertThat(engine.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
        assertThat(engine.snapshot().bytes().get(SmcMode.SMCR).sent()).isEqualTo(5);
    }

    // ---- the peer may count the connection as made

    @Test
    void whatAServerHasWrittenComesWhenTheConnectionStands() throws Exception {
        completing();
        writeAndClose();
        rdma.completed(null);

        expectEarlyBytesBeforeTheEnd();
        peer.expectEnd();
    }

    @Test
    void whatAServerHasWrittenComesThoughTheConfirmDoesLater() throws Exception {
        accepting();
        writeAndClose();
        peer.send(ScriptedRdma.confirm(Clc.V2));
        rdma.completed(null);

        expectEarlyBytesBeforeTheEnd();
        peer.expectEnd();
    }

    @Test
    void whatAServerHasWrittenComesByTcpIfTheClientDeclines() throws Exception {
        accepting();
        writeAndClose();
        peer.send(ClcDecline.v2(7, 0x02010000, false));

        assertThat(peer.receiveText(5)).isEqualTo("early");
        peer.expectEnd();
        Bench.patiently().until(() -> rdma.contact().isAbandoned());
    }

    @Test
    void whatAServerHasWrittenComesByTcpIfTheConnectionCannotBe() throws Exception {
        completing();
        writeAndClose();
        rdma.completed(FallbackReason.LINK_NOT_READY);

        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.LINK_NOT_READY.code());
        assertThat(peer.receiveText(5)).isEqualTo("early");
        peer.expectEnd();
        Bench.patiently().until(() -> rdma.contact().isAbandoned());
    }

    @Test
    void whatAClientHasWrittenComesWhenTheConnectionStands() throws Exception {
        confirmed();
        writeAndClose();
        rdma.completed(null);

        expectEarlyBytesBeforeTheEnd();
        peer.expectEnd();
    }

    @Test
    void whatAClientHasWrittenComesByTcpIfTheServerDeclines() throws Exception {
        confirmed();
        writeAndClose();
        peer.send(ClcDecline.v2(7, 0x02010000, false));

        assertThat(peer.receiveText(5)).isEqualTo("early");
        peer.expectEnd();
        Bench.patiently().until(() -> rdma.contact().isAbandoned());
    }

    @Test
    void whatAServerHasWrittenComesBeforeItsReset() throws Exception {
        completing();
        Bench.write(channel, "early");
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
        rdma.completed(null);

        Bench.patiently().until(() -> (rdma.group().peer().shown() & ABORT) != 0);
        assertThat(rdma.group().peer().text()).isEqualTo("early");
        peer.expectEnd();
    }

    @Test
    void aResetOfWhoHasWrittenNothingWaitsForNoOutcome() throws Exception {
        completing();
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();

        // A client that still waits would take a mere reset for somebody's who has no SMC.
        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.PEER_LOST.code());
        peer.expectReset();
        Bench.patiently().until(() -> rdma.contact().isAbandoned());
    }

    @Test
    void closingTheEngineEndsWhatWaitsForAnOutcome() throws Exception {
        completing();
        writeAndClose();
        engine.close();

        peer.expectEnd();
        assertThat(rdma.contact().isAbandoned()).isTrue();
    }

    // ---- it cannot

    private CompletableFuture<Integer> reading() {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Integer> reading = Bench.running(() -> {
            reader.complete(Thread.currentThread());
            return channel.read(ByteBuffer.allocate(1));
        });
        Bench.patiently().until(() -> Bench.isWaitingForOutcome(reader.join()));
        return reading;
    }

    @Test
    void closingAClientGivesUpWhatIsPrepared() throws Exception {
        connect();
        CompletableFuture<Integer> reading = reading();
        peer.send(ScriptedRdma.accept(Clc.V2));
        Bench.value(rdma.contact().preparing());
        channel.close();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(AsynchronousCloseException.class);
        Bench.patiently().until(() -> rdma.contact().isAbandoned());
    }

    @Test
    void closingAServerGivesUpWhatIsPrepared() throws Exception {
        var listener = bench.listen(engine);
        peer = bench.connect(listener);
        channel = bench.accept(listener);
        peer.send(SmcrServerTest.proposal());
        Bench.value(rdma.contact().preparing());
        channel.close();

        Bench.patiently().until(() -> rdma.contact().isAbandoned());
    }

    // ---- it just does

    @Test
    void closingTheChannelWhileTheConnectionComesToStandEndsIt() throws Exception {
        confirmed();
        CompletableFuture<Integer> reading = reading();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        // The loop gets to know of the close only after it has got to know of the connection.
        EngineAccess.of(engine).loop().execute(closed::join);
        rdma.completed(null);
        channel.close();
        closed.complete(null);

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(AsynchronousCloseException.class);
        Bench.patiently().until(() -> (rdma.group().peer().shown() & CLOSED) != 0);
        assertThat(rdma.contact().isAbandoned()).isFalse();
    }
}
