package io.smc4j.engine.nio.select;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The JDK's own channels in an {@link SmcSelector}: name resolvers bring datagram channels, for example. Their descriptors
 * are out of reach, so a thread waits for them with a selector of the JDK and passes on what it finds. Each finding is
 * passed on once; the next selection asks again.
 */
final class JdkChannels implements AutoCloseable {

    private final Selector selector;
    private final Map<SmcSelectionKey, SelectionKey> inner = new ConcurrentHashMap<>();
    private final Map<SmcSelectionKey, Integer> ready = new ConcurrentHashMap<>();
    private Thread thread;

    JdkChannels() {
        try {
            // Not Selector.open(): this provider may be the default one.
            this.selector = JdkProvider.get().openSelector();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called within the channel's own registration, so its locks are held. */
    synchronized void register(SmcSelectionKey key) {
        SelectableChannel channel = key.channel();
        try {
            inner.put(key, channel.register(selector, 0, key));
        } catch (ClosedChannelException e) {
            // Closed by another thread meanwhile, which cancels its keys, but does not know of this one yet.
            key.cancel();
            return;
        }
        if (thread == null) {
            thread = new Thread(this::run, "smc-jdk-channels");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void deregister(SmcSelectionKey key) {
        SelectionKey innerKey = inner.remove(key);
        ready.remove(key);
        if (innerKey != null) {
            innerKey.cancel();
            // The JDK keeps a closed channel's descriptor until the key is gone from the selector.
            selector.wakeup();
        }
    }

    /** What was found ready; asks again for what the key is interested in. */
    int takeReadyOps(SmcSelectionKey key) {
        Integer found = ready.remove(key);
        if (found != null && (found & key.interest()) != 0) {
            return found;
        }
        SelectionKey innerKey = inner.get(key);
        try {
            if (innerKey != null && innerKey.interestOps() != key.interest()) {
                innerKey.interestOps(key.interest());
                selector.wakeup();
            }
        } catch (CancelledKeyException e) {
            // The channel was closed; its outer key goes the same way.
            return 0;
        }
        return 0;
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::found);
            }
        } catch (java.nio.channels.ClosedSelectorException e) {
            // close() ends the thread like this.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void found(SelectionKey innerKey) {
        SmcSelectionKey key = (SmcSelectionKey) innerKey.attachment();
        try {
            int ops = innerKey.readyOps();
            innerKey.interestOps(0);
            ready.put(key, ops);
        } catch (CancelledKeyException e) {
            return;
        }
        key.changed();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
