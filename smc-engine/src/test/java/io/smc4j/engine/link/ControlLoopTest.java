package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlLoopTest {

    private final ControlLoop loop = new ControlLoop("control-loop-under-test");

    ControlLoopTest() throws OsException {
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void aFailedTaskOrTimerDoesNotEndTheOthers() throws Exception {
        CountDownLatch done = new CountDownLatch(4);
        loop.execute(() -> {
            throw new IllegalStateException("expected in the log");
        });
        loop.execute(done::countDown);
        loop.schedule(0, () -> {
            throw new AssertionError("expected in the log");
        });
        loop.schedule(0, done::countDown);
        loop.schedule(1_000_000, done::countDown);
        loop.execute(done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eventsBehindAFailedHandlerAreTold() throws Exception {
        int[] descriptors = new int[8];
        CountDownLatch told = new CountDownLatch(descriptors.length);
        CountDownLatch ready = new CountDownLatch(1);
        for (int i = 0; i < descriptors.length; i++) {
            descriptors[i] = EventFd.create();
            loop.watch(descriptors[i], Epoll.EPOLLIN | Epoll.EPOLLET, events -> {
                told.countDown();
                throw new IllegalStateException("expected in the log");
            });
        }
        // All in one turn.
        loop.execute(() -> {
            try {
                ready.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int descriptor : descriptors) {
            EventFd.signal(descriptor);
        }
        ready.countDown();

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        for (int descriptor : descriptors) {
            Sockets.close(descriptor);
        }
    }

    @Test
    void aCancelledTimerDoesNotRun() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        loop.execute(() -> {
            loop.schedule(0, never::countDown).cancel();
            loop.schedule(1_000_000, done::countDown);
        });

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(never.getCount()).isEqualTo(1);
    }
}
