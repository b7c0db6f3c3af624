package io.smc4j.engine.nio;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for a descriptor in blocking mode: a platform thread in {@code poll}, a virtual thread parked, so that it does not
 * hold its carrier. Reading and writing threads of one descriptor use a waiter each. Shutting the socket down ends a wait.
 */
final class FdWaiter {

    private static final int MAX_EVENTS = 64;

    private record Parked(Thread thread, AtomicBoolean ready) {
    }

    private final int pollEvents;
    private final Epoll epoll;
    private final Map<Long, Parked> parked = new ConcurrentHashMap<>();

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
        return Thread.currentThread().isVirtual() ? park(fd, timeoutMillis)
                : Sockets.poll(fd, pollEvents, timeoutMillis) != 0;
    }

    private boolean park(int fd, long timeoutMillis) throws OsException {
        long start = System.nanoTime();
        Parked self = new Parked(Thread.currentThread(), new AtomicBoolean());
        parked.put((long) fd, self);
        epoll.add(fd, pollEvents | Epoll.EPOLLONESHOT, fd);
        try {
            while (!self.ready.get() && !self.thread.isInterrupted()) {
                long left = timeoutMillis < 0 ? Long.MAX_VALUE
                        : timeoutMillis * 1_000_000 - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            epoll.delete(fd);
            parked.remove((long) fd);
        }
    }

    private void wake() {
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

    /** The control loop must have ended. */
    void close() {
        epoll.close();
    }
}
