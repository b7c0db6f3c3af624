package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An engine that closes while its application goes on, and CLC messages are under way: the application sees none of
 * them. Either the peer is told that there is no SMC and the TCP connection serves, or the connection ends.
 */
@Timeout(60)
class ClosingEngineTest {

    private static final byte[] PROPOSAL = bytesOf(SmcdClc.proposal(Gid.random()));
    private static final byte[] DECLINE = bytesOf(ClcDecline.v2(7, FallbackReason.TIMEOUT.code(), false));

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider server;
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        server = bench.provider();
        listener = bench.listen(server);
    }

    // ---- the server's engine

    @Test
    void aProposalThatComesAfterTheEndBreaksTheConnection() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        CompletableFuture<byte[]> reading = Bench.running(() -> Bench.read(channel, 1));
        server.close();

        client.send(PROPOSAL);

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        channel.close();
        client.expectEnd();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 30})
    void aPartOfAProposalBreaksTheConnection(int length) throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        server.close();

        client.send(Arrays.copyOf(PROPOSAL, length));

        assertThatThrownBy(() -> Bench.read(channel, 1)).isInstanceOf(SocketException.class);
    }

    @Test
    void aProposalThatTheControlLoopHasNotSeenIsDeclined() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        CountDownLatch release = Bench.holdControlLoop(server);
        client.send(PROPOSAL);
        CompletableFuture<Void> closing = Bench.running(() -> {
            server.close();
            return null;
        });
        Bench.patiently().until(() -> EngineAccess.of(server).isClosed());
        release.countDown();
        Bench.value(closing);

        client.receive(ClcDecline.class);
        Bench.expectPipe(channel, client);
    }

    @Test
    void aProposalAcceptedAfterTheEndIsDeclined() throws Exception {
        RawPeer client = bench.connect(listener).send(PROPOSAL);
        RawPeer impatient = bench.connect(listener).send(PROPOSAL, DECLINE, bytesOf("data"));
        server.close();

        SocketChannel channel = bench.accept(listener);
        client.receive(ClcDecline.class);
        Bench.expectPipe(channel, client);
        SocketChannel other = bench.accept(listener);
        assertThat(Bench.readText(other, 4)).isEqualTo("data");
        impatient.receive(ClcDecline.class);
        Bench.expectPipe(other, impatient);
    }

    @Test
    void clientsWithoutSmcAreServedAfterTheEnd() throws Exception {
        RawPeer early = bench.connect(listener).send("early");
        server.close();
        RawPeer silent = bench.connect(listener);

        SocketChannel first = bench.accept(listener);
        assertThat(Bench.readText(first, 5)).isEqualTo("early");
        Bench.expectPipe(first, early);
        SocketChannel second = bench.accept(listener);
        Bench.write(second, "220 ready");
        assertThat(silent.receiveText(9)).isEqualTo("220 ready");
        Bench.expectPipe(second, silent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeclineThatCrossesOursNeverReachesTheApplication(boolean readsBefore) throws Exception {
        RawPeer client = bench.connect(listener).send(PROPOSAL);
        SocketChannel channel = bench.accept(listener);
        client.receive(ClcDecline.class);
        CompletableFuture<String> before = readsBefore ? Bench.running(() -> Bench.readText(channel, 4)) : null;
        server.close();

        client.send(DECLINE, bytesOf("data"));

        String read = readsBefore ? Bench.value(before) : Bench.readText(channel, 4);
        assertThat(read).isEqualTo("data");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aProposalThatCrossesWhatTheServerSaidFirstNeverReachesTheApplication() throws Exception {
        RawPeer client = bench.connect(listener);
        SocketChannel channel = bench.accept(listener);
        Bench.write(channel, "220 ready");
        server.close();

        client.send(PROPOSAL, DECLINE, bytesOf("HELO"));

        assertThat(client.receiveText(9)).isEqualTo("220 ready");
        assertThat(Bench.readText(channel, 4)).isEqualTo("HELO");
        Bench.expectPipe(channel, client);
    }

    @Test
    void aChannelThatDoesNotBlockReadsNothingOfADecline() throws Exception {
        try (Selector selector = server.openSelector()) {
            RawPeer client = bench.connect(listener).send(PROPOSAL);
            SocketChannel channel = bench.accept(listener);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            client.receive(ClcDecline.class);
            server.close();
            ByteBuffer read = ByteBuffer.allocate(10);

            client.send(DECLINE);
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(channel.read(read)).isZero();
            selector.selectedKeys().clear();
            client.send("data");
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(channel.read(read)).isEqualTo(4);
        }
    }

    // ---- the client's engine

    @Test
    void aDeclineThatCrossesTheClientsNeverReachesTheApplication() throws Exception {
        SmcSelectorProvider client = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(100)));
        ScriptedServer silent = bench.closing(new ScriptedServer(bench.engine()));
        SocketChannel channel = bench.connect(client, silent.address());
        RawPeer peer = bench.closing(silent.accept());
        peer.receive(ClcProposal.class);
        peer.receive(ClcDecline.class);
        client.close();

        peer.send(DECLINE, bytesOf("answer"));

        assertThat(Bench.readText(channel, 6)).isEqualTo("answer");
        Bench.expectPipe(channel, peer);
    }

    /** Behind the Proposal there would be a Decline, which nobody looks for. */
    @Test
    void aClientLeavesAConnectionWhoseServersEngineHasEnded() throws Exception {
        SmcEngine ending = bench.engine();
        SmcSelectorProvider client = bench.provider(config -> config.handshakeTimeout(Duration.ofSeconds(1)));
        ScriptedServer silent = bench.closing(new ScriptedServer(ending));
        SocketChannel channel = bench.connect(client, silent.address());
        RawPeer first = bench.closing(silent.accept());
        first.receive(ClcProposal.class);
        ending.close();
        Bench.patiently().until(() -> client.snapshot().linkGroups().isEmpty());

        RawPeer second = bench.closing(silent.accept());
        first.expectReset();
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(FallbackReason.TIMEOUT);
        Bench.expectPipe(channel, second);
    }
}
