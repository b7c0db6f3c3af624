package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that waits for the other end shows as a test that does not end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(NoDescriptorLeaks.class)
class WakeSocketTest {

    private static final long DATA = 7;

    private final long receiverName = ThreadLocalRandom.current().nextLong();
    private final long senderName = ThreadLocalRandom.current().nextLong();
    private int receiver;
    private int sender;
    private Epoll epoll;

    @BeforeEach
    void open() throws OsException {
        receiver = WakeSocket.openReceiver(receiverName);
        sender = WakeSocket.openSender(senderName, receiverName);
        epoll = Epoll.create(1);
        epoll.add(receiver, Epoll.EPOLLIN | Epoll.EPOLLET, DATA);
    }

    @AfterEach
    void close() {
        epoll.close();
        Sockets.close(receiver);
        Sockets.close(sender);
    }

    @Test
    void wakesAgainAndAgainThoughNothingIsTaken() throws OsException {
        WakeSocket.acceptOnly(receiver, senderName);
        for (int i = 0; i < WakeSocket.CAPACITY; i++) {
            assertThat(WakeSocket.wake(sender)).isTrue();
            assertThat(epoll.await(-1)).isEqualTo(1);
            assertThat(epoll.data(0)).isEqualTo(DATA);
            assertThat(epoll.await(0)).as("told once").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void doesNotWaitForAReceiverThatTakesNothing(boolean connected) throws OsException {
        if (connected) {
            WakeSocket.acceptOnly(receiver, senderName);
        }
        int sent = 0;
        while (WakeSocket.wake(sender)) {
            assertThat(++sent).as("what waits at the sender's cost").isLessThan(1000);
        }

        WakeSocket.drain(receiver);

        assertThat(WakeSocket.wake(sender)).isTrue();
        assertThat(epoll.await(-1)).isEqualTo(1);
    }

    @Test
    void whatTheReceiverDoesToItsEndChangesNothingAtTheOther() throws OsException {
        WakeSocket.acceptOnly(receiver, senderName);
        Sockets.setBlocking(receiver, true);
        SocketOptions.set(receiver, SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF, 1);
        SocketOptions.set(receiver, SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUF, 1);
        for (int i = 0; i < 1000; i++) {
            WakeSocket.wake(sender);
        }

        Sockets.shutdown(receiver, Sockets.SHUT_RDWR);

        assertThat(WakeSocket.wake(sender)).isFalse();
    }

    /** The end that wakes may be made by somebody else; what calls it does not depend on its file status. */
    @Test
    void doesNotWaitOnADescriptorThatBlocks() throws OsException {
        WakeSocket.acceptOnly(receiver, senderName);
        Sockets.setBlocking(sender, true);

        while (WakeSocket.wake(sender)) {
            continue;
        }

        Sockets.setBlocking(receiver, true);
        WakeSocket.drain(receiver);
        WakeSocket.drain(receiver);
        assertThat(WakeSocket.wake(sender)).isTrue();
    }

    @Test
    void isWokenByNobodyElse() throws OsException {
        WakeSocket.acceptOnly(receiver, senderName);

        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> WakeSocket.openSender(senderName + 1, receiverName))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
        assertThat(epoll.await(0)).isZero();
        assertThat(WakeSocket.wake(sender)).isTrue();
    }

    @Test
    void whoWokeBeforeTheSenderWasKnownNoLongerDoes() throws OsException {
        int stranger = WakeSocket.openSender(senderName + 1, receiverName);
        try {
            assertThat(WakeSocket.wake(stranger)).isTrue();

            WakeSocket.acceptOnly(receiver, senderName);

            assertThat(WakeSocket.wake(stranger)).isFalse();
        } finally {
            Sockets.close(stranger);
        }
    }

    @Test
    void whatIsSentToTheSenderIsRefused() throws OsException {
        WakeSocket.acceptOnly(receiver, senderName);

        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> UnixSockets.send(receiver, ByteBuffer.allocate(1)))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EPIPE));
    }

    @Test
    void tellsThatTheReceiverIsGone() throws OsException {
        int gone = WakeSocket.openReceiver(receiverName + 1);
        int left = WakeSocket.openSender(senderName + 1, receiverName + 1);
        Sockets.close(gone);

        assertThat(WakeSocket.wake(left)).isFalse();
        Sockets.close(left);
    }

    @Test
    void cannotBeOpenedWithoutAReceiver() {
        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> WakeSocket.openSender(senderName + 1, receiverName + 1))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
    }
}
