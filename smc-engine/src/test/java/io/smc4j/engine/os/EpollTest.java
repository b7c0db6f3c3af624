package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoDescriptorLeaks.class)
class EpollTest {

    private static final long DATA = 0x1122_3344_5566_7788L;

    private Epoll epoll;
    private int eventFd;

    @BeforeEach
    void open() throws OsException {
        epoll = Epoll.create(16);
        eventFd = EventFd.create();
    }

    @AfterEach
    void close() throws OsException {
        epoll.close();
        Sockets.close(eventFd);
    }

    @Test
    void reportsEventsWithTheirData() throws OsException {
        epoll.add(eventFd, Epoll.EPOLLIN, DATA);
        assertThat(epoll.await(0)).isZero();
        assertThat(epoll.await(1)).isZero();

        EventFd.signal(eventFd);
        for (long timeout : new long[] {0, 1, -1, Long.MAX_VALUE}) {
            assertThat(epoll.await(timeout)).isEqualTo(1);
            assertThat(epoll.events(0)).isEqualTo(Epoll.EPOLLIN);
            assertThat(epoll.data(0)).isEqualTo(DATA);
        }
    }

    @Test
    void reportsManyAtOnceEachWithItsOwnData() throws OsException {
        Map<Long, Integer> expected = new HashMap<>();
        int[] descriptors = new int[5];
        for (int i = 0; i < descriptors.length; i++) {
            descriptors[i] = EventFd.create();
            int events = i % 2 == 0 ? Epoll.EPOLLIN : Epoll.EPOLLIN | Epoll.EPOLLOUT;
            epoll.add(descriptors[i], events, DATA + i);
            EventFd.signal(descriptors[i]);
            expected.put(DATA + i, events);
        }

        assertThat(epoll.await(-1)).isEqualTo(5);
        Map<Long, Integer> reported = new HashMap<>();
        for (int i = 0; i < 5; i++) {
            reported.put(epoll.data(i), epoll.events(i));
        }
        assertThat(reported).isEqualTo(expected);
        for (int descriptor : descriptors) {
            Sockets.close(descriptor);
        }
    }

    @Test
    void reportsNoMoreThanItHasRoomFor() throws OsException {
        try (Epoll small = Epoll.create(1); TcpPair pair = TcpPair.open()) {
            small.add(pair.client(), Epoll.EPOLLOUT, 1);
            small.add(pair.server(), Epoll.EPOLLOUT, 2);
            assertThat(small.await(-1)).isEqualTo(1);
        }
    }

    @Test
    void edgeTriggeredEventsComeOnce() throws OsException {
        epoll.add(eventFd, Epoll.EPOLLIN | Epoll.EPOLLET, DATA);
        EventFd.signal(eventFd);
        assertThat(epoll.await(-1)).isEqualTo(1);
        assertThat(epoll.await(0)).isZero();
        EventFd.signal(eventFd);
        assertThat(epoll.await(0)).isEqualTo(1);
    }

    @Test
    void oneShotEventsComeAgainOnlyWhenModified() throws OsException {
        epoll.add(eventFd, Epoll.EPOLLIN | Epoll.EPOLLONESHOT, 1);
        EventFd.signal(eventFd);
        assertThat(epoll.await(-1)).isEqualTo(1);
        EventFd.signal(eventFd);
        assertThat(epoll.await(0)).isZero();

        epoll.modify(eventFd, Epoll.EPOLLIN | Epoll.EPOLLONESHOT, 2);
        assertThat(epoll.await(-1)).isEqualTo(1);
        assertThat(epoll.data(0)).isEqualTo(2);
    }

    @Test
    void tellsHowAConnectionEnds() throws OsException {
        try (TcpPair pair = TcpPair.open()) {
            epoll.add(pair.server(), Epoll.EPOLLIN | Epoll.EPOLLRDHUP, DATA);
            Sockets.shutdown(pair.client(), Sockets.SHUT_WR);
            assertThat(epoll.await(-1)).isEqualTo(1);
            assertThat(epoll.events(0)).isEqualTo(Epoll.EPOLLIN | Epoll.EPOLLRDHUP);
            Sockets.shutdown(pair.server(), Sockets.SHUT_WR);
            assertThat(epoll.await(-1)).isEqualTo(1);
            assertThat(epoll.events(0) & Epoll.EPOLLHUP).isNotZero();
        }
    }

    @Test
    void deletingTakesEffectAndIsRepeatable() throws OsException {
        epoll.add(eventFd, Epoll.EPOLLIN, DATA);
        EventFd.signal(eventFd);
        epoll.delete(eventFd);
        assertThat(epoll.await(0)).isZero();
        epoll.delete(eventFd);
        epoll.delete(-1);
    }

    @Test
    void refusesWhatIsThereAlreadyOrNotAtAll() throws OsException {
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> epoll.modify(eventFd, Epoll.EPOLLIN, 0))
                .withMessage("epoll_ctl(MOD): No such file or directory (ENOENT)");
        epoll.add(eventFd, Epoll.EPOLLIN, 0);
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> epoll.add(eventFd, Epoll.EPOLLIN, 0))
                .withMessage("epoll_ctl(ADD): File exists (EEXIST)");
    }

    @Test
    void aWaitingThreadSeesWhatAnotherAdds() throws Exception {
        try (TcpPair pair = TcpPair.open()) {
            CompletableFuture<Integer> ready = CompletableFuture.supplyAsync(() -> {
                try {
                    return epoll.await(-1);
                } catch (OsException e) {
                    throw new AssertionError(e);
                }
            });
            epoll.add(pair.server(), Epoll.EPOLLIN, DATA);
            Sockets.write(pair.client(), ByteBuffer.allocate(1));
            assertThat(ready.get()).isEqualTo(1);
            assertThat(epoll.data(0)).isEqualTo(DATA);
        }
    }

    @Test
    void closesOnce() throws OsException {
        epoll.close();
        epoll.close();
        assertThat(epoll.fd()).isEqualTo(-1);
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> epoll.await(1))
                .withMessage("epoll_wait: Bad file descriptor (EBADF)");
    }

    @Test
    void takesNothingOnceClosed() {
        epoll.close();

        assertThatExceptionOfType(OsException.class).isThrownBy(() -> epoll.add(eventFd, Epoll.EPOLLIN, DATA))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        epoll.delete(eventFd);
    }
}
