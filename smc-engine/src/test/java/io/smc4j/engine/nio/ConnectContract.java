package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.SmcConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a connection begins at the connecting end. */
abstract class ConnectContract extends ChannelContract {

    ConnectContract(Pairing pairing) {
        super(pairing);
    }

    @Test
    void startsUnconnected() throws IOException {
        SocketChannel channel = newClient();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.isBlocking()).isTrue();
        assertThat(channel.isConnected()).isFalse();
        assertThat(channel.isConnectionPending()).isFalse();
        assertThat(channel.getLocalAddress()).isNull();
        assertThat(channel.getRemoteAddress()).isNull();
        assertThatItIsProvidedBy(clients, channel.provider());
    }

    @Test
    void refusesWhatNeedsAConnection() throws IOException {
        SocketChannel channel = newClient();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> channel.read(buffer));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> channel.write(buffer));
        assertThatExceptionOfType(NotYetConnectedException.class)
                .isThrownBy(() -> channel.read(new ByteBuffer[] {buffer}));
        assertThatExceptionOfType(NotYetConnectedException.class)
                .isThrownBy(() -> channel.write(new ByteBuffer[] {buffer}));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(channel::shutdownInput);
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(channel::shutdownOutput);
        assertThatExceptionOfType(NoConnectionPendingException.class).isThrownBy(channel::finishConnect);
    }

    @Test
    void refusesAddressesItCannotConnectTo() throws IOException {
        SocketChannel unresolved = newClient();
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> unresolved.connect(InetSocketAddress.createUnresolved("name.invalid", 1)));
        SocketChannel unix = newClient();
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> unix.connect(UnixDomainSocketAddress.of("/nowhere")));
    }

    @Test
    void connectsBlocking() throws Exception {
        Connection c = connect();
        assertThat(c.client().isConnected()).isTrue();
        assertThat(c.client().isConnectionPending()).isFalse();
        assertThat(c.client().finishConnect()).isTrue();
        assertThat(c.client().getRemoteAddress()).isEqualTo(c.server().getLocalAddress());
        assertThat(c.client().getLocalAddress()).isEqualTo(c.server().getRemoteAddress());
        assertThatExceptionOfType(AlreadyConnectedException.class)
                .isThrownBy(() -> c.client().connect(c.server().getLocalAddress()));
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> c.client().bind(ANY_PORT));
    }

    @Test
    void connectsFromTheAddressItIsBoundTo() throws Exception {
        SocketChannel client = newClient();
        assertThat(client.bind(ANY_PORT)).isSameAs(client);
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> client.bind(ANY_PORT));
        SocketAddress bound = client.getLocalAddress();
        Connection c = connect(client, listen());
        assertThat(c.client().getLocalAddress()).isEqualTo(bound);
        assertThat(c.server().getRemoteAddress()).isEqualTo(bound);
    }

    @Test
    void connectsToAListenerBoundToAnyAddress() throws Exception {
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel()).bind(new InetSocketAddress(0));
        SocketChannel client = newClient();
        Task<Integer> connecting = start(() -> {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return client.write(ByteBuffer.allocate(1));
        });
        SocketChannel server = toClose(listener.accept());
        assertThat(server.read(ByteBuffer.allocate(2))).isEqualTo(1);
        assertThat(connecting.await()).isEqualTo(1);
        assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
    }

    @Test
    void connectsByIpv6() throws Exception {
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel());
        try {
            listener.bind(new InetSocketAddress("::1", 0));
        } catch (IOException e) {
            assumeTrue(false, "no IPv6 here: " + e);
        }
        Connection c = connect(newClient(), listener);
        assertThat(c.client().getRemoteAddress()).isEqualTo(listener.getLocalAddress());
        assertThat(c.server().getRemoteAddress()).isEqualTo(c.client().getLocalAddress());
    }

    @Test
    void reportsOpConnectOnceItIsConnected() throws Exception {
        ServerSocketChannel listener = listen();
        Task<Integer> accepting = start(() -> toClose(listener.accept()).read(ByteBuffer.allocate(1)));
        SocketChannel client = nonBlocking(newClient());
        Selector selector = newSelector(clients);
        SelectionKey key = client.register(selector, OP_CONNECT);
        if (!client.connect(listener.getLocalAddress())) {
            assertThat(client.isConnectionPending()).isTrue();
            assertThat(client.isConnected()).isFalse();
            assertThatExceptionOfType(ConnectionPendingException.class)
                    .isThrownBy(() -> client.connect(listener.getLocalAddress()));
            assertThatExceptionOfType(NotYetConnectedException.class)
                    .isThrownBy(() -> client.write(ByteBuffer.allocate(1)));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            assertThat(key.isConnectable()).isTrue();
            selector.selectedKeys().clear();
            assertThat(client.finishConnect()).isTrue();
        }
        assertThat(client.isConnected()).isTrue();
        assertThat(client.isConnectionPending()).isFalse();
        assertThat(selector.selectNow()).isZero();
        key.interestOps(OP_READ);
        assertThat(selector.selectNow()).isZero();
        assertThat(client.write(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(accepting.await()).isEqualTo(1);
    }

    @Test
    void finishesConnectBlockingWhenMadeBlocking() throws Exception {
        ServerSocketChannel listener = listen();
        Task<Integer> accepting = start(() -> toClose(listener.accept()).read(ByteBuffer.allocate(1)));
        SocketChannel client = nonBlocking(newClient());
        client.connect(listener.getLocalAddress());
        client.configureBlocking(true);
        assertThat(client.finishConnect()).isTrue();
        assertThat(client.write(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(accepting.await()).isEqualTo(1);
    }

    @Test
    void connectsEvenIfNobodyAccepts() throws Exception {
        SmcConfig impatient = SmcConfig.builder().handshakeTimeout(Duration.ofMillis(300)).build();
        ServerSocketChannel listener = listen();
        SocketChannel client = toClose(toClose(pairing.openClient(impatient)).openSocketChannel());
        assertThat(client.connect(listener.getLocalAddress())).isTrue();
        assertThat(client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(3);
        ByteBuffer received = ByteBuffer.allocate(3);
        SocketChannel late = acceptTheOneThatLives(listener, received);
        readFully(late, received);
        assertThat(received.array()).containsExactly(1, 2, 3);
        client.close();
        assertThat(late.read(received.clear())).isEqualTo(-1);
    }

    /** An engine that gave up negotiating comes again, and leaves a connection that it reset. */
    private SocketChannel acceptTheOneThatLives(ServerSocketChannel listener, ByteBuffer received) throws IOException {
        while (true) {
            SocketChannel accepted = toClose(listener.accept());
            try {
                assertThat(accepted.read(received)).isPositive();
                return accepted;
            } catch (SocketException reset) {
                accepted.close();
            }
        }
    }

    /** Bound, so that nobody else gets the port, but not listening. */
    private SocketAddress addressOfNobody() throws IOException {
        return toClose(SocketChannel.open()).bind(ANY_PORT).getLocalAddress();
    }

    @Test
    void isClosedWhenRefused() throws IOException {
        SocketChannel client = newClient();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> client.connect(addressOfNobody()));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void reportsRefusalWhenFinishing() throws IOException {
        SocketChannel client = nonBlocking(newClient());
        Selector selector = newSelector(clients);
        client.register(selector, OP_CONNECT);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
            client.connect(addressOfNobody());
            assertThat(selector.select()).isEqualTo(1);
            client.finishConnect();
        });
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void isRefusedOnceTheListenerIsClosed() throws Exception {
        ServerSocketChannel listener = listen();
        SocketAddress address = listener.getLocalAddress();
        connect(newClient(), listener);
        listener.close();
        SocketChannel late = newClient();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> late.connect(address));
    }

    @Test
    void givesUpAfterTheTimeoutOfItsSocket() throws IOException {
        try (BlackHole nowhere = new BlackHole()) {
            SocketChannel client = newClient();
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> client.socket().connect(nowhere.address(), 50));
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void endsWhenClosedByAnotherThread() throws Exception {
        try (BlackHole nowhere = new BlackHole()) {
            SocketChannel client = newClient();
            Task<Boolean> connecting = start(() -> client.connect(nowhere.address())).awaitBlocked();
            client.close();
            assertThatExceptionOfType(Exception.class).isThrownBy(connecting::await)
                    .withCauseInstanceOf(AsynchronousCloseException.class);
        }
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws Exception {
        try (BlackHole nowhere = new BlackHole()) {
            SocketChannel client = newClient();
            Task<Boolean> connecting = start(() -> client.connect(nowhere.address())).awaitBlocked();
            connecting.thread().interrupt();
            assertThatExceptionOfType(Exception.class).isThrownBy(connecting::await)
                    .withCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void canBeClosedWhilePending() throws IOException {
        try (BlackHole nowhere = new BlackHole()) {
            SocketChannel client = nonBlocking(newClient());
            assertThat(client.connect(nowhere.address())).isFalse();
            assertThat(client.finishConnect()).isFalse();
            assertThat(client.isConnectionPending()).isTrue();
            client.close();
            assertThat(client.isConnectionPending()).isFalse();
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::finishConnect);
        }
    }

    @Test
    void isOfNoUseOnceClosed() throws IOException {
        SocketChannel client = newClient();
        client.close();
        client.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.connect(ANY_PORT));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.bind(ANY_PORT));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::finishConnect);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::getLocalAddress);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::getRemoteAddress);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.configureBlocking(false));
    }
}
