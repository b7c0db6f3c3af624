package io.smc4j.samples.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The schedule does not heed how long requests take. */
class PaceTest {

    @Test
    void fixesTimesOnceAndForAll() {
        Pace pace = new Pace(1_000, TimeUnit.MILLISECONDS.toNanos(5));
        List<Long> due = new ArrayList<>();
        for (long next; (next = pace.take()) >= 0; ) {
            due.add(next);
            Pace.await(System.nanoTime() + 3_000_000);
        }
        long first = due.get(0);
        assertThat(due).containsExactly(first, first + 1_000_000, first + 2_000_000, first + 3_000_000,
                first + 4_000_000);
    }

    @Test
    void givesEachTimeToOneThread() throws Exception {
        Pace pace = new Pace(10_000, TimeUnit.SECONDS.toNanos(1));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Integer> taker = () -> {
                int taken = 0;
                while (pace.take() >= 0) {
                    taken++;
                }
                return taken;
            };
            int sum = 0;
            for (Future<Integer> taken : threads.invokeAll(List.of(taker, taker, taker, taker))) {
                sum += taken.get();
            }
            assertThat(sum).isEqualTo(10_000);
        }
    }

    @Test
    void waitsNoShorterThanAsked() {
        long due = System.nanoTime() + 2_000_000;
        Pace.await(due);
        assertThat(System.nanoTime()).isGreaterThanOrEqualTo(due);
    }

    @Test
    void isOverAtOnceWithoutTime() {
        assertThat(new Pace(0, 0).take()).isEqualTo(-1);
        assertThat(new Pace(1_000, 0).take()).isEqualTo(-1);
    }
}
