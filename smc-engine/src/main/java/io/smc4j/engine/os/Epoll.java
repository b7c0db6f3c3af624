package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * An epoll set. One thread at a time may wait and look at the events; descriptors may be added, modified and deleted by
 * any thread meanwhile, also when the set is being closed. Must not be closed while a thread waits.
 */
public final class Epoll implements AutoCloseable {

    public static final int EPOLLIN = 0x001;
    public static final int EPOLLOUT = 0x004;
    public static final int EPOLLERR = 0x008;
    public static final int EPOLLHUP = 0x010;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLONESHOT = 1 << 30;
    public static final int EPOLLET = 1 << 31;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    private static final long EVENT_SIZE = Platform.current().epollEventSize();
    private static final long DATA_OFFSET = Platform.current().epollDataOffset();

    private static final MethodHandle EPOLL_CREATE1 = LibC.function("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            LibC.function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            LibC.function("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle FAST_EPOLL_WAIT =
            LibC.withoutErrno("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_POLL =
            LibC.critical("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

    private final int maxEvents;
    private final MemorySegment events;
    private volatile int fd;

    private Epoll(int fd, int maxEvents) {
        this.fd = fd;
        this.maxEvents = maxEvents;
        this.events = Arena.ofAuto().allocate(maxEvents * EVENT_SIZE, Long.BYTES);
    }

    /**
     * Makes an empty set.
     *
     * @param maxEvents how many events one {@link #await} reports at most
     */
    public static Epoll create(int maxEvents) throws OsException {
        if (maxEvents <= 0) {
            throw new IllegalArgumentException("maxEvents " + maxEvents);
        }
        int created;
        try (NativeScratch scratch = NativeScratch.acquire()) {
            created = Descriptors.opened(scratch.resultOrErrno(
                    (int) EPOLL_CREATE1.invokeExact(scratch.errnoCapture(), EPOLL_CLOEXEC)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        return new Epoll(OsException.check("epoll_create1", created), maxEvents);
    }

    /** The set's own descriptor; -1 when closed. */
    public int fd() {
        return fd;
    }

    /**
     * Adds a descriptor.
     *
     * @param events {@code EPOLL} flags
     * @param data what {@link #data} reports with its events
     */
    public void add(int fd, int events, long data) throws OsException {
        OsException.check("epoll_ctl(ADD)", control(EPOLL_CTL_ADD, fd, events, data));
    }

    /** Replaces events and data of a descriptor. */
    public void modify(int fd, int events, long data) throws OsException {
        OsException.check("epoll_ctl(MOD)", control(EPOLL_CTL_MOD, fd, events, data));
    }

    /** Removes a descriptor; nothing happens if it is not in the set or closed. */
    public void delete(int fd) {
        int result = control(EPOLL_CTL_DEL, fd, 0, 0);
        if (result != -Errno.ENOENT && result != -Errno.EBADF) {
            OsException.checkValid("epoll_ctl(DEL)", result);
        }
    }

    /** Not beside {@link #close()}: the number may be another file's afterwards. */
    private synchronized int control(int operation, int target, int events, long data) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.memory().set(JAVA_INT_UNALIGNED, NativeScratch.EPOLL_EVENT, events);
            scratch.memory().set(JAVA_LONG_UNALIGNED, NativeScratch.EPOLL_EVENT + DATA_OFFSET, data);
            return scratch.resultOrErrno((int) EPOLL_CTL.invokeExact(scratch.errnoCapture(), fd, operation, target,
                    scratch.address(NativeScratch.EPOLL_EVENT)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * Waits for events.
     *
     * @param timeoutMillis -1 for ever, 0 not at all; such a mere look never fails
     * @return how many there are; 0 if the time is over or a signal came
     */
    public int await(long timeoutMillis) throws OsException {
        return timeoutMillis == 0 ? look()
                : block(timeoutMillis < 0 ? -1 : (int) Math.min(timeoutMillis, Integer.MAX_VALUE));
    }

    private int look() {
        try {
            return Math.max(0, (int) EPOLL_POLL.invokeExact(fd, events, maxEvents, 0));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private int block(int timeoutMillis) throws OsException {
        int ready;
        try {
            ready = (int) FAST_EPOLL_WAIT.invokeExact(fd, events, maxEvents, timeoutMillis);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        return ready >= 0 ? ready : lookOrExplain();
    }

    private int lookOrExplain() throws OsException {
        int ready;
        try (NativeScratch scratch = NativeScratch.acquire()) {
            ready = scratch.resultOrErrno((int) EPOLL_WAIT.invokeExact(scratch.errnoCapture(), fd, events, maxEvents,
                    0));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        return ready == -Errno.EINTR ? 0 : OsException.check("epoll_wait", ready);
    }

    /** The flags of an event that {@link #await} reported. */
    public int events(int index) {
        return events.get(JAVA_INT_UNALIGNED, index * EVENT_SIZE);
    }

    /** The data of the descriptor of an event that {@link #await} reported. */
    public long data(int index) {
        return events.get(JAVA_LONG_UNALIGNED, index * EVENT_SIZE + DATA_OFFSET);
    }

    /** Closes the set, not the descriptors in it. Idempotent. */
    @Override
    public synchronized void close() {
        int closing = fd;
        if (closing != -1) {
            fd = -1;
            Sockets.close(closing);
        }
    }
}
