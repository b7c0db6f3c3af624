package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.discovery.Markers;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A channel closed, or no longer waited for, while it negotiates. What the {@link Bench} looks at afterwards is the
 * point: no descriptor, ring or watch is left.
 */
@Timeout(60)
class NegotiationEndTest {

    /** How far the client is. */
    enum Stage { LINKING, PROPOSED, RECONNECTING }

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider client;

    @BeforeEach
    void open() throws IOException {
        client = bench.provider();
    }

    /** Leads a channel that is connecting to a stage where it waits, with the test to decide what comes next. */
    private void lead(ScriptedServer server, Stage stage) throws Exception {
        RawPeer peer = bench.closing(server.accept());
        peer.receive(ClcProposal.class);
        if (stage == Stage.RECONNECTING) {
            server.fillBacklog();
            peer.reset();
        }
    }

    /** A server that leads nobody beyond the given stage. */
    private InetSocketAddress serverFor(Stage stage) throws IOException {
        if (stage != Stage.LINKING) {
            scripted = bench.closing(new ScriptedServer(bench.engine()));
            return scripted.address();
        }
        unmarked = bench.closing(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        InetSocketAddress address = (InetSocketAddress) unmarked.getLocalSocketAddress();
        int marker = UnixSockets.listen(Markers.name(address), 1);
        bench.closing(() -> Sockets.close(marker));
        return address;
    }

    private ScriptedServer scripted;
    /** One whose marker nobody answers. */
    private ServerSocket unmarked;

    /** Connects, whatever stage the negotiation is brought to. */
    private SocketChannel connected(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        SocketChannel channel = bench.connect(client, address);
        if (stage != Stage.LINKING) {
            lead(scripted, stage);
        }
        return channel;
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aReadEndsWhenTheChannelIsClosed(Stage stage) throws Exception {
        SocketChannel channel = connected(stage);
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<byte[]> reading = Bench.running(() -> {
            reader.complete(Thread.currentThread());
            return Bench.read(channel, 1);
        });
        Bench.patiently().until(() -> Bench.isWaitingForOutcome(reader.join()));

        channel.close();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aChannelThatDoesNotBlockIsConnectedWhenTcpIsAndCanBeClosed(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        try (Selector selector = client.openSelector(); SocketChannel channel = client.openSocketChannel()) {
            channel.configureBlocking(false);
            channel.connect(address);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(channel.finishConnect()).isTrue();
            selector.selectedKeys().clear();
            if (stage != Stage.LINKING) {
                lead(scripted, stage);
            }

            key.interestOps(SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
            channel.close();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aSocketsConnectTimeoutIsForTcpAlone(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        SocketChannel channel = bench.closing(client.openSocketChannel());
        // Nobody accepts, and the handshake time is longer.
        channel.socket().connect(address, 1000);

        assertThat(channel.isConnected()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aSocketsReadTimeoutBoundsAReadAndAWrite(Stage stage) throws Exception {
        SocketChannel channel = connected(stage);
        Socket socket = channel.socket();
        socket.setSoTimeout(100);

        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.getOutputStream().write(new byte[1000]);
        assertThatThrownBy(() -> socket.getOutputStream().write(new byte[1 << 20]))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(Bench.onlyConnection(client).mode()).as("still open").isNull();
    }

    @Test
    void whatIsWrittenBeforeAConnectionIsClosedArrivesWithTheEndOfTheStream() throws Exception {
        SocketChannel channel = bench.connect(client, serverFor(Stage.LINKING));
        Bench.write(channel, "early");
        channel.close();

        try (RawPeer peer = new RawPeer(unmarked.accept())) {
            assertThat(peer.receiveText(5)).isEqualTo("early");
            peer.expectEnd();
        }
    }

    @Test
    void whatIsWrittenBeforeAProposedConnectionIsClosedArrivesBehindADecline() throws Exception {
        ScriptedServer server = bench.closing(new ScriptedServer(bench.engine()));
        SocketChannel channel = bench.connect(client, server.address());
        RawPeer peer = bench.closing(server.accept());
        byte[] accept = RawPeer.bytesOf(server.acceptOf(peer.receive(ClcProposal.class)));
        Bench.write(channel, "early");
        channel.close();

        peer.send(accept);
        peer.receive(ClcDecline.class);
        assertThat(peer.receiveText(5)).isEqualTo("early");
        peer.expectEnd();
    }

    @Test
    void aChannelThatDeclinedCanBeClosedBeforeTheServersWord() throws Exception {
        ScriptedServer server = bench.closing(new ScriptedServer(bench.engine()));
        CompletableFuture<SocketChannel> connecting = bench.connecting(client, server.address());
        RawPeer peer = bench.closing(server.accept());
        peer.send(server.acceptOf(peer.receive(ClcProposal.class),
                dmb -> new SmcdAcceptBody(dmb.gid(), 1, 0, 0, dmb.linkId(), dmb.chid(), dmb.gidExtension())));
        peer.receive(ClcDecline.class);

        Bench.value(connecting).close();

        peer.expectEnd();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aReadEndsWhenTheEngineIsClosed(Stage stage) throws Exception {
        SocketChannel channel = connected(stage);

        client.close();

        if (stage == Stage.LINKING) {
            // Nothing was said yet.
            Bench.write(channel, "by TCP");
            try (RawPeer peer = new RawPeer(unmarked.accept())) {
                assertThat(peer.receiveText(6)).isEqualTo("by TCP");
            }
        } else {
            assertThatThrownBy(() -> Bench.read(channel, 1)).isInstanceOf(SocketException.class)
                    .hasMessageContaining("SMC engine closed");
        }
    }

    @Test
    void connectsThatMeetTheEndOfTheEngineEnd() throws Exception {
        ServerSocketChannel listener = bench.listen(client);
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        for (int round = 0; round < 50; round++) {
            SmcSelectorProvider other = bench.provider();
            CompletableFuture<Boolean> connecting = Bench.running(() -> {
                try (SocketChannel channel = other.openSocketChannel()) {
                    return channel.connect(address);
                } catch (SocketException e) {
                    assertThat(e).hasMessageContaining("SMC engine closed");
                    return false;
                }
            });
            int yields = round;
            CompletableFuture<Void> closing = Bench.running(() -> {
                for (int i = 0; i < yields; i++) {
                    Thread.yield();
                }
                other.close();
                return null;
            });
            bench.accept(listener).close();

            Bench.value(closing);
            assertThat(Bench.value(connecting)).isNotNull();
        }
    }

    // ---- accepting side

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anAcceptedChannelCanBeClosedAtAnyTime(int messages) throws Exception {
        ServerSocketChannel listener = bench.listen(client);
        ScriptedClient peer = bench.closing(new ScriptedClient(bench.engine(), listener));
        SocketChannel channel = bench.accept(listener);
        if (messages == 1) {
            peer.tcp().send(new byte[] {(byte) 0xE2});
        } else if (messages > 1) {
            peer.propose();
        }
        if (messages == 3) {
            peer.tcp().send(Arrays.copyOf(RawPeer.bytesOf(peer.confirm()), 30));
        }

        channel.close();

        assertThat(client.snapshot().connections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetIsBehindADeclineForAClientThatHasProposed(boolean confirming) throws Exception {
        ServerSocketChannel listener = bench.listen(client);
        ScriptedClient peer = bench.closing(new ScriptedClient(bench.engine(), listener));
        SocketChannel channel = bench.accept(listener);
        peer.propose();
        if (confirming) {
            peer.tcp().send(Arrays.copyOf(RawPeer.bytesOf(peer.confirm()), 30));
        }
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);

        channel.close();

        assertThat(peer.tcp().receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.PEER_LOST.code());
        peer.tcp().expectReset();
    }

    @Test
    void aResetIsBehindADeclineBeforeTheControlLoopHasGotToTheProposal() throws Exception {
        RawPeer peer = proposeAndHaveClosed(channel -> channel.setOption(StandardSocketOptions.SO_LINGER, 0));

        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.PEER_LOST.code());
        peer.expectReset();
    }

    @Test
    void aClientIsToldOfACloseBeforeTheControlLoopHasGotToItsProposal() throws Exception {
        RawPeer peer = proposeAndHaveClosed(channel -> Bench.write(channel, "early"));

        assertThat(peer.receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.PEER_LOST.code());
        assertThat(peer.receiveText(5)).isEqualTo("early");
        peer.expectEnd();
    }

    /** What an owner does with a channel before it closes it. */
    private interface LastUse {
        void of(SocketChannel channel) throws IOException;
    }

    /** A client that has proposed on a channel, which was closed before the control loop got to that. */
    private RawPeer proposeAndHaveClosed(LastUse lastUse) throws Exception {
        ServerSocketChannel listener = bench.listen(client);
        RawPeer peer = bench.connect(listener).send(SmcdClc.proposal(Gid.random()));
        CountDownLatch closed = Bench.holdControlLoop(client);
        try {
            SocketChannel channel = bench.accept(listener);
            lastUse.of(channel);
            channel.close();
        } finally {
            closed.countDown();
        }
        return peer;
    }

    @Test
    void aReadOfAnAcceptedChannelEndsWhenItIsClosed() throws Exception {
        ServerSocketChannel listener = bench.listen(client);
        ScriptedClient peer = bench.closing(new ScriptedClient(bench.engine(), listener));
        SocketChannel channel = bench.accept(listener);
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<byte[]> reading = Bench.running(() -> {
            reader.complete(Thread.currentThread());
            return Bench.read(channel, 1);
        });
        peer.propose();
        Bench.patiently().until(() -> Bench.isWaitingForOutcome(reader.join()));

        channel.close();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(AsynchronousCloseException.class);
    }
}
