package io.smc4j.engine.smcr;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.verbs.AsyncEvent;
import io.smc4j.engine.os.verbs.CompletionChannel;
import io.smc4j.engine.os.verbs.CompletionQueue;
import io.smc4j.engine.os.verbs.VerbsContext;
import io.smc4j.engine.os.verbs.VerbsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * An opened RDMA device, and the completion queue that its links share. Lives on the control loop,
 * which takes the completions.
 *
 * <p>A work request's id names its link, a generation, and what it is; completions of links that are gone are dropped.
 */
final class RdmaDevice implements AutoCloseable {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.smcr");

    /** Work requests that may be under way on all links together. */
    private static final int CQ_ENTRIES = 16_384;
    private static final int MAX_LINKS = CQ_ENTRIES / RdmaLink.WORK_REQUESTS;
    private static final int INDEX_BITS = 12;
    /** Batches of completions taken at a time. */
    private static final int MAX_TURNS = 16;
    private static final long CONTINUE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ControlLoop loop;
    private final VerbsContext context;
    private final CompletionChannel channel;
    private final CompletionQueue queue;
    private final List<RdmaLink> links = new ArrayList<>();
    private final long channelWatch;
    private final long asyncWatch;
    private IntConsumer onPortDown = port -> { };
    private Runnable onPortUp = () -> { };
    private int generations;
    private boolean continues;
    private boolean taking;
    private volatile boolean closed;

    /** Takes over the context. */
    RdmaDevice(ControlLoop loop, VerbsContext context) throws VerbsException, OsException {
        this.loop = loop;
        this.context = context;
        List<AutoCloseable> made = new ArrayList<>();
        try {
            channel = context.createCompletionChannel();
            made.add(channel);
            queue = context.createCompletionQueue(CQ_ENTRIES, channel);
            made.add(queue);
            queue.arm();
            channelWatch = loop.watch(channel.fd(), Epoll.EPOLLIN, events -> completions());
            asyncWatch = loop.watch(context.asyncFd(), Epoll.EPOLLIN, events -> asyncEvents());
        } catch (VerbsException | OsException | RuntimeException e) {
            for (int i = made.size() - 1; i >= 0; i--) {
                close(made.get(i));
            }
            context.close();
            throw e;
        }
    }

    String name() {
        return context.device();
    }

    VerbsContext context() {
        return context;
    }

    CompletionQueue queue() {
        return queue;
    }

    /** Names whom to tell that a port is down; 0 for all of them. */
    void onPortDown(IntConsumer listener) {
        onPortDown = listener;
    }

    /** Names whom to tell that a port is up. */
    void onPortUp(Runnable listener) {
        onPortUp = listener;
    }

    /** Runs something on the control loop. */
    void execute(Runnable task) {
        loop.execute(task);
    }

    /** Returns what a link's work request ids begin with, or -1 if there is no place for it. */
    int add(RdmaLink link) {
        int index = links.indexOf(null);
        if (index < 0) {
            if (links.size() == MAX_LINKS) {
                return -1;
            }
            index = links.size();
            links.add(null);
        }
        links.set(index, link);
        return (++generations << INDEX_BITS | index) & Integer.MAX_VALUE;
    }

    void remove(int key) {
        links.set(key & (1 << INDEX_BITS) - 1, null);
    }

    int linkCount() {
        return (int) links.stream().filter(link -> link != null).count();
    }

    /** Whether messages of some link are under way. */
    boolean isSending() {
        return links.stream().anyMatch(link -> link != null && link.isSending());
    }

    /** Takes the completions there are; what comes by them may ask for those of another device. */
    void completions() {
        if (closed || taking) {
            return;
        }
        taking = true;
        try {
            take();
        } finally {
            taking = false;
        }
    }

    private void take() {
        channel.drain();
        // Armed before the look: what comes after it is an event of its own.
        queue.arm();
        for (int turn = 0; turn < MAX_TURNS && !closed; turn++) {
            int n = queue.poll();
            for (int i = 0; i < n; i++) {
                long id = queue.wrId(i);
                int key = (int) (id >>> Integer.SIZE);
                int index = key & (1 << INDEX_BITS) - 1;
                RdmaLink link = index < links.size() ? links.get(index) : null;
                if (link != null && link.key() == key) {
                    link.completed((int) id, queue.status(i), queue.byteLength(i));
                }
            }
            if (n < CompletionQueue.BATCH) {
                return;
            }
        }
        continueSoon();
    }

    /**
     * A peer that floods must not keep the loop from everything else, and a task that follows itself would. Either the
     * next completion has the rest taken, or time does.
     */
    private void continueSoon() {
        if (!closed && !continues) {
            continues = true;
            loop.schedule(CONTINUE_NANOS, () -> {
                continues = false;
                completions();
            });
        }
    }

    private void asyncEvents() {
        for (AsyncEvent event = context.pollAsyncEvent(); event != null; event = context.pollAsyncEvent()) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", name(), event);
            switch (event.type()) {
                case AsyncEvent.QP_FATAL, AsyncEvent.QP_REQ_ERR, AsyncEvent.QP_ACCESS_ERR -> {
                    int qpn = event.qpn();
                    List.copyOf(links.stream().filter(l -> l != null && l.qpn() == qpn).toList())
                            .forEach(link -> link.fail("queue pair error"));
                }
                case AsyncEvent.PORT_ERR -> onPortDown.accept(event.port());
                case AsyncEvent.DEVICE_FATAL -> onPortDown.accept(0);
                case AsyncEvent.PORT_ACTIVE -> onPortUp.run();
                default -> {
                    // Nothing that a link would not notice itself.
                }
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Other threads that look at the device have its monitor. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.unwatch(channel.fd(), channelWatch);
        loop.unwatch(context.asyncFd(), asyncWatch);
        close(queue);
        close(channel);
        context.close();
    }

    private static void close(AutoCloseable owned) {
        try {
            owned.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "not given back", e);
        }
    }
}
