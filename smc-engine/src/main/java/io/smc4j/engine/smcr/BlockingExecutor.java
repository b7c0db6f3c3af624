package io.smc4j.engine.smcr;

import io.smc4j.engine.link.ControlLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what may block when a link is made: to bring a queue pair into RTR has the kernel resolve the peer's
 * address, which takes a second if nobody answers. There are none while there is nothing to do. Everything else comes
 * back to the control loop.
 */
final class BlockingExecutor implements AutoCloseable {

    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_SECONDS = 10;

    private final ControlLoop loop;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<Runnable> finished = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), this::thread);

    BlockingExecutor(ControlLoop loop) {
        this.loop = loop;
        threads.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "smc-rdma-setup-" + numbers.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Runs something that may block, and then something on the control loop. */
    void run(Runnable blocking, Runnable then) {
        threads.execute(() -> {
            try {
                blocking.run();
            } finally {
                finished.add(then);
                loop.execute(this::finish);
            }
        });
    }

    private void finish() {
        for (Runnable then = finished.poll(); then != null; then = finished.poll()) {
            then.run();
        }
    }

    /** Waits for what has begun, and finishes it. On the control loop. */
    @Override
    public void close() {
        threads.shutdown();
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        while (!threads.isTerminated() && System.nanoTime() - deadline < 0) {
            try {
                threads.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        finish();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
