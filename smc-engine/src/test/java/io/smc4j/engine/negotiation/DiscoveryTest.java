package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.discovery.Marker;
import io.smc4j.engine.discovery.Markers;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.Processes;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is sent a Proposal: never a server that does not know what it is. */
@Timeout(60)
class DiscoveryTest {

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider client;

    @BeforeEach
    void open() throws IOException {
        client = bench.provider();
    }

    private static InetSocketAddress addressOf(ServerSocketChannel listener) throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** A listener that knows nothing of SMC. */
    private ServerSocket plainListener(int port) throws IOException {
        ServerSocket listener = bench.closing(new ServerSocket());
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener.setSoTimeout(10_000);
        return listener;
    }

    private void expectPlain(ServerSocket listener, FallbackReason reason) throws Exception {
        assertThat(connectPlainly(listener)).isEqualTo(reason);
    }

    /** Returns why a connection is plain; the listener must see nothing but the application's bytes. */
    private FallbackReason connectPlainly(ServerSocket listener) throws Exception {
        CompletableFuture<SocketChannel> connecting =
                bench.connecting(client, (InetSocketAddress) listener.getLocalSocketAddress());
        RawPeer peer = bench.closing(new RawPeer(listener.accept()));
        SocketChannel channel = Bench.value(connecting);
        FallbackReason reason = Bench.connection(client).fallbackReason();
        Bench.expectPipe(channel, peer);
        channel.close();
        return reason;
    }

    private void expectSmc(ServerSocketChannel listener, InetSocketAddress address) throws Exception {
        CompletableFuture<SocketChannel> accepting = Bench.running(listener::accept);
        SocketChannel channel = bench.connect(client, address);
        assertThat(Bench.connection(client).mode()).isEqualTo(SmcMode.SMCD);
        SocketChannel accepted = bench.closing(Bench.value(accepting));
        Bench.expectPipe(channel, accepted);
        channel.close();
        accepted.close();
    }

    // ---- addresses

    @Test
    void aServerWithoutAMarkerSeesNoProposal() throws Exception {
        expectPlain(plainListener(0), FallbackReason.PEER_WITHOUT_SMC);
    }

