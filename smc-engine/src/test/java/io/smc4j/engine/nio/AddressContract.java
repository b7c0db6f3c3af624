package io.smc4j.engine.nio;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;

/** Families of addresses, and what channels and their sockets say of their own, also after the end. */
abstract class AddressContract extends ChannelContract {

    private static final String IPV6_LOOPBACK = "::1";

    AddressContract(Pairing pairing) {
        super(pairing);
    }

    private static InetSocketAddress address(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static void assumeIpv6() {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(address(IPV6_LOOPBACK, 0));
        } catch (IOException | UnsupportedAddressTypeException e) {
            assumeTrue(false, "no IPv6 here: " + e);
        }
    }

    // ---- families

    @Test
    void refusesIpv6InAChannelOfIpv4() throws Exception {
        InetSocketAddress ipv6 = address(IPV6_LOOPBACK, 0);
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel(INET));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class).isThrownBy(() -> listener.bind(ipv6));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> listener.bind(address("::", 0)));
        SocketChannel client = toClose(clients.openSocketChannel(INET));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class).isThrownBy(() -> client.bind(ipv6));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> client.connect(address(IPV6_LOOPBACK, 9)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> client.connect(address("::", 9)));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.socket().connect(address(IPV6_LOOPBACK, 9), 1000))
                .withMessage("Unsupported address type");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void listensForIpv4AloneInAChannelOfIpv4() throws Exception {
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel(INET)).bind(null);
        InetSocketAddress bound = (InetSocketAddress) listener.getLocalAddress();
        assertThat(bound.getAddress()).isInstanceOf(Inet4Address.class).isEqualTo(InetAddress.getByName("0.0.0.0"));
        SocketChannel client = toClose(clients.openSocketChannel(INET)).bind(null);
        assertThat(((InetSocketAddress) client.getLocalAddress()).getAddress()).isInstanceOf(Inet4Address.class);
        assumeIpv6();
        SocketChannel stranger = newClient();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> stranger.connect(address(IPV6_LOOPBACK, bound.getPort())));
    }

    @Test
    void connectsChannelsOfIpv4() throws Exception {
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel(INET)).bind(null);
        SocketChannel client = toClose(clients.openSocketChannel(INET));
        Task<Integer> connecting = start(() -> {
            // A wildcard means this host.
            client.connect(address("0.0.0.0", port(listener)));
            return client.write(ByteBuffer.allocate(1));
        });
        SocketChannel server = toClose(listener.accept());
        drain(server, 1);
        assertThat(connecting.await()).isEqualTo(1);
        assertThat(client.getRemoteAddress()).isEqualTo(address("127.0.0.1", port(listener)));
        assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
        server.write(ByteBuffer.allocate(1));
        drain(client, 1);
    }

    @Test
    void connectsChannelsOfIpv6ToEitherFamily() throws Exception {
        assumeIpv6();
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel(INET6)).bind(null);
        for (String host : new String[] {IPV6_LOOPBACK, "127.0.0.1"}) {
            SocketChannel client = toClose(clients.openSocketChannel(INET6));
            Task<Boolean> connecting = start(() -> client.connect(address(host, port(listener))));
            SocketChannel server = toClose(listener.accept());
            assertThat(connecting.await()).isTrue();
            assertThat(client.getRemoteAddress()).isEqualTo(address(host, port(listener)));
            assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
        SocketChannel client = newClient();
        Task<Boolean> connecting = start(() -> client.connect(address("::", port(listener))));
        toClose(listener.accept());
        assertThat(connecting.await()).isTrue();
        assertThat(client.getRemoteAddress()).isEqualTo(address(IPV6_LOOPBACK, port(listener)));
    }

    @Test
    void refusesAddressesOfNoUse() throws Exception {
        SocketAddress unresolved = InetSocketAddress.createUnresolved("name.invalid", 80);
        SocketAddress unix = UnixDomainSocketAddress.of("/nowhere");
        SocketChannel client = newClient();
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel());
        assertThatExceptionOfType(UnresolvedAddressException.class).isThrownBy(() -> client.bind(unresolved));
        assertThatExceptionOfType(UnresolvedAddressException.class).isThrownBy(() -> listener.bind(unresolved));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class).isThrownBy(() -> client.bind(unix));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class).isThrownBy(() -> listener.bind(unix));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.connect(null));
        assertThat(client.isOpen()).isTrue();
    }

    // ---- what sockets say

    @Test
    void isClosedByItsSocketIfTheNameIsUnresolved() throws Exception {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("name.invalid", 80);
        for (int timeout : new int[] {0, 1000}) {
            SocketChannel client = newClient();
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> client.socket().connect(unresolved, timeout))
                    .withMessageContaining("name.invalid");
            assertThat(client.isOpen()).isFalse();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> client.socket().connect(unresolved, timeout)).withMessage("Socket is closed");
        }
        Connection c = connect();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> c.client().socket().connect(unresolved))
                .withMessage("Already connected");
        assertThat(c.client().isOpen()).isTrue();
    }

    @Test
    void tellsItsAddressesAfterClose() throws Exception {
        atBothEnds(end -> {
            SocketAddress local = end.channel().getLocalAddress();
            SocketAddress remote = end.channel().getRemoteAddress();
            Socket socket = end.channel().socket();
            end.channel().close();
            assertThat(socket.isBound()).isTrue();
            assertThat(socket.isConnected()).isFalse();
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(remote);
            assertThat(socket.getLocalSocketAddress()).isEqualTo(local);
            assertThat(socket.getPort()).isEqualTo(((InetSocketAddress) remote).getPort());
            assertThat(socket.getLocalPort()).isEqualTo(((InetSocketAddress) local).getPort());
            assertThat(socket.getInetAddress()).isEqualTo(((InetSocketAddress) remote).getAddress());
            assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        });
    }

    @Test
    void tellsTheAddressOfAListenerAfterClose() throws Exception {
        ServerSocketChannel listener = listen();
        SocketAddress bound = listener.getLocalAddress();
        ServerSocket socket = listener.socket();
        listener.close();
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.isClosed()).isTrue();
        assertThat(socket.getLocalSocketAddress()).isEqualTo(bound);
        ServerSocketChannel unbound = toClose(servers.openServerSocketChannel());
        unbound.close();
        assertThat(unbound.socket().isBound()).isFalse();
        assertThat(unbound.socket().getLocalPort()).isEqualTo(-1);
    }

    @Test
    void tellsWhereItConnectsToWhilePending() throws Exception {
        try (BlackHole nowhere = new BlackHole()) {
            SocketChannel client = nonBlocking(newClient());
            Socket socket = client.socket();
            assertThat(client.connect(nowhere.address())).isFalse();
            assertThat(client.getRemoteAddress()).isEqualTo(nowhere.address());
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(nowhere.address());
            assertThat(client.getLocalAddress()).isNull();
            assertThat(socket.isBound()).isFalse();
            client.close();
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(nowhere.address());
            assertThat(socket.getLocalPort()).isEqualTo(-1);
        }
    }
}
