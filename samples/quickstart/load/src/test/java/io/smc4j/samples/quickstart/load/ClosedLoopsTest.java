package io.smc4j.samples.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ClosedLoopsTest {

    @Test
    void blockingLoopsRunAtOnceOnThreadsOfTheirOwn() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch allAreThere = new CountDownLatch(5);

        LoadResult result = ClosedLoops.blocking(5, Duration.ZERO, () -> {
            threads.add(Thread.currentThread());
            allAreThere.countDown();
            allAreThere.await();
            return "answer";
        });

        assertThat(threads).hasSize(5);
        assertThat(result.requests()).isEqualTo(5);
        assertThat(result.errors()).isZero();
        assertThat(result.firstError()).isNull();
        assertThat(result.p50Micros()).isPositive().isLessThanOrEqualTo(result.p99Micros());
        assertThat(result.seconds()).isPositive();
    }

    @Test
    void blockingLoopEndsAtItsFirstError() throws Exception {
        AtomicInteger calls = new AtomicInteger();

        LoadResult result = ClosedLoops.blocking(1, Duration.ofMinutes(1), () -> {
            if (calls.incrementAndGet() == 3) {
                throw new IllegalStateException("out of stock");
            }
            return "answer";
        });

        assertThat(result.requests()).isEqualTo(2);
        assertThat(result.errors()).isEqualTo(1);
        assertThat(result.firstError()).contains("out of stock");
    }

    @Test
    void reactiveLoopsSendTheirNextRequestAfterTheAnswer() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();

        LoadResult result = ClosedLoops.reactive(4, Duration.ofMinutes(1), () -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            return calls.incrementAndGet() > 1000
                    ? Mono.error(new IllegalStateException("enough"))
                    : Mono.just("answer").hide().doOnNext(answer -> underWay.decrementAndGet());
        }).block();

        assertThat(result.requests()).isEqualTo(1000);
        assertThat(result.errors()).isEqualTo(4);
        assertThat(result.firstError()).contains("enough");
        assertThat(most.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void reactiveLoopMakesAtLeastOneRequest() {
        LoadResult result = ClosedLoops.reactive(3, Duration.ZERO, () -> Mono.just("answer")).block();

        assertThat(result.requests()).isEqualTo(3);
        assertThat(result.errors()).isZero();
    }
}
