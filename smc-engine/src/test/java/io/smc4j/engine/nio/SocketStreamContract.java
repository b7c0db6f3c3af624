package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Connections used through {@link java.net.Socket}, and the options of both views. */
abstract class SocketStreamContract extends ChannelContract {

    SocketStreamContract(Pairing pairing) {
        super(pairing);
    }

    @Test
    void carriesStreams() throws Exception {
        Connection c = connect();
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Task<Void> echo = start(() -> {
            c.server().socket().getInputStream().transferTo(c.server().socket().getOutputStream());
            c.server().socket().shutdownOutput();
            return null;
        });
        Task<byte[]> reading = start(() -> c.client().socket().getInputStream().readAllBytes());
        OutputStream out = c.client().socket().getOutputStream();
        out.write(content[0]);
        out.write(content, 1, 999_999);
        out.write(content, 1_000_000, 2_000_000);
        c.client().socket().shutdownOutput();
        assertThat(reading.await()).isEqualTo(content);
        echo.await();
    }

    @Test
    void endsAReadThatTakesTooLong() throws Exception {
        atBothEnds(end -> {
            Socket socket = end.channel().socket();
            InputStream in = socket.getInputStream();
            socket.setSoTimeout(20);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(in::read);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> in.read(new byte[5]));
            end.peer().write(ByteBuffer.wrap(new byte[] {7}));
            assertThat(in.read()).isEqualTo(7);
            socket.setSoTimeout(30_000);
            Task<Integer> reading = start(in::read).awaitBlocked();
            end.peer().write(ByteBuffer.wrap(new byte[] {8}));
            assertThat(reading.await()).isEqualTo(8);
            end.peer().shutdownOutput();
            assertThat(in.read()).isEqualTo(-1);
        });
    }

    @Test
    void saysWhatCanBeReadAtOnce() throws Exception {
        atBothEnds(end -> {
            InputStream in = end.channel().socket().getInputStream();
            assertThat(in.available()).isZero();
            end.peer().write(ByteBuffer.allocate(3));
            assertThat(in.read()).isZero();
            assertThat(in.available()).isEqualTo(2);
        });
    }

    @Test
    void endsABlockedReadWhenClosed() throws Exception {
        atBothEnds(end -> {
            Socket socket = end.channel().socket();
            InputStream in = socket.getInputStream();
            Task<Integer> reading = start(in::read).awaitBlocked();
            socket.close();
            assertThatExceptionOfType(Exception.class).isThrownBy(reading::await)
                    .withCauseInstanceOf(IOException.class);
            assertThat(end.channel().isOpen()).isFalse();
            assertThatIOException().isThrownBy(in::read);
        });
    }

    @Test
    void tellsItsAddresses() throws Exception {
        atBothEnds(end -> {
            Socket socket = end.channel().socket();
            assertThat(end.channel().socket()).isSameAs(socket);
            assertThat(socket.getChannel()).isSameAs(end.channel());
            assertThat(socket.isConnected()).isTrue();
            assertThat(socket.isBound()).isTrue();
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(end.channel().getRemoteAddress());
            assertThat(socket.getLocalSocketAddress()).isEqualTo(end.channel().getLocalAddress());
            assertThat(socket.getPort()).isEqualTo(end.peer().socket().getLocalPort());
        });
    }

    /** Idle time, probes and their number; and a user timeout where there is one, for which the JDK has no constant. */
    @Test
    @SuppressWarnings("unchecked")
    void takesTheLimitsOfTcp() throws Exception {
        atBothEnds(end -> {
            List<SocketOption<?>> limits = end.channel().supportedOptions().stream()
                    .filter(option -> option.name().startsWith("TCP_") && option.type() == Integer.class).toList();
            assertThat(limits).hasSizeGreaterThanOrEqualTo(3);
            for (SocketOption<?> limit : limits) {
                end.channel().setOption((SocketOption<Integer>) limit, 42);
                assertThat(end.channel().getOption(limit)).as(limit.name()).isEqualTo(42);
            }
        });
    }

    @Test
    void takesTheOptionsOfTcp() throws Exception {
        atBothEnds(end -> {
            assertThat(end.channel().supportedOptions()).contains(StandardSocketOptions.TCP_NODELAY,
                    StandardSocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_REUSEADDR,
                    StandardSocketOptions.SO_LINGER, StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.IP_TOS);
            for (boolean on : new boolean[] {true, false}) {
                end.channel().setOption(StandardSocketOptions.TCP_NODELAY, on);
                assertThat(end.channel().getOption(StandardSocketOptions.TCP_NODELAY)).isEqualTo(on);
                end.channel().setOption(StandardSocketOptions.SO_KEEPALIVE, on);
                assertThat(end.channel().getOption(StandardSocketOptions.SO_KEEPALIVE)).isEqualTo(on);
            }
            end.channel().setOption(StandardSocketOptions.SO_LINGER, 5);
            assertThat(end.channel().getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(5);
            end.channel().setOption(StandardSocketOptions.SO_LINGER, -1);
            assertThat(end.channel().getOption(StandardSocketOptions.SO_LINGER)).isNegative();
            end.channel().setOption(StandardSocketOptions.SO_SNDBUF, 65_536);
            assertThat(end.channel().getOption(StandardSocketOptions.SO_SNDBUF)).isPositive();
            end.channel().setOption(StandardSocketOptions.SO_RCVBUF, 65_536);
            assertThat(end.channel().getOption(StandardSocketOptions.SO_RCVBUF)).isPositive();
            end.channel().setOption(StandardSocketOptions.IP_TOS, 8);
            assertThat(end.channel().getOption(StandardSocketOptions.IP_TOS)).isBetween(0, 255);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> end.channel().setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1));
        });
    }
}
