package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NativeScratchTest {

    @Test
    void isUsedAgain() {
        NativeScratch first = NativeScratch.acquire();
        first.close();

        try (NativeScratch second = NativeScratch.acquire()) {
            assertThat(second).isSameAs(first);
        }
    }

    @Test
    void belongsToOneUserAtATime() {
        Set<NativeScratch> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 100; i++) {
            assertThat(inUse.add(NativeScratch.acquire())).isTrue();
        }
        inUse.forEach(NativeScratch::close);
    }

    @Test
    void isNeverSharedByThreadsThatContendForIt() throws Exception {
        int threads = 8;
        AtomicInteger clashes = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(threads);
        List<Future<Void>> results = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 1; t <= threads; t++) {
                int mark = t;
                results.add(executor.submit(() -> {
                    start.countDown();
                    start.await();
                    for (int i = 0; i < 10_000; i++) {
                        try (NativeScratch scratch = NativeScratch.acquire()) {
                            scratch.setInt(NativeScratch.VALUE, mark);
                            Thread.onSpinWait();
                            if (scratch.getInt(NativeScratch.VALUE) != mark) {
                                clashes.incrementAndGet();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<Void> result : results) {
                result.get();
            }
        }
        assertThat(clashes).hasValue(0);
    }

    @Test
    void turnsAFailureIntoTheNegatedErrorNumber() {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            assertThat(FileCalls.close(scratch, -1)).isEqualTo(-Errno.EBADF);
        }
    }
}
