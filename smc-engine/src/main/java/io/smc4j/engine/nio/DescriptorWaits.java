package io.smc4j.engine.nio;

import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Threads that wait for one channel's descriptor in blocking mode, and how the close of the channel ends that. The
 * descriptor must not be closed while a thread may be in {@link #await}. Any thread may call the rest.
 */
final class DescriptorWaits {

    /** How often a wait looks itself whether it is over, in milliseconds. */
    private static final long SLICE_MILLIS = 100;

    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closing;

    /**
     * Waits for the descriptor to be ready, failed or shut down, unless the channel is being closed.
     *
     * @param timeoutMillis -1 for no limit
     * @return {@code false} if the time was over before
     */
    boolean await(FdWaiter waiter, int fd, long timeoutMillis) throws IOException {
        if (!begin()) {
            return true;
        }
        try {
            return waiter.await(fd, timeoutMillis);
        } finally {
            end();
        }
    }

    /**
     * Begins a system call that waits by itself; {@code false} if there is to be none, as the channel is being closed.
     */
    boolean begin() {
        waiting.incrementAndGet();
        if (closing) {
            end();
            return false;
        }
        return true;
    }

    /** The system call after {@link #begin()} is over. */
    void end() {
        waiting.decrementAndGet();
    }

    /**
     * As {@link #await}, for an AF_SMC socket: to shut down its input, or all of it before it is connected, wakes
     * nobody in the kernel. So the wait has to look itself.
     *
     * @param over whether there is nothing to wait for any more
     */
    boolean awaitSmc(FdWaiter waiter, int fd, long timeoutMillis, BooleanSupplier over) throws IOException {
        long start = System.nanoTime();
        while (!closing && !over.getAsBoolean()) {
            long left = timeoutMillis < 0 ? SLICE_MILLIS
                    : timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            if (await(waiter, fd, Math.min(left, SLICE_MILLIS))) {
                return true;
            }
        }
        return true;
    }

    /** From now on no wait begins. */
    void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    /** Ends the waits under way; after {@link #close()}. */
    void interrupt(int fd) throws IOException {
        if (waiting.get() > 0) {
            Sockets.shutdown(fd, Sockets.SHUT_RDWR);
        }
    }
}
