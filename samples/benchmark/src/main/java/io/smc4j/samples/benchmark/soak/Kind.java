package io.smc4j.samples.benchmark.soak;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How a worker uses its connections. */
enum Kind {

    /** Many small exchanges on each. */
    SMALL(500, 1_000, 1_000),
    /** A few large ones: rings grow. */
    LARGE(5, 4 << 20, 4 << 20),
    /** Reads so slowly that its server has to wait. */
    SLOW_READER(2, 100, 3 << 20),
    /** One exchange for each connection. */
    CHURN(1, 2_000, 20_000),
    /** Says that it is done before it reads. */
    HALF_CLOSE(1, 200_000, 1 << 20),
    /** Resets its connection in the midst of a request. */
    ABORT(1, 300_000, 0);

    static final Runnable AT_ONCE = () -> {
    };
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    final int exchanges;
    private final int request;
    private final int answer;

    Kind(int exchanges, int request, int answer) {
        this.exchanges = exchanges;
        this.request = request;
        this.answer = answer;
    }

    /** What happens before each read. */
    Runnable pace() {
        return this == SLOW_READER ? () -> LockSupport.parkNanos(SLOW_NANOS) : AT_ONCE;
    }

    Exchange next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new Exchange(random.nextLong(), random.nextInt(request + 1), random.nextInt(answer + 1));
    }
}
