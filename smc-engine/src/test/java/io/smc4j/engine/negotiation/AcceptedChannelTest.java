package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the owner of an accepted channel notices of the negotiation: as little as possible. */
@Timeout(60)
class AcceptedChannelTest {

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider server;
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        server = bench.provider();
        listener = bench.listen(server);
    }

    private InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    // ---- clients that say nothing

    @Test
    void aSilentClientIsHandedOutAtOnceAndMayStaySilent() throws Exception {
        server = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(1)));
        listener = bench.listen(server);
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        channel.configureBlocking(false);
        assertThat(channel.read(ByteBuffer.allocate(1))).isZero();

        // Others come and go meanwhile.
        for (int i = 0; i < 20; i++) {
            try (RawPeer other = RawPeer.connect(address()).send("x"); SocketChannel accepted = listener.accept()) {
                Bench.expectPipe(skipping(accepted), other);
            }
        }

        assertThat(Bench.onlyConnection(server).mode()).isNull();
        channel.configureBlocking(true);
        Bench.expectPipe(channel, client);
    }

    private static SocketChannel skipping(SocketChannel channel) throws IOException {
        Bench.read(channel, 1);
        return channel;
    }

    @Test
    void stalledHandshakesDoNotHoldUpOthers() throws Exception {
        for (int i = 0; i < 10; i++) {
            ScriptedClient stalled = bench.closing(new ScriptedClient(bench.engine(), listener));
            SocketChannel channel = bench.accept(listener);
            if (i % 2 == 0) {
                stalled.propose();
            } else {
                stalled.tcp().send(new byte[] {(byte) 0xE2, (byte) 0xD4});
            }
            channel.configureBlocking(false);
            assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
        }

        SmcSelectorProvider client = bench.provider();
        CompletableFuture<SocketChannel> connecting = bench.connecting(client, address());
        SocketChannel accepted = bench.accept(listener);
        Bench.expectPipe(Bench.value(connecting), accepted);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
    }

    @Test
    void aHandshakeThatStallsAfterTheAcceptEndsTheConnection() throws Exception {
        server = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(100)));
        listener = bench.listen(server);
        ScriptedClient client = bench.closing(new ScriptedClient(bench.engine(), listener));
        SocketChannel channel = bench.accept(listener);
        client.propose();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("timed out");
        assertThat(server.snapshot().ringMemoryInUse()).isZero();
    }

    /** The loop may be just about to have the link group without which the Proposal is declined. */
    @Test
    void aProposalIsLeftToTheControlLoopWhenAnOptionIsSet() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        CountDownLatch released = Bench.holdControlLoop(server);
        client.send(SmcdClc.proposal(Gid.random()));

        channel.socket().setOOBInline(true);
        SmcMode undecided = Bench.onlyConnection(server).mode();
        released.countDown();

        assertThat(undecided).isNull();
        client.receive(ClcDecline.class);
        Bench.expectPipe(channel, client);
    }

    // ---- the server speaks first

    @Test
    void whatTheServerSaysFirstReachesAPlainClientAtOnce() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        Bench.write(channel, "220 ready");

        assertThat(client.receiveText(9)).isEqualTo("220 ready");
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.SERVER_SPOKE_FIRST);
        Bench.expectPipe(channel, client);
    }

    @Test
    void aProposalThatComesTooLateNeverReachesTheApplication() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        Bench.write(channel, "220 ready");
        assertThat(client.receiveText(9)).isEqualTo("220 ready");
        client.send(bytesOf(SmcdClc.proposal(Gid.random())), bytesOf("HELO"));

        assertThat(Bench.readText(channel, 4)).isEqualTo("HELO");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aClientOfAServerThatSpeaksFirstGoesOnWithTcp() throws Exception {
        SmcSelectorProvider client = bench.provider();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<SocketChannel> connecting = bench.connecting(client, address());
            List<SocketChannel> accepted = new ArrayList<>();
            listener.configureBlocking(false);
            SocketChannel channel = Bench.patiently().until(() -> {
                SocketChannel next = listener.accept();
                if (next != null) {
                    next.configureBlocking(true);
                    accepted.add(next);
                    Bench.write(next, "220 ready");
                }
                return connecting.getNow(null);
            }, Objects::nonNull);

            // Who was first, greeting or Proposal, is chance.
            assertThat(Bench.readText(channel, 9)).isEqualTo("220 ready");
            channel.close();
            for (SocketChannel each : accepted) {
                each.close();
            }
        }
        assertThat(client.snapshot().fallbacks()).doesNotContainKey(FallbackReason.TIMEOUT);
    }

    @Test
    void aGreetingThatIsThereBeforeTheProposalMakesItUnnecessary() throws Exception {
        SmcSelectorProvider client = bench.provider();
        ScriptedServer greeting = bench.closing(new ScriptedServer(bench.engine()));
        CountDownLatch greeted = Bench.holdControlLoop(client);
        CompletableFuture<SocketChannel> connecting = bench.connecting(client, greeting.address());
        RawPeer peer = bench.closing(greeting.accept()).send("220 ready");
        greeted.countDown();

        SocketChannel channel = Bench.value(connecting);
        assertThat(Bench.readText(channel, 9)).isEqualTo("220 ready");
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(FallbackReason.SERVER_SPOKE_FIRST);
        Bench.expectPipe(channel, peer);
    }

    @Test
    void aServerThatEndsItsStreamFirstStillReads() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        channel.shutdownOutput();

        client.expectEnd();
        client.send("last words").endOutput();
        assertThat(Bench.readText(channel, 10)).isEqualTo("last words");
        Bench.expectEnd(channel);
    }

    // ---- selecting

    @Test
    void aSelectorReportsReadabilityOnlyForTheApplicationsBytes() throws Exception {
        try (Selector selector = server.openSelector()) {
            RawPeer client = bench.connect(listener);
            SocketChannel channel = bench.accept(listener);
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            client.send(SmcdClc.proposal(Gid.random()));
            client.receive(ClcDecline.class);
            assertThat(selector.selectNow()).isZero();
            client.send(ClcDecline.v2(7, 1, false));
            assertThat(selector.select(50)).isZero();
            client.send("data");

            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(key.isReadable()).isTrue();
            ByteBuffer read = ByteBuffer.allocate(10);
            assertThat(channel.read(read)).isEqualTo(4);
        }
    }

    // ---- the engine closes

    @Test
    void closingTheEngineLeavesSilentConnectionsToTcp() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        CompletableFuture<String> reading = Bench.running(() -> Bench.readText(channel, 5));

        server.close();

        client.send("hello");
        assertThat(Bench.value(reading)).isEqualTo("hello");
        Bench.expectPipe(channel, client);
    }

    @Test
    void closingTheEngineEndsHandshakes() throws Exception {
        ScriptedClient client = bench.closing(new ScriptedClient(bench.engine(), listener));
        SocketChannel channel = bench.accept(listener);
        CompletableFuture<byte[]> reading = Bench.running(() -> Bench.read(channel, 1));
        client.propose();

        server.close();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(SocketException.class);
    }

    @Test
    void closingTheEngineEndsHandshakesOfClients() throws Exception {
        SmcSelectorProvider client = bench.provider();
        ScriptedServer silent = bench.closing(new ScriptedServer(bench.engine()));
        CompletableFuture<SocketChannel> connecting = bench.connecting(client, silent.address());
        bench.closing(silent.accept()).receiveFrame();

        client.close();

        assertThatThrownBy(() -> Bench.read(Bench.value(connecting), 1)).isInstanceOf(SocketException.class);
    }
}
