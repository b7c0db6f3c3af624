package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlLoopTest {

    private static final Logger LOG = Logger.getLogger("io.smc4j.engine.link");

    private ControlLoop loop;

    @BeforeEach
    void start() throws OsException {
        loop = new ControlLoop("loop-under-test");
    }

    @AfterEach
    void stop() {
        loop.close();
        LOG.setLevel(null);
    }

    @Test
    void runsTasksOnItsThread() {
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        loop.execute(() -> inLoop.complete(loop.inLoop()));

        assertThat(inLoop.join()).isTrue();
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void runsTimersInTheOrderOfTheirTimes() throws InterruptedException {
        StringBuffer order = new StringBuffer();
        CountDownLatch done = new CountDownLatch(3);
        loop.schedule(30_000_000, () -> append(order, "c", done));
        loop.schedule(10_000_000, () -> append(order, "a", done));
        loop.schedule(20_000_000, () -> append(order, "b", done));
        loop.schedule(15_000_000, () -> order.append("cancelled")).cancel();

        done.await();

        assertThat(order).hasToString("abc");
    }

    private static void append(StringBuffer order, String text, CountDownLatch done) {
        order.append(text);
        done.countDown();
    }

    @Test
    void servesTheOthersWhenOneFails() throws Exception {
        LOG.setLevel(Level.OFF);
        int[] descriptors = new int[6];
        CountDownLatch served = new CountDownLatch(3);
        AtomicInteger failures = new AtomicInteger();
        CompletableFuture<Void> ready = new CompletableFuture<>();
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> {
            busy.countDown();
            ready.join();
        });
        busy.await();
        for (int i = 0; i < descriptors.length; i++) {
            int index = i;
            descriptors[i] = EventFd.create();
            loop.watch(descriptors[i], Epoll.EPOLLIN | Epoll.EPOLLET, events -> {
                if (index % 2 == 0) {
                    failures.incrementAndGet();
                    throw new IllegalStateException("as the test wants");
                }
                served.countDown();
            });
            EventFd.signal(descriptors[i]);
        }
        // All of them are edges that come up in the same turn, and once only.
        ready.complete(null);

        served.await();
        CompletableFuture.runAsync(() -> { }, loop).join();
        assertThat(failures).hasValue(3);
        loop.close();
        for (int descriptor : descriptors) {
            Sockets.close(descriptor);
        }
    }

    @Test
    void goesOnAfterAFailedTaskAndAFailedTimer() {
        LOG.setLevel(Level.OFF);
        loop.execute(() -> {
            throw new IllegalStateException("as the test wants");
        });
        CompletableFuture<Void> later = new CompletableFuture<>();
        loop.schedule(0, () -> {
            throw new AssertionError("as the test wants");
        });
        loop.schedule(1, () -> later.complete(null));

        later.join();
    }

    @Test
    void leavesNoTaskUndoneWhenItEnds() {
        AtomicInteger runs = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 10_000; i++) {
                    loop.execute(runs::incrementAndGet);
                }
            });
            threads[t].start();
        }
        loop.close();
        for (Thread thread : threads) {
            join(thread);
        }

        assertThat(runs).hasValue(40_000);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void canBeClosedFromItsOwnThreadAndTwice() {
        CompletableFuture.runAsync(loop::close, loop).join();
        loop.close();
    }
}
