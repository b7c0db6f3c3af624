package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a provider has to offer besides TCP's sockets. */
@Timeout(value = 30, threadMode = SEPARATE_THREAD)
class SmcSelectorProviderTest {

    private SmcSelectorProvider engine;

    @BeforeEach
    void open() throws IOException {
        engine = SmcSelectorProvider.open(SmcConfig.defaults());
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    @Test
    void opensDatagramChannels() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DatagramChannel receiver = engine.openDatagramChannel(StandardProtocolFamily.INET).bind(anyPort);
                DatagramChannel sender = engine.openDatagramChannel()) {
            sender.send(ByteBuffer.allocate(3), receiver.getLocalAddress());
            ByteBuffer datagram = ByteBuffer.allocate(10);
            assertThat(receiver.receive(datagram)).isNotNull();
            assertThat(datagram.position()).isEqualTo(3);
        }
    }

    @Test
    void opensPipes() throws IOException {
        Pipe pipe = engine.openPipe();
        try (Pipe.SinkChannel sink = pipe.sink(); Pipe.SourceChannel source = pipe.source()) {
            sink.write(ByteBuffer.allocate(2));
            assertThat(source.read(ByteBuffer.allocate(10))).isEqualTo(2);
        }
    }

    @Test
    void opensUnixDomainSockets(@TempDir Path directory) throws IOException {
        assumeTrue(Pairing.isEngineImplemented());
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel listener = engine.openServerSocketChannel(StandardProtocolFamily.UNIX).bind(address);
                SocketChannel client = engine.openSocketChannel(StandardProtocolFamily.UNIX)) {
            assertThat(client.connect(address)).isTrue();
            listener.accept().close();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void opensSocketsOfBothInternetFamilies() throws IOException {
        assumeTrue(Pairing.isEngineImplemented());
        InetSocketAddress anyPort = new InetSocketAddress("127.0.0.1", 0);
        try (ServerSocketChannel listener = engine.openServerSocketChannel(StandardProtocolFamily.INET).bind(anyPort);
                SocketChannel client = engine.openSocketChannel(StandardProtocolFamily.INET).bind(anyPort);
                SocketChannel client6 = engine.openSocketChannel(StandardProtocolFamily.INET6)) {
            assertThat(listener.getLocalAddress()).isNotEqualTo(client.getLocalAddress());
            assertThat(client6.isOpen()).isTrue();
        }
    }

    @Test
    void knowsNoOtherFamily() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> engine.openSocketChannel(() -> "X"));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> engine.openSocketChannel(null));
    }

    @Test
    void knowsBeforehandWhoCannotBeReachedBySmc() throws IOException {
        assumeTrue(Pairing.isEngineImplemented());
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocketChannel listener = engine.openServerSocketChannel().bind(anyPort);
                ServerSocketChannel plain = ServerSocketChannel.open().bind(anyPort)) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            assertThat(engine.mayConnectTo(address)).isTrue();
            assertThat(engine.mayConnectTo((InetSocketAddress) plain.getLocalAddress())).isFalse();
            assertThat(engine.mayConnectTo(InetSocketAddress.createUnresolved("localhost", address.getPort())))
                    .isFalse();
            engine.setPolicy(new SmcPolicy(List.of(new SmcPolicy.Rule(SmcPolicy.Action.DENY,
                    SmcPolicy.Direction.OUTBOUND, null, null,
                    new SmcPolicy.PortRange(address.getPort(), address.getPort())))));
            assertThat(engine.mayConnectTo(address)).isFalse();
            engine.setPolicy(SmcPolicy.allowAll());
            assertThat(engine.mayConnectTo(address)).isTrue();
            listener.close();
            await().untilAsserted(() -> assertThat(engine.mayConnectTo(address)).isFalse());
        }
        engine.close();
        assertThat(engine.mayConnectTo(anyPort)).isFalse();
    }

    @Test
    void makesChannelsOfTcpOnceClosed() throws IOException {
        assumeTrue(Pairing.isEngineImplemented());
        engine.close();
        engine.close();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocketChannel listener = engine.openServerSocketChannel().bind(anyPort);
                SocketChannel client = engine.openSocketChannel()) {
            assertThat(client.connect(listener.getLocalAddress())).isTrue();
            try (SocketChannel accepted = listener.accept()) {
                assertThat(client.write(ByteBuffer.allocate(3))).isEqualTo(3);
                assertThat(accepted.read(ByteBuffer.allocate(10))).isEqualTo(3);
            }
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }
}
