package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.faults.PeerMain.Behaviour;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Megabytes are under way, and one of the two processes is stopped or killed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BacklogFaultTest {

    private SmcSelectorProvider provider;
    private Resources before;

    @BeforeEach
    void open() throws IOException {
        provider = SmcSelectorProvider.open(SmcConfig.defaults());
        before = Resources.inUse();
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        before.awaitReturn();
        assertThat(provider.snapshot().ringMemoryInUse()).isZero();
        provider.close();
    }

    private SocketChannel connect(PeerProcess server, Behaviour behaviour) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        channel.write(ByteBuffer.wrap(new byte[] {(byte) behaviour.ordinal()}));
        await().untilAsserted(() -> assertThat(provider.snapshot().connections())
                .allMatch(connection -> connection.mode() == SmcMode.SMCD));
        return channel;
    }

    private static void readFlood(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PeerMain.FLOOD_LENGTH);
        while (bytes.hasRemaining()) {
            assertThat(channel.read(bytes)).isPositive();
        }
        for (int i = 0; i < PeerMain.FLOOD_LENGTH; i++) {
            if (bytes.get(i) != (byte) (i % PeerMain.PATTERN_LENGTH)) {
                assertThat(bytes.get(i)).as("byte %d", i).isEqualTo((byte) (i % PeerMain.PATTERN_LENGTH));
            }
        }
    }

    @Test
    void allIsReadThatAKilledWriterHadWritten() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server, Behaviour.FLOOD)) {
            assertThat(server.nextLine()).isEqualTo("flooded");
            server.kill();

            readFlood(channel);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void allIsReadThatAStoppedWriterHadWritten() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server, Behaviour.FLOOD)) {
            assertThat(server.nextLine()).isEqualTo("flooded");
            server.stop();

            readFlood(channel);
            server.resume();
            channel.write(ByteBuffer.allocate(1));
            assertThat(channel.read(ByteBuffer.allocate(1))).as("it has closed").isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStoppedReaderIsWrittenMegabytes(boolean thenKilled) throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server, Behaviour.ECHO)) {
            server.stop();
            byte[] data = new byte[PeerMain.FLOOD_LENGTH];
            new Random(3).nextBytes(data);
            ByteBuffer rest = ByteBuffer.wrap(data);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            if (thenKilled) {
                server.kill();
                assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
                return;
            }
            server.resume();
            ByteBuffer echo = ByteBuffer.allocate(data.length);
            while (echo.hasRemaining()) {
                assertThat(channel.read(echo)).isPositive();
            }
            assertThat(echo.array()).isEqualTo(data);
        }
    }

    @Test
    void aSelectorLeadsAWriterToAllTheRoomThereIs() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server, Behaviour.ECHO);
                Selector selector = provider.openSelector()) {
            server.stop();
            channel.configureBlocking(false).register(selector, SelectionKey.OP_WRITE);
            ByteBuffer rest = ByteBuffer.allocate(PeerMain.FLOOD_LENGTH);
            while (rest.hasRemaining()) {
                selector.select(key -> write(channel, rest));
            }
        }
    }

    private static void write(SocketChannel channel, ByteBuffer rest) {
        try {
            int piece = Math.min(8 * 1024, rest.remaining());
            int n = channel.write(rest.slice(rest.position(), piece));
            rest.position(rest.position() + n);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWriterThatWaitsForAStoppedReaderGoesOnWithIt() throws Exception {
        try (PeerProcess server = PeerProcess.server(0); SocketChannel channel = connect(server, Behaviour.ECHO)) {
            server.stop();
            long all = 4L * PeerMain.FLOOD_LENGTH;
            CompletableFuture<Long> writing = CompletableFuture.supplyAsync(() -> {
                long written = 0;
                for (ByteBuffer piece = ByteBuffer.allocate(100_000); written < all; piece.clear()) {
                    written += writeOnce(channel, piece.limit((int) Math.min(100_000, all - written)));
                }
                return written;
            });
            await().until(() -> provider.snapshot().connections().get(0).bytesSent() > PeerMain.FLOOD_LENGTH);
            server.resume();

            ByteBuffer echo = ByteBuffer.allocate(100_000);
            for (long read = 0; read < all; read += echo.position()) {
                assertThat(channel.read(echo.clear())).isPositive();
            }
            assertThat(writing.join()).isEqualTo(all);
        }
    }

    private static int writeOnce(SocketChannel channel, ByteBuffer piece) {
        try {
            return channel.write(piece);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
