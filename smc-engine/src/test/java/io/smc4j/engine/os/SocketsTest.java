package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoDescriptorLeaks.class)
class SocketsTest {

    private static final InetAddress IPV4_LOOPBACK = address("127.0.0.1");
    private static final InetAddress IPV6_LOOPBACK = address("::1");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothEndsAgreeOnIpv4Addresses(boolean ipv6) throws Exception {
        assumeTrue(!ipv6 || Sockets.ipv6Available());
        try (TcpPair pair = TcpPair.open(ipv6, IPV4_LOOPBACK)) {
            InetSocketAddress client = Sockets.localAddress(pair.client());
            assertThat(client.getAddress()).isInstanceOf(Inet4Address.class).isEqualTo(IPV4_LOOPBACK);
            assertThat(Sockets.remoteAddress(pair.server())).isEqualTo(client);
            assertThat(Sockets.remoteAddress(pair.client())).isEqualTo(Sockets.localAddress(pair.server()));
        }
    }

    @Test
    void bothEndsAgreeOnIpv6Addresses() throws Exception {
        assumeTrue(Sockets.ipv6Available());
        try (TcpPair pair = TcpPair.open(true, IPV6_LOOPBACK)) {
            InetSocketAddress client = Sockets.localAddress(pair.client());
            assertThat(client.getAddress()).isInstanceOf(Inet6Address.class).isEqualTo(IPV6_LOOPBACK);
            assertThat(Sockets.remoteAddress(pair.server())).isEqualTo(client);
        }
    }

    @Test
    void keepsTheScopeOfLinkLocalAddresses() throws Exception {
        byte[] linkLocal = address("fe80::1").getAddress();
        Inet6Address scoped = Inet6Address.getByAddress(null, linkLocal, 7);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setInt(NativeScratch.LENGTH,
                    SocketAddresses.write(scratch, true, new InetSocketAddress(scoped, 4242)));
            InetSocketAddress read = SocketAddresses.read(scratch);
            assertThat(read.getPort()).isEqualTo(4242);
            assertThat(read.getAddress()).isEqualTo(scoped);
            assertThat(((Inet6Address) read.getAddress()).getScopeId()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWildcardListenerIsReachedByIpv4(boolean ipv6) throws Exception {
        assumeTrue(!ipv6 || Sockets.ipv6Available());
        int listener = TcpPair.listen(ipv6, address("0.0.0.0"));
        int client = Sockets.openStream(false);
        int port = Sockets.localAddress(listener).getPort();
        if (!Sockets.connect(client, false, new InetSocketAddress(IPV4_LOOPBACK, port))) {
            Sockets.poll(client, Sockets.POLLOUT, -1);
        }
        assertThat(Sockets.connectResult(client)).isZero();
        Sockets.close(client);
        Sockets.close(listener);
    }

    @Test
    void hasNoAddressesBeforeItIsBound() throws Exception {
        int fd = Sockets.openStream(false);
        assertThat(Sockets.localAddress(fd)).isNull();
        assertThat(Sockets.remoteAddress(fd)).isNull();
        Sockets.close(fd);
    }

    @Test
    void refusesAddressesItCannotExpress() throws Exception {
        int fd = Sockets.openStream(false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sockets.connect(fd, false, new InetSocketAddress(IPV6_LOOPBACK, 80)));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> Sockets.connect(fd, false, InetSocketAddress.createUnresolved("nowhere", 80)));
        Sockets.close(fd);
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        int bound = Sockets.openStream(false);
        Sockets.bind(bound, false, new InetSocketAddress(IPV4_LOOPBACK, 0));
        int client = Sockets.openStream(false);

        assertThat(connectError(client, Sockets.localAddress(bound))).isEqualTo(Errno.ECONNREFUSED);

        Sockets.close(client);
        Sockets.close(bound);
    }

    private static int connectError(int fd, InetSocketAddress address) throws OsException {
        try {
            Sockets.connect(fd, false, address);
        } catch (OsException e) {
            assertThat(OsException.asNetworkException(e)).isInstanceOf(ConnectException.class);
            return e.errno();
        }
        Sockets.poll(fd, Sockets.POLLOUT, -1);
        return Sockets.connectResult(fd);
    }

    @Test
    void refusesAnAddressInUse() throws Exception {
        int listener = TcpPair.listen(false, IPV4_LOOPBACK);
        int second = Sockets.openStream(false);

        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> Sockets.bind(second, false, Sockets.localAddress(listener)))
                .withMessage("bind: Address already in use (EADDRINUSE)");

        Sockets.close(second);
        Sockets.close(listener);
    }

