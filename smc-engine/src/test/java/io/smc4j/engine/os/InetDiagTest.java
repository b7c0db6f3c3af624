package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.os.InetDiag.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InetDiagTest {

    private InetDiag kernel;

    @BeforeEach
    void open() throws Exception {
        kernel = InetDiag.open();
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void findsAConnectionBeforeItIsAccepted(String host) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(host, 0));
            InetSocketAddress server = (InetSocketAddress) listener.getLocalAddress();
            try (SocketChannel client = SocketChannel.open(server)) {
                InetSocketAddress from = (InetSocketAddress) client.getLocalAddress();

                InetDiag.Connection before = kernel.find(server, from);
                assertThat(before.state()).isEqualTo(State.ESTABLISHED);
                assertThat(before.bytesReceived()).isZero();
                assertThat(before.millisSinceAck()).isLessThan(60_000);

                client.write(ByteBuffer.wrap(new byte[10]));
                Awaitility.await().until(() -> kernel.find(server, from).bytesReceived() == 10);
            }
        }
    }

    @Test
    void findsAnIpv4ConnectionOfADualStackListener() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(0));
            InetSocketAddress server = new InetSocketAddress("127.0.0.1", listener.socket().getLocalPort());
            try (SocketChannel client = SocketChannel.open(server)) {
                assertThat(kernel.find(server, (InetSocketAddress) client.getLocalAddress()).state())
                        .isEqualTo(State.ESTABLISHED);
            }
        }
    }

    /** For what is not there the kernel names the listener. */
    @Test
    void doesNotTakeTheListenerForAConnection() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            InetSocketAddress server = (InetSocketAddress) listener.getLocalAddress();

            assertThat(kernel.find(server, new InetSocketAddress("127.0.0.1", 1)).state()).isEqualTo(State.NONE);
        }
    }

    @Test
    void doesNotFindWhatIsNotThereNorWhatIsOver() throws Exception {
        InetSocketAddress server = new InetSocketAddress("127.0.0.1", 1);
        assertThat(kernel.find(server, new InetSocketAddress("127.0.0.1", 2)).state()).isEqualTo(State.NONE);
        assertThat(kernel.find(server, new InetSocketAddress(InetAddress.getByName("::1"), 2)).state())
                .as("one family here, the other there").isEqualTo(State.NONE);
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            InetSocketAddress bound = (InetSocketAddress) listener.getLocalAddress();
            InetSocketAddress from;
            try (Socket client = new Socket(bound.getAddress(), bound.getPort())) {
                from = (InetSocketAddress) client.getLocalSocketAddress();
            }
            Awaitility.await().until(() -> kernel.find(bound, from).state() == State.NONE);
        }
    }

    @Test
    void looksUpManyTimes() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 1);
        for (int i = 0; i < 1000; i++) {
            assertThat(kernel.find(nobody, new InetSocketAddress("127.0.0.1", 2)).state()).isEqualTo(State.NONE);
        }
    }

    @Test
    void refusesAnswersThatMakeNoSense() {
        Random random = new Random(42);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            ByteBuffer answer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            if (length >= Integer.BYTES) {
                answer.putInt(0, length + 1);
            }
            assertThatExceptionOfType(OsException.class).as("%d bytes", length)
                    .isThrownBy(() -> InetDiag.parse(answer, 1, 2));
        }
    }

    /** An attribute of a length that leads nowhere. */
    @Test
    void takesAConnectionOfWhichNothingIsKnownForOldAndBusy() throws Exception {
        ByteBuffer answer = ByteBuffer.allocate(16 + 72 + 8).order(ByteOrder.nativeOrder());
        answer.putInt(0, answer.capacity()).putShort(4, (short) 20).put(17, (byte) 1);
        answer.order(ByteOrder.BIG_ENDIAN).putShort(20, (short) 80).putShort(22, (short) 9000);
        answer.order(ByteOrder.nativeOrder()).putShort(88, (short) 0);

        InetDiag.Connection connection = InetDiag.parse(answer, 80, 9000);

        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
        assertThat(connection.bytesReceived()).isEqualTo(Long.MAX_VALUE);
        assertThat(connection.millisSinceAck()).isEqualTo(Long.MAX_VALUE);
        assertThat(InetDiag.parse(answer, 81, 9000).state()).as("another port").isEqualTo(State.NONE);
    }
}
