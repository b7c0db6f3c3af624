package io.smc4j.engine.nio.select;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Doorbell;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;

/** A key of {@link SmcSelector}; a doorbell's listener for a channel on SMC. */
final class SmcSelectionKey extends IndexedKey implements Doorbell.Listener {

    private final SmcSelector selector;
    private final SelectableChannel channel;
    /** {@code null} if the channel is the JDK's. */
    private final SelectableSocket socket;
    private volatile int interestOps;
    private volatile int readyOps;

    /** Whether it waits to be looked at for changes; guarded by the selector's update lock. */
    boolean updateQueued;
    /** Whether it is in the selector's list of keys to look at; for the selecting thread. */
    boolean hot;
    /**
     * Whether nothing is selected for: the channel is in the hands of another thread, as a rule. For the selecting
     * thread.
     */
    boolean lent;
    /** What epoll knows it by; for the selecting thread. */
    long id = -1;

    private int watchedEvents;
    private boolean watched;
    private SmcConnection bound;
    private boolean detached;

    SmcSelectionKey(SmcSelector selector, SelectableChannel channel) {
        this.selector = selector;
        this.channel = channel;
        this.socket = channel instanceof SelectableSocket own ? own : null;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        return selector;
    }

    SelectableSocket socket() {
        return socket;
    }

    @Override
    public int interestOps() {
        ensureValid();
        return interestOps;
    }

    @Override
    public SmcSelectionKey interestOps(int ops) {
        ensureValid();
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException("operations " + ops + " are not valid for " + channel);
        }
        if (ops != interestOps) {
            interestOps = ops;
            selector.update(this);
        }
        return this;
    }

    @Override
    public int readyOps() {
        ensureValid();
        return readyOps;
    }

    int interest() {
        return interestOps;
    }

    int ready() {
        return readyOps;
    }

    void setReady(int ops) {
        readyOps = ops;
    }

    private void ensureValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    @Override
    public void rung() {
        selector.heat(this);
    }

    /** The channel has changed in a way epoll does not see; any thread. */
    void changed() {
        selector.updateNow(this);
    }

    /** Brings the epoll set in line; 0 events means not to be in it. For the selecting thread. */
    synchronized void watch(int events) throws IOException {
        if (detached || events == watchedEvents && watched == (events != 0)) {
            return;
        }
        if (events == 0) {
            selector.epoll().delete(socket.fd());
        } else if (watched) {
            selector.epoll().modify(socket.fd(), events, id);
        } else {
            selector.epoll().add(socket.fd(), events, id);
        }
        if (watched != (events != 0)) {
            watched = !watched;
            selector.countWatched(watched ? 1 : -1);
        }
        watchedEvents = events;
    }

    /** Has the connection ring the selector. For the selecting thread. */
    synchronized void bind(SmcConnection connection, Doorbell doorbell) {
        if (!detached && bound != connection) {
            bound = connection;
            if (socket.keys().isWatchedBeside(this) || !connection.ringAt(doorbell, this)) {
                // Each connection rings at one place only.
                connection.ringAtLoop(socket.keys()::changed);
            }
        }
    }

    /** The selector is not to be told of the channel any more; before its descriptor is closed. Any thread. */
    synchronized void detach() {
        if (detached) {
            return;
        }
        detached = true;
        if (watched) {
            watched = false;
            selector.epoll().delete(socket.fd());
            selector.countWatched(-1);
        }
        if (bound != null) {
            bound.silence(selector.doorbell());
        }
    }

    @Override
    public String toString() {
        return "SmcSelectionKey[" + channel + (isValid() ? ", interest " + interestOps + ", ready " + readyOps
                : ", cancelled") + "]";
    }
}
