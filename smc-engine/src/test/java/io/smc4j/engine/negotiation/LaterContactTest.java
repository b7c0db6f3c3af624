package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Connecting to a process with which memory is shared already: {@code connect} returns when TCP has connected and the
 * Proposal is sent, as TCP's own does, and whether it is SMC shows when the server has accepted. The server is a real
 * one or scripted.
 */
@Timeout(60)
class LaterContactTest {

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider client;
    private ScriptedServer server;

    @BeforeEach
    void shareMemory() throws Exception {
        client = bench.provider();
        server = bench.closing(new ScriptedServer(bench.engine()));
        // Any outcome will do: the memory is shared before the Proposal.
        CompletableFuture<SocketChannel> first = bench.connecting(client, server.address());
        try (RawPeer peer = server.accept()) {
            peer.receive(ClcProposal.class);
            peer.send(ClcDecline.v2(7, FallbackReason.NO_DEVICE.code(), false));
            Bench.value(first).close();
        }
        // While the server's last words about itself are unread, its marker might have gone, and is looked for again.
        Bench.patiently().until(() -> EngineAccess.of(client).discovery().markers().known(server.address()) != null);
    }

    /** Nobody accepts meanwhile. */
    private SocketChannel connect() throws IOException {
        SocketChannel channel = bench.connect(client, server.address());
        assertThat(channel.isConnected()).isTrue();
        assertThat(channel.getLocalAddress()).isNotNull();
        return channel;
    }

    private RawPeer accept() throws IOException {
        return bench.closing(server.accept());
    }

