package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.smc4j.engine.smcr.LoopedPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connection keeps and says when it is to go on over TCP. */
@Timeout(30)
class ConnectionResumptionTest {

    private static final int SIZE = 16 * 1024;

    private LoopedPair pair;
    private SmcConnection client;
    private SmcConnection server;

    @BeforeEach
    void open() throws Exception {
        pair = new LoopedPair(SIZE, SIZE);
        pair.setResumable();
        client = pair.client();
        server = pair.server();
    }

    @AfterEach
    void close() {
        client.resumption().releaseRings();
        server.resumption().releaseRings();
        assertThat(pair.closeAndCount()).isZero();
        pair.close();
    }

    private static ByteBuffer numbers(int from, int to) {
        ByteBuffer bytes = ByteBuffer.allocate(to - from);
        for (int i = from; i < to; i++) {
            bytes.put((byte) i);
        }
        return bytes.flip();
    }

    /** All that is left, as if the socket took it at once. */
    private static ByteBuffer rest(ConnectionResumption of) {
        ByteBuffer all = ByteBuffer.allocate(2 * SIZE);
        for (ByteBuffer rest = of.rest(); rest.hasRemaining(); rest = of.rest()) {
            of.sent(rest.remaining());
            all.put(rest);
        }
        return all.flip();
    }

    @Test
    void sendsWhatThePeerHasNotReceivedAlsoWhereTheBufferWraps() throws Exception {
        client.write(numbers(0, SIZE - 100));
        pair.deliver();
        server.read(ByteBuffer.allocate(SIZE));
        pair.deliver();
        client.write(numbers(SIZE - 100, SIZE));
        pair.deliver();
        client.write(numbers(SIZE, SIZE + 500));

        long received = server.resumption().leaveRing();
        client.resumption().peerHas(received);

        assertThat(received).isEqualTo(SIZE);
        assertThat(rest(client.resumption())).isEqualTo(numbers(SIZE, SIZE + 500));
    }

    @Test
    void takesNothingMoreFromARingThatWasLeft() throws Exception {
        client.write(numbers(0, 10));
        pair.deliver();
        pair.onLoop(() -> assertThat(server.resumption().leaveRing()).isEqualTo(10));
        client.write(numbers(10, 20));
        client.shutdownOutput();
        pair.deliver();

        assertThat(server.read(ByteBuffer.allocate(100))).isEqualTo(10);
        assertThat(server.read(ByteBuffer.allocate(100))).isEqualTo(SmcConnection.UNAVAILABLE);
        assertThat(server.resumption().isLeftByPeer()).isFalse();
        client.close(false);
        pair.deliver();
        assertThat(server.resumption().isLeftByPeer()).isTrue();
        assertThat(server.isPeerGone()).as("what it wrote may come over TCP").isFalse();
    }

    @Test
    void refusesANumberThatCannotBe() throws Exception {
        client.write(numbers(0, 10));
        ConnectionResumption resumption = client.resumption();

        assertThatIOException().isThrownBy(() -> resumption.peerHas(11));
        assertThatIOException().isThrownBy(() -> resumption.peerHas(-1));
        resumption.peerHas(10);
        assertThat(rest(resumption).remaining()).isZero();
    }

    /** Whoever closes at the very moment must not take the send buffer away from what is still to be sent. */
    @Test
    void keepsTheRingsOfAConnectionThatIsClosedAsItsPathIsLost() {
        AtomicBoolean released = new AtomicBoolean(true);
        client.resumption().enable(() -> {
            client.close(false);
            released.set(client.tryRelease());
        });
        pair.onLoop(client::pathLost);

        assertThat(released).isFalse();
        client.resumption().releaseRings();
        assertThat(client.tryRelease()).isTrue();
    }

    @Test
    void endsWithItsPathIfNobodySeesToIt() throws IOException {
        pair.onLoop(client::pathLost);

        assertThatIOException().isThrownBy(() -> client.read(ByteBuffer.allocate(1))).withMessage("Connection reset");
        pair.onLoop(server::pathLost);
    }

    @Test
    void isNotOverIfThePathIsLostBeforeSomebodySeesToIt() throws IOException {
        pair.onLoop(client::pathLost);
        AtomicBoolean told = new AtomicBoolean();
        client.resumption().enable(() -> told.set(true));

        assertThat(told).isTrue();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.UNAVAILABLE);
    }
}
