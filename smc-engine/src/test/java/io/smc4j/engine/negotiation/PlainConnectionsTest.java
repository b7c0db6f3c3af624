package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over which connections HTTP may tell that a listener understands SMC, and what comes of it. */
@Timeout(60)
class PlainConnectionsTest {

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

    private SmcSelectorProvider provider(UnaryOperator<SmcConfig.Builder> settings) throws IOException {
        return bench.provider(config -> settings.apply(config.httpDiscovery(true).retryAfter(Duration.ofHours(1))),
                rdma, announcer);
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private CompletableFuture<SocketChannel> connecting(SmcSelectorProvider client) throws IOException {
        return bench.connecting(client, address());
    }

    private RawPeer accepted() throws IOException {
        return bench.closing(new RawPeer(server.accept()));
    }

    /** A client's channel on TCP. */
    private SocketChannel connected(SmcSelectorProvider client) throws Exception {
        CompletableFuture<SocketChannel> connecting = connecting(client);
        Bench.expectPipe(Bench.value(connecting), accepted());
        return connecting.join();
    }

    private static boolean mayAsk(SmcSelectorProvider client, SocketChannel channel) throws IOException {
        return client.httpDiscovery().mayAsk(local(channel), remote(channel));
    }

    private static boolean learn(SmcSelectorProvider client, SocketChannel channel) throws IOException {
        return client.httpDiscovery().learn(local(channel), remote(channel));
    }

    private static InetSocketAddress local(SocketChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private static InetSocketAddress remote(SocketChannel channel) throws IOException {
        return (InetSocketAddress) channel.getRemoteAddress();
    }

    /** A client that knows the listener. */
    private SmcSelectorProvider taught() throws Exception {
        SmcSelectorProvider client = provider(config -> config);
        SocketChannel channel = connected(client);
        assertThat(learn(client, channel)).isTrue();
        channel.close();
        return client;
    }

    // ---- as client

    @Test
    void asksAFewTimesOverAConnection() throws Exception {
        SmcSelectorProvider client = provider(config -> config);
        SocketChannel channel = connected(client);
        for (int i = 0; i < 4; i++) {
            assertThat(mayAsk(client, channel)).isTrue();
        }
        assertThat(mayAsk(client, channel)).isFalse();
    }

    @Test
    void theConnectionsEndsAreWhatCounts() throws Exception {
        SmcSelectorProvider client = provider(config -> config);
        SocketChannel channel = connected(client);
        HttpDiscovery discovery = client.httpDiscovery();
        assertThat(discovery.mayAsk(remote(channel), local(channel))).isFalse();
        assertThat(discovery.learn(remote(channel), local(channel))).isFalse();
        assertThat(discovery.mayAnswer(local(channel), remote(channel))).isFalse();
    }

    @Test
    void asksNothingUnlessItIsToldTo() throws Exception {
        SmcSelectorProvider client = provider(config -> config.httpDiscovery(false));
        SocketChannel channel = connected(client);
        assertThat(mayAsk(client, channel)).isFalse();
        assertThat(learn(client, channel)).isFalse();
    }

    @Test
    void asksNothingWhereSmcIsNotToBeTried() throws Exception {
        SmcSelectorProvider client = provider(config -> config.policy(DENY_ALL));
        assertThat(mayAsk(client, connected(client))).isFalse();
    }

    @Test
    void asksNothingIfThePolicyHasChanged() throws Exception {
        SmcSelectorProvider client = provider(config -> config);
        SocketChannel channel = connected(client);
        client.setPolicy(DENY_ALL);
        assertThat(mayAsk(client, channel)).isFalse();
    }

    @Test
    void asksNothingWithoutRdma() throws Exception {
        rdma.setObjection(FallbackReason.NO_RDMA_DEVICE);
        SmcSelectorProvider client = provider(config -> config);
        assertThat(mayAsk(client, connected(client))).isFalse();
    }

    @Test
    void asksNothingFromAnAddressWithoutAPort() throws Exception {
        rdma.setPortless();
        SmcSelectorProvider client = provider(config -> config);
        assertThat(mayAsk(client, connected(client))).isFalse();
    }

    @Test
    void asksNothingOverAClosedConnection() throws Exception {
        SmcSelectorProvider client = provider(config -> config);
        SocketChannel channel = connected(client);
        InetSocketAddress local = local(channel);
        channel.close();
        assertThat(client.httpDiscovery().mayAsk(local, address())).isFalse();
        assertThat(client.httpDiscovery().learn(local, address())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, true", "fd00::1, true", "198.51.100.1, false", "2001:db8::1, false"})
    void asksNothingOfPublicAddresses(String listener, boolean asks) throws Exception {
        PlainConnections connections = EngineAccess.of(provider(config -> config)).negotiations().plainConnections();
        InetSocketAddress local = new InetSocketAddress("10.1.2.4", 40000);
        InetSocketAddress remote = new InetSocketAddress(listener, 80);
        Runnable end = connections.opened(Role.CLIENT, local, remote, FallbackReason.NOT_ANNOUNCED);
        assertThat(connections.mayAsk(local, remote)).isEqualTo(asks);
        assertThat(end != null).isEqualTo(asks);
    }

    @ParameterizedTest
    @CsvSource({"PEER_WITHOUT_SMC, true", "NOT_ANNOUNCED, true", "NOT_IN_DIRECTORY, true", "PEER_DECLINED, false",
            "NO_SMCR_DEVICE, false", "POLICY, false", "DISABLED, false"})
    void asksNothingThatWouldNotHelp(FallbackReason reason, boolean asks) throws Exception {
        PlainConnections connections = EngineAccess.of(provider(config -> config)).negotiations().plainConnections();
        InetSocketAddress local = new InetSocketAddress("10.1.2.4", 40000);
        connections.opened(Role.CLIENT, local, address(), reason);
        assertThat(connections.mayAsk(local, address())).isEqualTo(asks);
    }

    @Test
    void whatWasLearnedHoldsFromTheNextConnectionOn() throws Exception {
        SmcSelectorProvider client = provider(config -> config);
        SocketChannel channel = connected(client);
        assertThat(learn(client, channel)).isTrue();
        assertThat(learn(client, channel)).as("no news").isFalse();
        assertThat(mayAsk(client, channel)).isFalse();
        assertThat(client.httpDiscovery().hasLearned(address())).isTrue();
        assertThat(client.mayConnectTo(address())).isTrue();
        assertThat(client.snapshot().learnedListeners()).containsExactly(address());
        channel.close();

        CompletableFuture<SocketChannel> connecting = connecting(client);
        RawPeer peer = accepted();
        peer.receive(ClcProposal.class);
        peer.send(ScriptedRdma.accept(Clc.V2));
        rdma.prepared(null);
        peer.receive(ClcConfirm.class);
        Bench.value(rdma.contact().completing());
        rdma.completed(null);
        Bench.value(connecting);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCR);

        rdma.group().down("the peer has ended");
        assertThat(client.httpDiscovery().hasLearned(address())).as("known while the process lives").isFalse();
    }

    @Test
    void whoIsNoSmcImplementationIsForgottenAndNotAskedAgain() throws Exception {
        SmcSelectorProvider client = taught();
        CompletableFuture<SocketChannel> connecting = connecting(client);
        RawPeer first = accepted();
        first.receive(ClcProposal.class);
        first.send("HTTP/1.1 400 Bad Request\r\n");
        Bench.expectPipe(Bench.value(connecting), accepted());
        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(FallbackReason.SERVER_SPOKE_FIRST);
        assertThat(client.httpDiscovery().hasLearned(address())).isFalse();
        assertThat(learn(client, connecting.join())).isFalse();
        connecting.join().close();

        SocketChannel next = connected(client);
        assertThat(mayAsk(client, next)).isFalse();
        assertThat(learn(client, next)).isFalse();
    }

    @Test
    void whoDeclinesUnderstandsSmc() throws Exception {
        SmcSelectorProvider client = taught();
        CompletableFuture<SocketChannel> connecting = connecting(client);
        RawPeer peer = accepted();
        peer.receive(ClcProposal.class);
        peer.send(ClcDecline.v2(7, 0x03030008, false));
        Bench.expectPipe(Bench.value(connecting), peer);
        assertThat(client.httpDiscovery().hasLearned(address())).isTrue();
        assertThat(mayAsk(client, connecting.join())).isFalse();
    }

    @Test
    void whoDoesNotListenAnyMoreIsForgotten() throws Exception {
        SmcSelectorProvider client = taught();
        server.close();
        assertThatThrownBy(() -> bench.connect(client, address())).isInstanceOf(ConnectException.class);
        assertThat(client.httpDiscovery().hasLearned(address())).isFalse();
    }

    @Test
    void whoIsNamedBySettingsIsNotAsked() throws Exception {
        SmcSelectorProvider client = provider(config -> config.peers(List.of(SmcConfig.Peer.parse("127.0.0.0/8"))));
        CompletableFuture<SocketChannel> connecting = connecting(client);
        RawPeer peer = accepted();
        peer.receive(ClcProposal.class);
        peer.send(ClcDecline.v2(7, 0x03030008, false));
        Bench.expectPipe(Bench.value(connecting), peer);
        assertThat(mayAsk(client, connecting.join())).isFalse();
    }

    // ---- as server

    /** Whether a server would tell a client that sends it an ordinary request. */
    private boolean mayAnswer(SmcSelectorProvider provider) throws Exception {
        ServerSocketChannel listener = bench.listen(provider);
        RawPeer client = bench.connect(listener);
        client.send("GET / HTTP/1.1\r\n");
        SocketChannel channel = bench.accept(listener);
        Bench.readText(channel, 16);
        assertThat(provider.httpDiscovery().mayAsk(local(channel), remote(channel))).isFalse();
        boolean may = provider.httpDiscovery().mayAnswer(local(channel), remote(channel));
        channel.close();
        assertThat(provider.httpDiscovery()
                .mayAnswer((InetSocketAddress) listener.getLocalAddress(), client.localAddress())).isFalse();
        return may;
    }

    @Test
    void answersWhoMaySendAProposal() throws Exception {
        assertThat(mayAnswer(provider(config -> config))).isTrue();
    }

    @Test
    void answersNothingUnlessItIsToldTo() throws Exception {
        assertThat(mayAnswer(provider(config -> config.httpDiscovery(false)))).isFalse();
    }

    @Test
    void answersNothingWhereAProposalWouldBeDeclined() throws Exception {
        assertThat(mayAnswer(provider(config -> config.serverEnabled(false)))).isFalse();
        assertThat(mayAnswer(provider(config -> config.policy(DENY_ALL)))).isFalse();
        rdma.setPortless();
        assertThat(mayAnswer(provider(config -> config))).isFalse();
        rdma.setObjection(FallbackReason.NO_RDMA_DEVICE);
        assertThat(mayAnswer(provider(config -> config))).isFalse();
    }

    @Test
    void answersNothingWhenTheEngineIsClosed() throws Exception {
        SmcSelectorProvider provider = provider(config -> config);
        RawPeer client;
        try (ServerSocketChannel listener = provider.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = bench.connect(listener);
            client.send("GET");
            SocketChannel channel = bench.accept(listener);
            Bench.readText(channel, 3);
            provider.close();
            assertThat(provider.httpDiscovery().mayAnswer(local(channel), remote(channel))).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"192.168.1.2, true", "203.0.113.1, false"})
    void answersNothingToPublicAddresses(String client, boolean answers) throws Exception {
        PlainConnections connections = EngineAccess.of(provider(config -> config)).negotiations().plainConnections();
        InetSocketAddress local = new InetSocketAddress("10.1.2.4", 80);
        InetSocketAddress remote = new InetSocketAddress(client, 40000);
        connections.opened(Role.SERVER, local, remote, FallbackReason.PEER_WITHOUT_SMC);
        assertThat(connections.mayAnswer(local, remote)).isEqualTo(answers);
    }
}
