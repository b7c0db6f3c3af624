package io.smc4j.engine.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link SocketChannel#socket()} gives, whoever made the channel. */
@Timeout(value = 30, threadMode = SEPARATE_THREAD)
abstract class SocketAdaptorContract {

    private ServerSocketChannel server;
    private SocketChannel channel;
    private Socket socket;

    abstract SocketChannel open() throws IOException;

    @BeforeEach
    void openServerAndSocket() throws IOException {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel = open();
        socket = channel.socket();
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        server.close();
    }

    private SocketChannel connect() throws IOException {
        socket.connect(server.getLocalAddress());
        return server.accept();
    }

    @Test
    void isOnePerChannelAndKnowsIt() {
        assertThat(channel.socket()).isSameAs(socket);
        assertThat(socket.getChannel()).isSameAs(channel);
    }

    @Test
    void startsUnboundUnconnectedAndOpen() {
        assertThat(socket.isBound()).isFalse();
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.isClosed()).isFalse();
        assertThat(socket.isInputShutdown()).isFalse();
        assertThat(socket.isOutputShutdown()).isFalse();
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.getPort()).isZero();
        assertThat(socket.getRemoteSocketAddress()).isNull();
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getLocalSocketAddress()).isNull();
        assertThat(socket).hasToString("Socket[unconnected]");
    }

    @Test
    void bindsOnce() throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getLocalAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        assertThat(socket.getLocalPort()).isPositive();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.bind(null));
    }

    @Test
    void tellsItsAddressesOnceConnected() throws IOException {
        socket.bind(new InetSocketAddress(0));
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        try (SocketChannel peer = connect()) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(socket.isBound()).isTrue();
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(server.getLocalAddress());
            assertThat(socket.getInetAddress()).isEqualTo(InetAddress.getLoopbackAddress());
            assertThat(socket.getPort()).isEqualTo(server.socket().getLocalPort());
            assertThat(socket.getLocalSocketAddress()).isEqualTo(peer.getRemoteAddress());
            assertThat(socket.getLocalAddress()).isEqualTo(InetAddress.getLoopbackAddress());
            assertThat(socket.toString()).contains("port=" + socket.getPort(), "localport=" + socket.getLocalPort());
        }
    }

    @Test
    void remembersItsPeerWhenClosed() throws IOException {
        try (SocketChannel peer = connect()) {
            assertThat(peer.isConnected()).isTrue();
            int local = socket.getLocalPort();
            int remote = socket.getPort();
            socket.close();
            assertThat(socket.isClosed()).isTrue();
            assertThat(socket.getPort()).isEqualTo(remote);
            assertThat(socket.getLocalPort()).isEqualTo(local);
            assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    void refusesBadArgumentsOfConnect() {
        assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(null));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(server.getLocalAddress(), -1));
    }

    @Test
    void cannotConnectToAnUnresolvedName() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("name.invalid", 1)));
    }

    @Test
    void isClosedByAFailedConnect() throws IOException {
        InetSocketAddress nobody = (InetSocketAddress) server.getLocalAddress();
        server.close();
        assertThatIOException().isThrownBy(() -> socket.connect(nobody, 10_000));
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void connectsOnce() throws IOException {
        try (SocketChannel peer = connect()) {
            assertThat(peer.isConnected()).isTrue();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.connect(server.getLocalAddress()));
        }
    }

    @Test
    void carriesBytesBothWays() throws IOException {
        try (SocketChannel peer = connect()) {
            InputStream in = peer.socket().getInputStream();
            socket.getOutputStream().write('a');
            socket.getOutputStream().write("xbcdx".getBytes(US_ASCII), 1, 3);
            socket.getOutputStream().write(new byte[0]);
            assertThat(in.readNBytes(4)).isEqualTo("abcd".getBytes(US_ASCII));

            peer.write(ByteBuffer.wrap(new byte[] {(byte) 0xFF, 1, 2, 3}));
            assertThat(socket.getInputStream().read()).isEqualTo(0xFF);
            byte[] buffer = new byte[5];
            assertThat(socket.getInputStream().readNBytes(buffer, 1, 3)).isEqualTo(3);
            assertThat(buffer).containsExactly(0, 1, 2, 3, 0);
            assertThat(socket.getInputStream().read(new byte[0])).isZero();
            peer.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(socket.getInputStream().read(buffer)).isEqualTo(-1);
        }
    }

    @Test
    void saysWhatCanBeReadAtOnce() throws IOException {
        try (SocketChannel peer = connect()) {
            assertThat(socket.getInputStream().available()).isZero();
            peer.write(ByteBuffer.allocate(3));
            assertThat(socket.getInputStream().read()).isZero();
            assertThat(socket.getInputStream().available()).isEqualTo(2);
        }
    }

    @Test
    void endsAReadThatTakesTooLong() throws IOException {
        try (SocketChannel peer = connect()) {
            socket.setSoTimeout(1);
            assertThat(socket.getSoTimeout()).isEqualTo(1);
            InputStream in = socket.getInputStream();
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(in::read);
            socket.setSoTimeout(0);
            peer.write(ByteBuffer.wrap(new byte[] {7}));
            assertThat(in.read()).isEqualTo(7);
        }
    }

    @Test
    void refusesStreamsUnlessConnectedOpenAndNotShutDown() throws IOException {
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getInputStream);
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getOutputStream);
        try (SocketChannel peer = connect()) {
            assertThat(peer.isConnected()).isTrue();
            socket.shutdownInput();
            assertThat(socket.isInputShutdown()).isTrue();
            assertThat(socket.isOutputShutdown()).isFalse();
            assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getInputStream);
            socket.shutdownOutput();
            assertThat(socket.isOutputShutdown()).isTrue();
            assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getOutputStream);
            socket.close();
            assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getInputStream);
            assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getOutputStream);
        }
    }

    @Test
    void cannotShutDownUnlessConnected() {
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::shutdownInput);
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::shutdownOutput);
    }

    @Test
    void readsTheEndAfterShuttingDownItsInput() throws IOException {
        try (SocketChannel peer = connect()) {
            assertThat(peer.isConnected()).isTrue();
            InputStream in = socket.getInputStream();
            channel.shutdownInput();
            assertThat(socket.isInputShutdown()).isTrue();
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.available()).isZero();
        }
    }

    @Test
    void failsToReadAndWriteWhenClosed() throws IOException {
        try (SocketChannel peer = connect()) {
            assertThat(peer.isConnected()).isTrue();
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            in.close();
            assertThat(socket.isClosed()).isTrue();
            assertThat(channel.isOpen()).isFalse();
            assertThatIOException().isThrownBy(in::read);
            assertThatIOException().isThrownBy(in::available);
            assertThatIOException().isThrownBy(() -> out.write(1));
        }
    }

    @Test
    void isClosedByItsOutputStream() throws IOException {
        try (SocketChannel peer = connect()) {
            socket.getOutputStream().close();
            assertThat(socket.isClosed()).isTrue();
            assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void blocksOnlyInBlockingMode() throws IOException {
        try (SocketChannel peer = connect()) {
            assertThat(peer.isConnected()).isTrue();
            channel.configureBlocking(false);
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(in::read);
            assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(() -> out.write(1));
        }
    }

    @Test
    void connectsOnlyInBlockingMode() throws IOException {
        channel.configureBlocking(false);
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> socket.connect(server.getLocalAddress()));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void takesOptions() throws IOException {
        socket.setTcpNoDelay(true);
        assertThat(socket.getTcpNoDelay()).isTrue();
        socket.setKeepAlive(true);
        assertThat(socket.getKeepAlive()).isTrue();
        socket.setReuseAddress(true);
        assertThat(socket.getReuseAddress()).isTrue();
        assertThat(socket.getSoLinger()).isEqualTo(-1);
        socket.setSoLinger(true, 3);
        assertThat(socket.getSoLinger()).isEqualTo(3);
        socket.setSoLinger(false, 3);
        assertThat(socket.getSoLinger()).isEqualTo(-1);
        socket.setSendBufferSize(65536);
        assertThat(socket.getSendBufferSize()).isPositive();
        socket.setReceiveBufferSize(65536);
        assertThat(socket.getReceiveBufferSize()).isPositive();
        socket.setTrafficClass(8);
        assertThat(socket.getTrafficClass()).isBetween(0, 255);
        socket.setPerformancePreferences(1, 2, 3);
        socket.setOOBInline(false);
        assertThat(socket.getOOBInline()).isFalse();
        assertThat(socket.supportedOptions()).contains(StandardSocketOptions.TCP_NODELAY);
        assertThat(socket.setOption(StandardSocketOptions.TCP_NODELAY, false)).isSameAs(socket);
        assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
    }

    @Test
    void checksValuesOfOptions() {
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoTimeout(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSendBufferSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setReceiveBufferSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setTrafficClass(256));
    }

    @Test
    void refusesEverythingWhenClosed() throws IOException {
        socket.close();
        socket.close();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.setTcpNoDelay(true));
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getTcpNoDelay);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.setSoTimeout(1));
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getSoTimeout);
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getOOBInline);
        assertThatIOException().isThrownBy(() -> socket.getOption(StandardSocketOptions.SO_LINGER));
        assertThatIOException().isThrownBy(() -> socket.bind(null));
        assertThatIOException().isThrownBy(() -> socket.connect(server.getLocalAddress()));
        assertThatIOException().isThrownBy(socket::shutdownInput);
    }
}
