package io.smc4j.engine.smcd;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Closes what may hold files that a peer has passed, see {@link io.smc4j.engine.os.PassedFiles}: on a thread for each
 * user, as a file may be made so that to close it takes for ever. Tasks of one user run in order. Thread-safe.
 */
final class PeerFileThreads implements AutoCloseable {

    private static final long IDLE_SECONDS = 1;
    /** How long the engine's end waits for what is left. No peer that means well keeps it waiting at all. */
    private static final long PATIENCE_MILLIS = 500;

    private final Map<Integer, ThreadPoolExecutor> byUser = new ConcurrentHashMap<>();

    /** What runs tasks about the files of a user's processes. */
    Executor of(int user) {
        return byUser.computeIfAbsent(user, PeerFileThreads::start);
    }

    private static ThreadPoolExecutor start(int user) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "smc-close-" + user);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Waits a moment for what is left to be closed; what takes longer, or comes later, is not waited for. */
    @Override
    public void close() {
        CountDownLatch left = new CountDownLatch(byUser.size());
        byUser.values().forEach(executor -> executor.execute(left::countDown));
        try {
            left.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
