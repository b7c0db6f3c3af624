package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.SmcPolicy.Rule;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import io.smc4j.engine.wire.VendorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What two sides agree on about going over to TCP, and peers that do not keep to it. */
@Timeout(60)
class MoveAgreementTest {

    /** Flags of the state word. */
    private static final int MOVED = 0x10;
    private static final int CLOSED = 0x40;
    private static final int CAN_MOVE = 1;

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider client;
    private ScriptedServer server;
    private RawPeer peer;
    private SocketChannel channel;
    private SmcConnection theirs;

    @BeforeEach
    void open() throws Exception {
        client = bench.provider();
        server = bench.closing(new ScriptedServer(bench.engine()));
    }

    /** @param vendorOptions of the server's Accept */
    private void connect(int vendorOptions) throws Exception {
        var connecting = bench.connecting(client, server.address());
        peer = bench.closing(server.accept());
        ClcAccept accept = server.acceptOf(peer.receive(ClcProposal.class),
                dmb -> new SmcdAcceptBody(dmb.gid(), dmb.token(), 0, dmb.sizeCode(), dmb.linkId(), dmb.chid(),
                        dmb.gidExtension(), vendorOptions));
        ClcConfirm confirm = peer.send(accept).receive(ClcConfirm.class);
        assertThat(((SmcdAcceptBody) confirm.body()).vendorOptions()).isEqualTo(vendorOptions);
        theirs = server.take(confirm);
        channel = bench.closing(Bench.value(connecting));
        expectMode(SmcMode.SMCD);
    }

    private void expectMode(SmcMode mode) {
        Bench.patiently().untilAsserted(() -> assertThat(Bench.connection(client).mode()).isEqualTo(mode));
    }

    private void deny() {
        client.policyTable().add(new Rule(Action.DENY, Direction.ANY, null, null, new PortRange(1, 65535)),
                Origin.RUNTIME, new Terms(null, null, true), 0);
    }

    /** The control loop has taken what was there, and what has come. */
    private void settle() throws Exception {
        CountDownLatch settled = new CountDownLatch(1);
        EngineAccess.of(client).loop().schedule(TimeUnit.MILLISECONDS.toNanos(20), settled::countDown);
        assertThat(settled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aServerAgreesWithAClientThatOffersIt() throws Exception {
        assertThat(acceptOf(true).vendorOptions()).isEqualTo(CAN_MOVE);
    }

    @Test
    void aServerSaysNothingToAClientThatKnowsNothingOfIt() throws Exception {
        assertThat(acceptOf(false).vendorOptions()).isZero();
    }

    private SmcdAcceptBody acceptOf(boolean offered) throws IOException {
        ServerSocketChannel listener = bench.closing(client.openServerSocketChannel()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        ScriptedClient scripted = bench.closing(new ScriptedClient(bench.engine(), listener));
        ClcProposal proposal = scripted.proposal();
        scripted.tcp().send(offered ? proposal : proposal.withVendor(VendorOptions.NONE));
        bench.closing(listener.accept());
        return (SmcdAcceptBody) scripted.tcp().receive(ClcAccept.class).body();
    }

    @Test
    void staysOnSmcWithAPeerThatCannot() throws Exception {
        connect(0);
        deny();
        settle();

        expectMode(SmcMode.SMCD);
        channel.write(ByteBuffer.wrap(bytesOf("request")));
        assertThat(theirs.read(ByteBuffer.allocate(10))).isEqualTo(7);
    }

    @Test
    void heedsNoPeerThatMovesThoughNothingWasAgreed() throws Exception {
        connect(0);
        server.clientRing().setState(MOVED);
        server.clientRing().tellMoved();
        settle();

        expectMode(SmcMode.SMCD);
        theirs.write(ByteBuffer.wrap(bytesOf("answer")));
        assertThat(Bench.readText(channel, 6)).isEqualTo("answer");
    }

    @Test
    void heedsNoPeerThatOnlySaysSo() throws Exception {
        connect(CAN_MOVE);
        server.clientRing().tellMoved();
        settle();

        expectMode(SmcMode.SMCD);
    }

    @Test
    void goesOnOverTcpAlthoughThePeerTakesItBack() throws Exception {
        connect(CAN_MOVE);
        var reading = Bench.running(() -> Bench.readText(channel, 6));
        server.clientRing().setState(MOVED);
        server.clientRing().tellMoved();
        Bench.patiently().until(() -> client.snapshot().fallbacks().containsKey(FallbackReason.MOVED_BY_PEER));
        server.clientRing().setState(0);
        peer.send("answer");

        assertThat(Bench.value(reading)).isEqualTo("answer");
        expectMode(SmcMode.TCP);
    }

    @Test
    void goesOnOverTcpWithAPeerThatClosesAndTellsNobody() throws Exception {
        connect(CAN_MOVE);
        server.clientRing().setState(MOVED | CLOSED);
        peer.send("answer");

        assertThat(Bench.readText(channel, 6)).isEqualTo("answer");
    }

    @Test
    void breaksWithAPeerThatMovesWithACursorThatCannotBe() throws Exception {
        connect(CAN_MOVE);
        var reading = Bench.running(() -> channel.read(ByteBuffer.allocate(10)));
        server.clientRing().setProducer(1L << 40);
        server.clientRing().setState(MOVED);
        server.clientRing().tellMoved();
        server.clientRing().ring();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(IOException.class).hasMessageContaining("cursor");
    }

    @Test
    void resetsWithAStateThatNoPeerCanHave() throws Exception {
        connect(CAN_MOVE);
        server.clientRing().setState(0xFF);
        server.clientRing().tellMoved();
        settle();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
    }
}
