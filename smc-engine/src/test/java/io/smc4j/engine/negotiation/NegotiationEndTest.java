package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A channel closed, or no longer waited for, while it negotiates. What the {@link Bench} looks at afterwards is the point:
 * no descriptor, ring or watch is left.
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
        ServerSocket listener = bench.closing(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
        int marker = UnixSockets.listen(Discovery.name(address), 1);
        bench.closing(() -> Sockets.close(marker));
        return address;
    }

    private ScriptedServer scripted;

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aBlockingConnectEndsWhenTheChannelIsClosed(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        SocketChannel channel = bench.closing(client.openSocketChannel());
        CompletableFuture<Boolean> connecting = Bench.running(() -> channel.connect(address));
        if (stage == Stage.LINKING) {
            Bench.patiently().until(channel::isConnectionPending);
        } else {
            lead(scripted, stage);
        }

        channel.close();

        assertThatThrownBy(() -> Bench.value(connecting)).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aConnectingChannelCanBeClosed(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        try (Selector selector = client.openSelector(); SocketChannel channel = client.openSocketChannel()) {
            channel.configureBlocking(false);
            assertThat(channel.connect(address)).isFalse();
            channel.register(selector, SelectionKey.OP_CONNECT);
            if (stage != Stage.LINKING) {
                lead(scripted, stage);
            }

            assertThat(selector.selectNow()).isZero();
            assertThat(channel.finishConnect()).isFalse();
            channel.close();
            assertThatThrownBy(channel::finishConnect).isInstanceOf(ClosedChannelException.class);
            assertThat(selector.selectNow()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aSocketsConnectTimeoutCoversTheHandshake(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        SocketChannel channel = bench.closing(client.openSocketChannel());
        CompletableFuture<Void> connecting = Bench.running(() -> {
            channel.socket().connect(address, 300);
            return null;
        });
        if (stage != Stage.LINKING) {
            lead(scripted, stage);
        }

        assertThatThrownBy(() -> Bench.value(connecting)).isInstanceOf(SocketTimeoutException.class);
        assertThat(channel.isOpen()).isFalse();
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

    @Test
    void finishConnectWaitsForTheOutcomeInANonBlockingWay() throws Exception {
        ScriptedServer server = bench.closing(new ScriptedServer(bench.engine()));
        try (Selector selector = client.openSelector()) {
            SocketChannel channel = bench.closing(client.openSocketChannel());
            channel.configureBlocking(false);
            channel.connect(server.address());
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            RawPeer peer = bench.closing(server.accept());
            ClcProposal proposal = peer.receive(ClcProposal.class);
            assertThat(selector.selectNow()).isZero();
            assertThat(channel.finishConnect()).isFalse();

            server.take(peer.send(server.acceptOf(proposal)).receive(ClcConfirm.class));

            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(key.isConnectable()).isTrue();
            assertThat(channel.finishConnect()).isTrue();
            assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void aConnectEndsWhenTheEngineIsClosed(Stage stage) throws Exception {
        InetSocketAddress address = serverFor(stage);
        CompletableFuture<SocketChannel> connecting = bench.connecting(client, address);
        if (stage != Stage.LINKING) {
            lead(scripted, stage);
        }
        Bench.patiently().until(() -> !client.snapshot().connections().isEmpty());

        client.close();

        try {
            assertThat(Bench.value(connecting).isConnected()).isTrue();
            assertThat(stage).isEqualTo(Stage.LINKING);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("SMC engine closed");
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

    @Test
    void aReadEndsWhenTheChannelIsClosed() throws Exception {
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
