package io.smc4j.engine.link;

import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The engine's one thread: waits for the sockets of negotiations, control sockets and listener markers, runs timers,
 * and serves virtual threads, which must not block a carrier. Payload does not pass through it.
 */
public final class ControlLoop implements Executor, AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.link");
    private static final int MAX_EVENTS = 64;

    /** Told when a descriptor has events; runs on the loop's thread. */
    public interface Handler {
        /** @param events as epoll reports them */
        void ready(int events);
    }

    /** Something to be run at a later time; runs on the loop's thread. */
    public static final class Timer {
        private final long deadline;
        /** {@code null} once cancelled: what it would keep alive may be much, and its time far. */
        private volatile Runnable task;

        private Timer(long deadline, Runnable task) {
            this.deadline = deadline;
            this.task = task;
        }

        /** The task will not start any more. */
        public void cancel() {
            task = null;
        }
    }

    private final Doorbell doorbell;
    private final Epoll epoll;
    private final AtomicLong ids = new AtomicLong();
    private final ConcurrentHashMap<Long, Handler> handlers = new ConcurrentHashMap<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(timer -> timer.deadline));
    private final Thread thread;
    private volatile boolean sleeping;
    /** When it wakes by itself at the latest, while {@link #sleeping}, by {@link System#nanoTime()}. */
    private long awakeAt;
    private volatile boolean closed;
    private volatile boolean ended;

    /** Starts the thread, a daemon. */
    public ControlLoop(String name) throws OsException {
        this.doorbell = new Doorbell(MAX_EVENTS);
        this.epoll = doorbell.epoll();
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** The doorbell of connections that no selector watches. */
    public Doorbell doorbell() {
        return doorbell;
    }

    /** Whether the caller is the loop. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** Runs a task soon; when the loop has ended, at once by the calling thread. */
    @Override
    public void execute(Runnable task) {
        enqueue(task, null);
    }

    /** @param timer what the task is about, if it has time until then; {@code null} if it has none */
    private void enqueue(Runnable task, Timer timer) {
        tasks.add(task);
        if (sleeping) {
            if (timer == null || timer.deadline - awakeAt < 0) {
                doorbell.signal();
            }
        } else if (ended) {
            runTasks();
        }
    }

    /** Runs a task later. */
    public Timer schedule(long delayNanos, Runnable task) {
        Timer timer = new Timer(System.nanoTime() + delayNanos, task);
        if (inLoop()) {
            timers.add(timer);
        } else {
            enqueue(() -> timers.add(timer), timer);
        }
        return timer;
    }

    /** Watches a descriptor; returns the number to stop with. */
    public long watch(int fd, int events, Handler handler) throws OsException {
        long id = ids.incrementAndGet();
        handlers.put(id, handler);
        try {
            epoll.add(fd, events, id);
        } catch (OsException e) {
            handlers.remove(id);
            throw e;
        }
        return id;
    }

    /** Changes what a watched descriptor is watched for. */
    public void rewatch(int fd, int events, long id) throws OsException {
        epoll.modify(fd, events, id);
    }

    /** Stops watching; call it before the descriptor is closed. A handler already running is not waited for. */
    public void unwatch(int fd, long id) {
        if (handlers.remove(id) != null) {
            epoll.delete(fd);
        }
    }

    /** How many descriptors are watched. */
    public int watched() {
        return handlers.size();
    }

    private void run() {
        while (!closed) {
            try {
                turn();
            } catch (RuntimeException | OsException | Error e) {
                survive(e);
            }
        }
        doorbell.close();
        ended = true;
        runTasks();
    }

    private void turn() throws OsException {
        runTasks();
        long timeout = runTimers();
        doorbell.drain();
        awakeAt = System.nanoTime() + (timeout < 0 ? Long.MAX_VALUE / 2 : timeout * 1_000_000);
        sleeping = true;
        doorbell.arm();
        boolean busy = !tasks.isEmpty() || doorbell.isRung();
        int n = epoll.await(busy ? 0 : timeout);
        sleeping = false;
        doorbell.disarm();
        for (int i = 0; i < n && !closed; i++) {
            Handler handler = handlers.get(epoll.data(i));
            if (handler != null) {
                // The events behind this one are told only once, so they must be told.
                int told = epoll.events(i);
                guard(() -> handler.ready(told));
            }
        }
    }

    /** One connection's failure must not end all others; what failed has its own deadline. */
    private static void survive(Throwable failure) {
        try {
            LOG.log(System.Logger.Level.WARNING, "SMC control loop", failure);
        } catch (RuntimeException | Error e) {
            // Without descriptors or memory logging fails too; to say so would as well.
            failure.addSuppressed(e);
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guard(task);
        }
    }

    private static void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            survive(e);
        }
    }

    /** Returns milliseconds until the next timer, or -1. */
    private long runTimers() {
        for (;;) {
            Timer first = timers.peek();
            if (first == null) {
                return -1;
            }
            Runnable task = first.task;
            long left = first.deadline - System.nanoTime();
            if (left > 0 && task != null) {
                return left / 1_000_000 + 1;
            }
            timers.poll();
            if (task != null) {
                guard(task);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        doorbell.signal();
        boolean interrupted = false;
        while (!inLoop() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
