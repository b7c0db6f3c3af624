package io.smc4j.engine.nio;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for a descriptor in blocking mode: a platform thread in {@code poll}, a virtual thread parked, so that it does
 * not hold its carrier. Reading and writing threads of one descriptor use a waiter each. Shutting the socket down ends
 * a wait.
 *
 * <p>TCP connections outlive the engine. Once it is closed, a virtual thread has a platform thread of its own wait for
 * it.
 */
final class FdWaiter {

    private static final int MAX_EVENTS = 64;

    private record Parked(Thread thread, AtomicBoolean ready) {
    }

    private final int pollEvents;
    private final Epoll epoll;
    private final Map<Long, Parked> parked = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param pollEvents {@link Sockets#POLLIN} or {@link Sockets#POLLOUT}, which epoll has the same values for */
    FdWaiter(ControlLoop loop, int pollEvents) throws OsException {
        this.pollEvents = pollEvents;
        this.epoll = Epoll.create(MAX_EVENTS);
        try {
            loop.watch(epoll.fd(), Epoll.EPOLLIN, events -> wake());
        } catch (OsException e) {
            epoll.close();
            throw e;
        }
    }

    /**
     * Waits for the descriptor to be ready, failed or shut down.
     *
     * @param timeoutMillis -1 for no limit
     * @return {@code false} if the time was over before
     */
    boolean await(int fd, long timeoutMillis) throws OsException {
        if (!Thread.currentThread().isVirtual()) {
            return Sockets.poll(fd, pollEvents, timeoutMillis) != 0;
        }
        long start = System.nanoTime();
        boolean ready = park(fd, timeoutMillis, start);
        return ready || closed && pollElsewhere(fd, timeoutMillis, start);
    }

    /** Returns {@code false} if the time is over or the waiter is closed. */
    private boolean park(int fd, long timeoutMillis, long start) throws OsException {
        Parked self = new Parked(Thread.currentThread(), new AtomicBoolean());
        parked.put((long) fd, self);
        try {
            epoll.add(fd, pollEvents | Epoll.EPOLLONESHOT, fd);
            while (!self.ready.get() && !self.thread.isInterrupted()) {
                long left = left(timeoutMillis, start);
                if (left <= 0 || closed) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } catch (OsException e) {
            if (closed) {
                return false;
            }
            throw e;
        } finally {
            epoll.delete(fd);
            parked.remove((long) fd);
        }
    }

    private static long left(long timeoutMillis, long start) {
        return timeoutMillis < 0 ? Long.MAX_VALUE : timeoutMillis * 1_000_000 - (System.nanoTime() - start);
    }

    private boolean pollElsewhere(int fd, long timeoutMillis, long start) throws OsException {
        long millis = timeoutMillis < 0 ? -1 : Math.max(0, (left(timeoutMillis, start) + 999_999) / 1_000_000);
        FutureTask<Boolean> poll = new FutureTask<>(() -> Sockets.poll(fd, pollEvents, millis) != 0);
        Thread.ofPlatform().daemon().name("smc-poll").start(poll);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return poll.get();
                } catch (InterruptedException e) {
                    // It closes the channel, which shuts the socket down. Until then the descriptor must stay.
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof OsException cause) {
                        throw cause;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void wake() {
        if (closed) {
            return;
        }
        try {
            int n = epoll.await(0);
            for (int i = 0; i < n; i++) {
                Parked waiting = parked.get(epoll.data(i));
                if (waiting != null) {
                    waiting.ready.set(true);
                    LockSupport.unpark(waiting.thread);
                }
            }
        } catch (OsException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Idempotent; waiting threads go on waiting. */
    synchronized void close() {
        closed = true;
        epoll.close();
        parked.values().forEach(waiting -> LockSupport.unpark(waiting.thread));
    }
}