    @Test
    void aListenerIsFoundAtItsAddressOnly() throws Exception {
        ServerSocketChannel listener = bench.listen(bench.provider());
        int port = addressOf(listener).getPort();
        ServerSocket other = bench.closing(new ServerSocket(port, 5, InetAddress.getByName("127.0.0.2")));

        expectPlain(other, FallbackReason.PEER_WITHOUT_SMC);
        expectSmc(listener, addressOf(listener));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "::1"})
    void aListenerAtAllAddressesIsFoundAtEach(String host) throws Exception {
        assumeTrue(Sockets.ipv6Available() || !host.contains(":"));
        ServerSocketChannel listener = bench.listen(bench.provider(), new InetSocketAddress(0));

        expectSmc(listener, new InetSocketAddress(host, addressOf(listener).getPort()));
    }

    @Test
    void aListenerAtTheIpv6LoopbackIsFound() throws Exception {
        assumeTrue(Sockets.ipv6Available());
        ServerSocketChannel listener = bench.listen(bench.provider(), new InetSocketAddress("::1", 0));

        expectSmc(listener, addressOf(listener));
        expectPlain(plainListener(addressOf(listener).getPort()), FallbackReason.PEER_WITHOUT_SMC);
    }

    @Test
    void listenersOfDifferentEnginesAtOnePortAreToldApart() throws Exception {
        ServerSocketChannel one = bench.listen(bench.provider());
        ServerSocketChannel other =
                bench.listen(bench.provider(), new InetSocketAddress("127.0.0.2", addressOf(one).getPort()));

        expectSmc(one, addressOf(one));
        expectSmc(other, addressOf(other));
        assertThat(client.snapshot().linkGroups()).extracting(SmcSnapshot.LinkGroup::peerGid).doesNotHaveDuplicates()
                .hasSize(2);
    }

    // ---- markers that come and go

    @Test
    void aListenerThatClosedIsNotTakenForItsSuccessor() throws Exception {
        SmcSelectorProvider server = bench.provider();
        ServerSocketChannel listener = bench.listen(server);
        InetSocketAddress address = addressOf(listener);
        expectSmc(listener, address);
        listener.close();

        expectPlain(plainListener(address.getPort()), FallbackReason.PEER_WITHOUT_SMC);
        assertThat(client.snapshot().linkGroups()).hasSize(1);
    }

    @Test
    void aKilledProcessLeavesNoMarker() throws Exception {
        int port;
        try (ChildProcess server = ChildProcess.start(ChildProcess.Listener.class)) {
            port = Integer.parseInt(server.line());
            SocketChannel channel =
                    bench.connect(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            SmcSnapshot.Connection seen = Bench.connection(client);
            assertThat(seen.mode()).as(() -> seen.toString()).isEqualTo(SmcMode.SMCD);
            server.kill();
            channel.close();
        }

        expectPlain(plainListener(port), FallbackReason.PEER_WITHOUT_SMC);
    }

    @Test
    void aMarkerWhoseNameIsTakenIsLeftAsSoonAsItIsFree() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        int taken = UnixSockets.listen(Markers.name(address), 1);
        ServerSocketChannel listener = bench.listen(bench.provider(), address);
        Sockets.close(taken);

        Bench.patiently().until(() -> EngineAccess.of(client).discovery().markers().find(address) != null);
        expectSmc(listener, address);
    }

    @Test
    void theMarkerOfTheIpv4WildcardIsNoneForIpv6() throws Exception {
        InetAddress ipv4 = InetAddress.getByAddress(new byte[4]);
        Markers markers = EngineAccess.of(client).discovery().markers();
        try (ServerSocket port = new ServerSocket(0); Marker marker = EngineAccess.of(bench.provider()).discovery()
                .markers()
                .publish(new InetSocketAddress(ipv4, port.getLocalPort()))) {
            assertThat(marker).isNotNull();
            assertThat(markers.find(new InetSocketAddress("127.0.0.1", port.getLocalPort()))).isNotNull();
            assertThat(markers.find(new InetSocketAddress("::1", port.getLocalPort()))).isNull();
        }
    }

    @Test
    void aProcessOfAnotherUserIsNotFollowed() throws Exception {
        assumeTrue(Processes.effectiveUserId() == 0 && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "needs root, and setpriv to become another user");
        ServerSocket listener = plainListener(0);
        List<String> asNobody = List.of("/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");
        String name = Markers.name((InetSocketAddress) listener.getLocalSocketAddress());
        try (ChildProcess marker = ChildProcess.startBy(asNobody, ChildProcess.Marker.class, name)) {
            assumeTrue("ready".equals(marker.line()), "another user may not run this");

            expectPlain(listener, FallbackReason.FOREIGN_USER);
        }
    }

    // ---- markers that are not served

    @Test
    void aSilentMarkerIsLeftAloneAfterTheHandshakeTime() throws Exception {
        client = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(200)));
        ServerSocket listener = plainListener(0);
        int marker = UnixSockets.listen(Markers.name((InetSocketAddress) listener.getLocalSocketAddress()), 5);
        bench.closing(() -> Sockets.close(marker));

        expectPlain(listener, FallbackReason.TIMEOUT);
        // The pause doubles each time, so that on a busy machine, too, an attempt comes within it.
        Bench.patiently().until(() -> connectPlainly(listener) == FallbackReason.RECENT_FAILURE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 24})
    void aMarkerThatAnswersNonsenseLeavesTcp(int length) throws Exception {
        ServerSocket listener = plainListener(0);
        int marker = UnixSockets.listen(Markers.name((InetSocketAddress) listener.getLocalSocketAddress()), 5);
        bench.closing(() -> Sockets.close(marker));
        CompletableFuture<Void> serving = Bench.running(() -> {
            int accepted = acceptAt(marker);
            if (length > 0) {
                UnixSockets.send(accepted, ByteBuffer.allocate(length));
            }
            Sockets.close(accepted);
            return null;
        });

        expectPlain(listener, FallbackReason.PEER_LOST);
        Bench.value(serving);
    }

    @Test
    void aMarkerThatRefusesSaysWhy() throws Exception {
        ServerSocket listener = plainListener(0);
        int marker = UnixSockets.listen(Markers.name((InetSocketAddress) listener.getLocalSocketAddress()), 5);
        bench.closing(() -> Sockets.close(marker));
        CompletableFuture<Void> serving = Bench.running(() -> {
            int accepted = acceptAt(marker);
            // Without a look at what the client says, which makes the close a reset.
            Sockets.poll(accepted, Sockets.POLLIN, 10_000);
            UnixSockets.send(accepted, ByteBuffer.allocate(24).putInt(3).putInt(FallbackReason.NO_RESOURCES.code())
                    .clear());
            Sockets.close(accepted);
            return null;
        });

        expectPlain(listener, FallbackReason.NO_RESOURCES);
        Bench.value(serving);
    }

    /** Not even one handshake's time is left until the test is over. */
    @Test
    void aServerWithTooManyLinkGroupsLeavesTcpAtOnce() throws Exception {
        UnaryOperator<SmcConfig.Builder> patient = config -> config.handshakeTimeout(Duration.ofSeconds(60));
        client = bench.provider(patient);
        ServerSocketChannel listener = bench.listen(bench.provider(patient));
        int backlog = 100;
        for (int i = 0; i < backlog; i++) {
            int held = UnixSockets.connect(Markers.name(addressOf(listener)));
            bench.closing(() -> Sockets.close(held));
        }

        CompletableFuture<SocketChannel> accepting = Bench.running(listener::accept);
        SocketChannel channel = bench.connect(client, addressOf(listener));

        assertThat(Bench.connection(client).fallbackReason()).isEqualTo(FallbackReason.TOO_MANY_LINK_GROUPS);
        Bench.expectPipe(channel, bench.closing(Bench.value(accepting)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13})
    void descriptorsSentUnaskedAreNotKept(int type) throws Exception {
        ServerSocket listener = plainListener(0);
        int marker = UnixSockets.listen(Markers.name((InetSocketAddress) listener.getLocalSocketAddress()), 5);
        bench.closing(() -> Sockets.close(marker));
        CompletableFuture<Void> serving = Bench.running(() -> {
            int accepted = acceptAt(marker);
            UnixSockets.send(accepted, ByteBuffer.allocate(24).putInt(type).putInt(SegmentLayout.VERSION).clear(),
                    marker);
            Sockets.close(accepted);
            return null;
        });

        boolean tooEarly = type == 2;
        expectPlain(listener, tooEarly ? FallbackReason.NO_MATCHING_DEVICE : FallbackReason.PEER_LOST);
        Bench.value(serving);
    }

    private static int acceptAt(int marker) throws IOException {
        Sockets.poll(marker, Sockets.POLLIN, 10_000);
        return UnixSockets.accept(marker);
    }

    // ---- several at once

    @Test
    void manyFirstContactsWithTwoListenersOfOneProcessShareOneLinkGroup() throws Exception {
        SmcSelectorProvider server = bench.provider();
        List<ServerSocketChannel> listeners = List.of(bench.listen(server), bench.listen(server), bench.listen(server));
        List<CompletableFuture<SocketChannel>> connecting = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ServerSocketChannel listener = listeners.get(i % 3);
            connecting.add(bench.connecting(client, addressOf(listener)));
            Bench.running(() -> bench.closing(listener.accept()));
        }

        for (CompletableFuture<SocketChannel> each : connecting) {
            Bench.value(each);
        }

        Bench.patiently().untilAsserted(() -> assertThat(client.snapshot().connections()).hasSize(30)
                .allSatisfy(connection -> assertThat(connection.mode()).isEqualTo(SmcMode.SMCD)));
        assertThat(client.snapshot().linkGroups()).hasSize(1);
    }

    @Test
    void twoProcessesMayConnectToEachOtherAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            SmcSelectorProvider one = bench.provider();
            SmcSelectorProvider other = bench.provider();
            ServerSocketChannel atOne = bench.listen(one);
            ServerSocketChannel atOther = bench.listen(other);
            List<CompletableFuture<SocketChannel>> connecting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                connecting.add(bench.connecting(one, addressOf(atOther)));
                connecting.add(bench.connecting(other, addressOf(atOne)));
                bench.accept(atOne);
                bench.accept(atOther);
            }
            for (CompletableFuture<SocketChannel> each : connecting) {
                Bench.value(each);
            }
            assertThat(one.snapshot().fallbacks()).isEmpty();
            assertThat(other.snapshot().fallbacks()).isEmpty();
        }
    }

    @Test
    void connectionsToASharedPortWorkWhicheverProcessTheyReach() throws Exception {
        ServerSocketChannel one = bench.closing(bench.provider().openServerSocketChannel());
        one.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        one.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ServerSocketChannel other = bench.closing(bench.provider().openServerSocketChannel());
        other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        other.bind(addressOf(one));
        one.configureBlocking(false);
        other.configureBlocking(false);

        for (int i = 0; i < 20; i++) {
            CompletableFuture<SocketChannel> connecting = bench.connecting(client, addressOf(one));
            SocketChannel accepted = bench.closing(Bench.patiently().until(
                    () -> acceptAtEither(one, other), Objects::nonNull));
            accepted.configureBlocking(true);
            try (SocketChannel channel = Bench.value(connecting)) {
                Bench.expectPipe(channel, accepted);
            }
            accepted.close();
        }
    }

    private static SocketChannel acceptAtEither(ServerSocketChannel one, ServerSocketChannel other) throws IOException {
        SocketChannel accepted = one.accept();
        return accepted != null ? accepted : other.accept();
    }
}
