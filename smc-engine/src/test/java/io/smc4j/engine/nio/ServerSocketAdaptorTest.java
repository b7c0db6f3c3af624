package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.nio.socket.BlockingAcceptor;
import io.smc4j.engine.nio.socket.ServerSocketAdaptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = SEPARATE_THREAD)
class ServerSocketAdaptorTest {

    private static final SocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private ForeignServerSocketChannel channel;
    private ServerSocket socket;

    @BeforeEach
    void open() throws IOException {
        channel = new ForeignServerSocketChannel(ServerSocketChannel.open());
        socket = channel.socket();
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    @Test
    void startsUnbound() {
        assertThat(socket).isInstanceOf(ServerSocketAdaptor.class);
        assertThat(socket.getChannel()).isSameAs(channel);
        assertThat(socket.isBound()).isFalse();
        assertThat(socket.isClosed()).isFalse();
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getLocalSocketAddress()).isNull();
        assertThat(socket).hasToString("ServerSocket[unbound]");
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::accept);
    }

    @Test
    void tellsItsAddressEvenWhenClosed() throws IOException {
        socket.bind(ANY_PORT);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.bind(ANY_PORT));
        SocketAddress bound = channel.getLocalAddress();
        assertThat(socket.isBound()).isTrue();
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(socket.getLocalSocketAddress()).isEqualTo(bound);
        assertThat(socket.getInetAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        assertThat(socket.getLocalPort()).isPositive();
        assertThat(socket.toString()).contains("localport=" + socket.getLocalPort());
    }

    @Test
    void bindsToAnyAddressUnlessTold() throws IOException {
        socket.bind(null, 1);
        assertThat(socket.getInetAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void accepts() throws IOException {
        socket.bind(ANY_PORT);
        try (SocketChannel client = SocketChannel.open(socket.getLocalSocketAddress()); Socket accepted =
                socket.accept()) {
            assertThat(accepted.getRemoteSocketAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void endsAnAcceptThatTakesTooLong() throws IOException {
        socket.bind(ANY_PORT);
        socket.setSoTimeout(1);
        assertThat(socket.getSoTimeout()).isEqualTo(1);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(socket::accept);
        try (SocketChannel client = SocketChannel.open(socket.getLocalSocketAddress())) {
            socket.setSoTimeout(0);
            socket.accept().close();
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void waitsOnlyInBlockingMode() throws IOException {
        socket.bind(ANY_PORT);
        channel.configureBlocking(false);
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(socket::accept);
        socket.setSoTimeout(1000);
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(socket::accept);
    }

    @Test
    void takesOptions() throws IOException {
        socket.setReuseAddress(true);
        assertThat(socket.getReuseAddress()).isTrue();
        socket.setReceiveBufferSize(65536);
        assertThat(socket.getReceiveBufferSize()).isPositive();
        socket.setPerformancePreferences(1, 2, 3);
        assertThat(socket.supportedOptions()).contains(StandardSocketOptions.SO_REUSEADDR);
        assertThat(socket.setOption(StandardSocketOptions.SO_REUSEADDR, false)).isSameAs(socket);
        assertThat(socket.getOption(StandardSocketOptions.SO_REUSEADDR)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setReceiveBufferSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoTimeout(-1));
    }

    @Test
    void refusesEverythingWhenClosed() throws IOException {
        socket.close();
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::accept);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.setSoTimeout(1));
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getSoTimeout);
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getReuseAddress);
        assertThatIOException().isThrownBy(() -> socket.getOption(StandardSocketOptions.SO_REUSEADDR));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> socket.bind(ANY_PORT));
    }

    private static final class ForeignServerSocketChannel extends ServerSocketChannel implements BlockingAcceptor {

        private final ServerSocketChannel inner;
        private final ServerSocket socket = ServerSocketAdaptor.of(this, false);

        ForeignServerSocketChannel(ServerSocketChannel inner) {
            super(inner.provider());
            this.inner = inner;
        }

        @Override
        public SocketChannel acceptBlocking(long timeoutMillis) throws IOException {
            inner.socket().setSoTimeout((int) timeoutMillis);
            return inner.socket().accept().getChannel();
        }

        @Override
        public InetSocketAddress boundTo() {
            return (InetSocketAddress) inner.socket().getLocalSocketAddress();
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
            inner.bind(local, backlog);
            return this;
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
            inner.setOption(name, value);
            return this;
        }

        @Override
        public <T> T getOption(SocketOption<T> name) throws IOException {
            return inner.getOption(name);
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return inner.supportedOptions();
        }

        @Override
        public ServerSocket socket() {
            return socket;
        }

        @Override
        public SocketChannel accept() throws IOException {
            return inner.accept();
        }

        @Override
        public SocketAddress getLocalAddress() throws IOException {
            return inner.getLocalAddress();
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            inner.close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            inner.configureBlocking(block);
        }
    }
}