    private static CompletableFuture<Void> started(ThrowingAction action) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Void> result = Bench.running(() -> {
            thread.complete(Thread.currentThread());
            action.run();
            return null;
        });
        Bench.patiently().until(() -> Bench.isWaitingForOutcome(thread.join()));
        return result;
    }

    private static CompletableFuture<Void> startedRead(SocketChannel channel) {
        return started(() -> channel.read(ByteBuffer.allocate(1)));
    }

    private interface ThrowingAction {
        void run() throws Exception;
    }

    private SmcSnapshot.Connection connection() {
        return Bench.connection(client);
    }

    @Test
    void theConnectionIsThereBeforeItIsAcceptedAndRunsOnSmcAfterwards() throws Exception {
        SocketChannel channel = connect();
        assertThat(Bench.onlyConnection(client).mode()).as("still open").isNull();
        Bench.write(channel, "request");

        RawPeer peer = accept();
        ClcConfirm confirm = peer.send(server.acceptOf(peer.receive(ClcProposal.class))).receive(ClcConfirm.class);
        var connection = server.take(confirm);

        assertThat(connection().mode()).isEqualTo(SmcMode.SMCD);
        ByteBuffer request = ByteBuffer.allocate(7);
        assertThat(connection.read(request)).isEqualTo(7);
        connection.write(request.flip());
        assertThat(Bench.readText(channel, 7)).isEqualTo("request");
    }

    @Test
    void aChannelThatDoesNotBlockIsConnectedAndWritableBeforeItIsAccepted() throws Exception {
        try (Selector selector = client.openSelector()) {
            SocketChannel channel = bench.closing(client.openSocketChannel());
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            channel.connect(server.address());
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_CONNECT);
            assertThat(channel.finishConnect()).isTrue();
            selector.selectedKeys().clear();
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_WRITE);
            assertThat(channel.write(ByteBuffer.wrap(bytesOf("request")))).isEqualTo(7);

            // No more than a new ring has room for, and then no more at all.
            channel.write(ByteBuffer.allocate(1 << 20));
            assertThat(channel.write(ByteBuffer.allocate(1))).isZero();
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();

            RawPeer peer = accept();
            var connection = server.take(
                    peer.send(server.acceptOf(peer.receive(ClcProposal.class))).receive(ClcConfirm.class));
            ByteBuffer received = ByteBuffer.allocate(7);
            Bench.patiently().until(() -> connection.read(received) == 7);
            assertThat(received.array()).isEqualTo(bytesOf("request"));
        }
    }

    @Test
    void aDeclineLeavesTheConnectionToTheApplication() throws Exception {
        SocketChannel channel = connect();
        Bench.write(channel, "request");
        RawPeer peer = accept();
        peer.receive(ClcProposal.class);
        peer.send(ClcDecline.v2(7, FallbackReason.MEMORY_LIMIT.code(), false));

        assertThat(peer.receiveText(7)).isEqualTo("request");
        assertThat(connection().fallbackReason()).isEqualTo(FallbackReason.PEER_DECLINED);
        Bench.expectPipe(channel, peer);
    }

    @Test
    void aResetIsFollowedByANewTcpConnection() throws Exception {
        SocketChannel channel = connect();
        Bench.write(channel, "request");
        RawPeer first = accept();
        first.receive(ClcProposal.class);
        first.reset();

        RawPeer second = accept();
        assertThat(second.receiveText(7)).isEqualTo("request");
        assertThat(connection().fallbackReason()).isEqualTo(FallbackReason.PEER_LOST);
        assertThat(channel.getRemoteAddress()).isEqualTo(server.address());
        assertThat(((InetSocketAddress) channel.getLocalAddress()).getPort()).isEqualTo(second.remotePort());
        Bench.expectPipe(channel, second);
    }

    @Test
    void aServerThatHasGoneIsFoundOutByReadingAndWriting() throws Exception {
        SocketChannel channel = connect();
        CompletableFuture<Void> reading = startedRead(channel);
        RawPeer peer = accept();
        peer.receive(ClcProposal.class);
        server.close();
        peer.reset();

        // As over TCP, where the connection had stood.
        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(SocketException.class)
                .hasMessage("Connection reset")
                .hasStackTraceContaining("Connection refused");
        assertThatThrownBy(() -> Bench.write(channel, "request")).isInstanceOf(SocketException.class);
    }

    @Test
    void aReadUnderWayEndsWhenTheChannelIsClosed() throws Exception {
        SocketChannel channel = connect();
        CompletableFuture<Void> reading = startedRead(channel);
        RawPeer peer = accept();
        peer.receive(ClcProposal.class);

        channel.close();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(AsynchronousCloseException.class);
        peer.receive(ClcDecline.class);
        peer.expectEnd();
    }

    @Test
    void aReadUnderWayEndsWhenTheEngineIsClosed() throws Exception {
        SocketChannel channel = connect();
        CompletableFuture<Void> reading = startedRead(channel);
        accept().receive(ClcProposal.class);

        client.close();

        assertThatThrownBy(() -> Bench.value(reading)).isInstanceOf(SocketException.class)
                .hasMessageContaining("SMC engine closed");
    }

    @Test
    void theOutputCanBeEndedBeforeTheOutcomeIsKnown() throws Exception {
        SocketChannel channel = connect();
        Bench.write(channel, "all");
        channel.shutdownOutput();
        RawPeer peer = accept();
        var connection =
                server.take(peer.send(server.acceptOf(peer.receive(ClcProposal.class))).receive(ClcConfirm.class));

        ByteBuffer received = ByteBuffer.allocate(10);
        Bench.patiently().until(() -> connection.read(received) == 3);
        assertThat(received.array()).startsWith(bytesOf("all"));
        Bench.patiently().until(() -> connection.read(ByteBuffer.allocate(1)) == -1);
    }

    @Test
    void aServerThatAcceptsLateStillGetsSmc() throws Exception {
        SmcSelectorProvider other = bench.provider();
        ServerSocketChannel listener = bench.listen(other);
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        SocketChannel first = bench.connect(client, address);
        SocketChannel firstAccepted = bench.accept(listener);
        Bench.write(first, "first");
        assertThat(Bench.readText(firstAccepted, 5)).isEqualTo("first");
        first.close();
        firstAccepted.close();

        SocketChannel channel = bench.connect(client, address);
        SocketChannel accepted = bench.accept(listener);
        CompletableFuture<String> read = Bench.running(() -> Bench.readText(accepted, 5));
        Bench.write(channel, "hello");

        assertThat(Bench.value(read)).isEqualTo("hello");
        assertThat(other.snapshot().connections()).allMatch(each -> each.mode() == SmcMode.SMCD);
    }

    /** A real listener, whose application is faster than the client's Proposal is answered. */
    private ServerSocketChannel listenerOfAnotherEngine() throws IOException {
        return bench.listen(bench.provider());
    }

    @Test
    void aServerThatSpeaksFirstKeepsTheFirstConnection() throws Exception {
        ServerSocketChannel listener = listenerOfAnotherEngine();
        for (int round = 0; round < 200; round++) {
            // At first contact the Proposal is late, later it is early.
            CompletableFuture<SocketChannel> accepting = Bench.running(() -> {
                SocketChannel accepted = listener.accept();
                Bench.write(accepted, "220 ready");
                return accepted;
            });
            try (SocketChannel channel = bench.connect(client, (InetSocketAddress) listener.getLocalAddress());
                    SocketChannel accepted = Bench.value(accepting)) {
                assertThat(Bench.readText(channel, 9)).isEqualTo("220 ready");
                // Whoever came twice would be accepted twice, and one of them be lost.
                Bench.expectPipe(channel, accepted);
            }
        }
        listener.configureBlocking(false);
        assertThat(listener.accept()).isNull();
    }

    @Test
    void aServerThatClosesAtOnceEndsTheFirstConnection() throws Exception {
        ServerSocketChannel listener = listenerOfAnotherEngine();
        for (int round = 0; round < 200; round++) {
            CompletableFuture<Void> accepting = Bench.running(() -> {
                listener.accept().close();
                return null;
            });
            try (SocketChannel channel = bench.connect(client, (InetSocketAddress) listener.getLocalAddress())) {
                Bench.expectEnd(channel);
                Bench.value(accepting);
            }
        }
        listener.configureBlocking(false);
        assertThat(listener.accept()).isNull();
    }

    @Test
    void aClientThatClosesAtOnceEndsTheStream() throws Exception {
        ServerSocketChannel listener = listenerOfAnotherEngine();
        for (int round = 0; round < 200; round++) {
            SocketChannel channel = bench.connect(client, (InetSocketAddress) listener.getLocalAddress());
            try (SocketChannel accepted = listener.accept()) {
                channel.close();
                Bench.expectEnd(accepted);
            }
        }
    }

    @Test
    void whoConnectsWhileAListenerComesToListenFindsItsMarker() throws Exception {
        InetSocketAddress address;
        try (ServerSocketChannel listener = listenerOfAnotherEngine()) {
            address = (InetSocketAddress) listener.getLocalAddress();
        }
        for (int round = 0; round < 100; round++) {
            SmcSelectorProvider other = bench.provider();
            CompletableFuture<SocketChannel> connecting = Bench.running(() -> connectAsSoonAsPossible(address));
            try (ServerSocketChannel listener = bench.listen(other, address);
                    SocketChannel channel = Bench.value(connecting);
                    SocketChannel accepted = listener.accept()) {
                Bench.expectPipe(channel, accepted);
            }
            assertThat(client.snapshot().fallbacks()).doesNotContainKey(FallbackReason.PEER_WITHOUT_SMC);
            other.close();
        }
    }

    private SocketChannel connectAsSoonAsPossible(InetSocketAddress address) throws IOException {
        for (;;) {
            try {
                return bench.connect(client, address);
            } catch (ConnectException e) {
                Thread.onSpinWait();
            }
        }
    }
}
