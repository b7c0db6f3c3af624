package io.smc4j.spring.boot.autoconfigure.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.apache.tomcat.util.ExceptionUtils;
import org.apache.tomcat.util.collections.SynchronizedQueue;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.NioEndpoint.PollerEvent;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Waits for all connections on one thread and hands the ready ones to the workers. The dispatch of a ready key,
 * sendfile included, is inherited; what touches the selector is here.
 *
 * <p>Other threads only enqueue: a key's interest is changed by the polling thread alone.
 */
final class SmcPoller extends NioEndpoint.Poller {

    private static final Log log = LogFactory.getLog(SmcPoller.class);
    private static final int SELECTING = -1;

    private final SmcNioEndpoint endpoint;
    private final Selector selector;
    private final SynchronizedQueue<PollerEvent> events = new SynchronizedQueue<>();
    /** How many events were enqueued since the last select, or {@link #SELECTING} during one. */
    private final AtomicInteger enqueued = new AtomicInteger();
    private volatile boolean stopped;
    private long nextExpiration;

    SmcPoller(SmcNioEndpoint endpoint) throws IOException {
        endpoint.super();
        super.getSelector().close();
        this.endpoint = endpoint;
        this.selector = endpoint.openSelector();
    }

    @Override
    public Selector getSelector() {
        return selector;
    }

    @Override
    public int getKeyCount() {
        return selector.isOpen() ? selector.keys().size() : 0;
    }

    @Override
    protected void destroy() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void register(NioSocketWrapper wrapper) {
        wrapper.interestOps(SelectionKey.OP_READ);
        enqueue(new PollerEvent(wrapper, NioEndpoint.OP_REGISTER));
    }

    @Override
    public void add(NioSocketWrapper wrapper, int interestOps) {
        enqueue(new PollerEvent(wrapper, interestOps));
        if (stopped) {
            endpoint.processSocket(wrapper, SocketEvent.STOP, false);
        }
    }

    private void enqueue(PollerEvent event) {
        events.offer(event);
        if (enqueued.incrementAndGet() == 0) {
            selector.wakeup();
        }
    }

    @Override
    public boolean events() {
        boolean any = false;
        PollerEvent event;
        for (int i = events.size(); i > 0 && (event = events.poll()) != null; i--) {
            any = true;
            NioSocketWrapper wrapper = event.getSocketWrapper();
            SocketChannel channel = wrapper.getSocket().getIOChannel();
            if (channel == null) {
                wrapper.close();
            } else if (event.getInterestOps() == NioEndpoint.OP_REGISTER) {
                register(channel, wrapper);
            } else {
                addInterest(channel.keyFor(selector), wrapper, event.getInterestOps());
            }
        }
        return any;
    }

    private void register(SocketChannel channel, NioSocketWrapper wrapper) {
        try {
            channel.register(selector, SelectionKey.OP_READ, wrapper);
        } catch (IOException | RuntimeException e) {
            log.error("A connection could not be registered", e);
            wrapper.close();
        }
    }

    private static void addInterest(SelectionKey key, NioSocketWrapper wrapper, int ops) {
        // Without a key the connection was closed meanwhile, but not yet counted so.
        if (key == null || key.attachment() == null) {
            wrapper.close();
            return;
        }
        try {
            int interest = key.interestOps() | ops;
            ((NioSocketWrapper) key.attachment()).interestOps(interest);
            key.interestOps(interest);
        } catch (CancelledKeyException e) {
            wrapper.close();
        }
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                try {
                    poll();
                } catch (ClosedSelectorException e) {
                    log.error("The selector was closed before the connector", e);
                    return;
                } catch (Throwable t) {
                    ExceptionUtils.handleThrowable(t);
                    log.error("Polling failed", t);
                }
            }
            closeAll();
        } finally {
            endpoint.pollerStopped();
        }
    }

    private void poll() throws IOException {
        boolean hadEvents = events();
        int selected = enqueued.getAndSet(SELECTING) > 0
                ? selector.selectNow()
                : selector.select(endpoint.getSelectorTimeout());
        enqueued.set(0);
        if (stopped) {
            return;
        }
        if (selected == 0) {
            hadEvents |= events();
        } else {
            dispatch();
        }
        timeout(selected, hadEvents);
    }

    private void dispatch() {
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            NioSocketWrapper wrapper = (NioSocketWrapper) key.attachment();
            if (wrapper != null) {
                processKey(key, wrapper);
            }
        }
    }

    private void closeAll() {
        events();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof NioSocketWrapper wrapper) {
                wrapper.interestOps(0);
                wrapper.close();
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            log.error("The selector could not be closed", e);
        }
    }

    /** Looks for connections that timed out when there is little to do, but at least once per interval. */
    @Override
    protected void timeout(int selected, boolean hadEvents) {
        long now = System.currentTimeMillis();
        if ((selected > 0 || hadEvents) && now < nextExpiration) {
            return;
        }
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof SmcSocketWrapper wrapper) {
                try {
                    expire(key, wrapper, now);
                } catch (CancelledKeyException e) {
                    wrapper.close();
                }
            }
        }
        nextExpiration = System.currentTimeMillis() + endpoint.getSocketProperties().getTimeoutInterval();
    }

    private void expire(SelectionKey key, SmcSocketWrapper wrapper, long now) {
        boolean read = wrapper.interestOpsHas(SelectionKey.OP_READ)
                && isOver(wrapper.getReadTimeout(), now - wrapper.getLastRead());
        boolean write = !read && wrapper.interestOpsHas(SelectionKey.OP_WRITE)
                && isOver(wrapper.getWriteTimeout(), now - wrapper.getLastWrite());
        if (!read && !write) {
            return;
        }
        key.interestOps(0);
        wrapper.interestOps(0);
        wrapper.setError(new SocketTimeoutException());
        Runnable pending = read ? wrapper.pendingRead() : wrapper.pendingWrite();
        boolean handled = pending != null
                ? wrapper.resume(pending)
                : endpoint.processSocket(wrapper, SocketEvent.ERROR, true);
        if (!handled) {
            wrapper.close();
        }
    }

    private static boolean isOver(long timeout, long elapsed) {
        return timeout > 0 && elapsed > timeout;
    }
}