    @Test
    void acceptsNothingWhenNobodyConnects() throws Exception {
        int listener = TcpPair.listen(false, IPV4_LOOPBACK);
        assertThat(Sockets.accept(listener)).isEqualTo(-1);
        Sockets.close(listener);
    }

    @Test
    void descriptorsAreNonBlockingAndNotInherited() throws Exception {
        try (TcpPair pair = TcpPair.open()) {
            for (int fd : new int[] {pair.client(), pair.server()}) {
                String info = Files.readString(Path.of("/proc/self/fdinfo/" + fd));
                int flags = Integer.parseInt(info.lines().filter(line -> line.startsWith("flags:")).findFirst()
                        .orElseThrow()
                        .substring("flags:".length()).strip(), 8);
                assertThat(flags & Sockets.SOCK_NONBLOCK).isNotZero();
                assertThat(flags & Sockets.SOCK_CLOEXEC).isNotZero();
            }
        }
    }

    @Test
    void keepsOptions() throws Exception {
        int fd = Sockets.openStream(false);
        for (int[] option : new int[][] {
                {SocketOptions.SOL_SOCKET, SocketOptions.SO_KEEPALIVE, 1},
                        {SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR, 1},
                {SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1},
                {SocketOptions.IPPROTO_TCP, SocketOptions.TCP_NODELAY, 1}, {SocketOptions.IPPROTO_TCP,
                SocketOptions.TCP_KEEPIDLE, 60}, {SocketOptions.IPPROTO_TCP, SocketOptions.TCP_KEEPINTVL, 7},
                {SocketOptions.IPPROTO_TCP, SocketOptions.TCP_KEEPCNT, 3},
                {SocketOptions.IPPROTO_IP, SocketOptions.IP_TOS, 0x10}}) {
            assertThat(SocketOptions.get(fd, option[0], option[1])).isNotEqualTo(option[2]);
            SocketOptions.set(fd, option[0], option[1], option[2]);
            assertThat(SocketOptions.get(fd, option[0], option[1])).isEqualTo(option[2]);
        }
        SocketOptions.set(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF, 50_000);
        assertThat(SocketOptions.get(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF)).isEqualTo(100_000);
        Sockets.close(fd);
    }

    @Test
    void keepsLinger() throws Exception {
        int fd = Sockets.openStream(false);
        assertThat(SocketOptions.getLinger(fd)).isEqualTo(-1);
        SocketOptions.setLinger(fd, 0);
        assertThat(SocketOptions.getLinger(fd)).isZero();
        SocketOptions.setLinger(fd, 5);
        assertThat(SocketOptions.getLinger(fd)).isEqualTo(5);
        SocketOptions.setLinger(fd, -1);
        assertThat(SocketOptions.getLinger(fd)).isEqualTo(-1);
        Sockets.close(fd);
    }

    @Test
    void refusesAnUnknownOption() throws Exception {
        int fd = Sockets.openStream(false);
        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> SocketOptions.get(fd, SocketOptions.SOL_SOCKET, 9999))
                .withMessage("getsockopt: Protocol not available (ENOPROTOOPT)");
        Sockets.close(fd);
    }

    @Test
    void shutdownOfAnUnconnectedSocketIsNothing() throws Exception {
        int fd = Sockets.openStream(false);
        Sockets.shutdown(fd, Sockets.SHUT_RDWR);
        Sockets.close(fd);
    }

    @Test
    void pollTellsWhatASocketIsReadyFor() throws Exception {
        try (TcpPair pair = TcpPair.open()) {
            assertThat(Sockets.poll(pair.server(), Sockets.POLLIN, 0)).isZero();
            assertThat(Sockets.poll(pair.server(), Sockets.POLLIN, 1)).isZero();
            assertThat(Sockets.poll(pair.server(), Sockets.POLLIN | Sockets.POLLOUT, -1)).isEqualTo(Sockets.POLLOUT);
            Sockets.write(pair.client(), ByteBuffer.allocate(1));
            assertThat(Sockets.poll(pair.server(), Sockets.POLLIN, Long.MAX_VALUE)).isEqualTo(Sockets.POLLIN);
            Sockets.shutdown(pair.client(), Sockets.SHUT_WR);
            Sockets.shutdown(pair.server(), Sockets.SHUT_WR);
            assertThat(Sockets.poll(pair.server(), 0, -1)).isEqualTo(Sockets.POLLHUP);
        }
    }

    @Test
    void closingTwiceFails() throws Exception {
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> Sockets.close(-1))
                .havingCause().withMessage("close: Bad file descriptor (EBADF)");
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
