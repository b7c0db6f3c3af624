package io.smc4j.engine.nio.select;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The JDK's own channels in an {@link SmcSelector}: name resolvers bring datagram channels, for example. Their
 * descriptors are out of reach, so each channel is registered with two selectors of the JDK. One is the selecting
 * thread's, which asks it what a channel is ready for, without waiting. The other is a thread's, which waits for the
 * channels that were not ready when last asked for. What that thread finds it does not report: it has the selecting
 * thread ask again.
 */
final class JdkChannels implements AutoCloseable {

    private record Keys(SelectionKey asked, SelectionKey awaited) {
    }

    private final Map<SmcSelectionKey, Keys> keys = new ConcurrentHashMap<>();
    private final Consumer<SelectionKey> answer = this::answered;
    /** Keeps the thread from its selector while another thread wants it. */
    private final Object gate = new Object();
    /** {@code null} until there is a channel, as {@link #awaiting}. */
    private volatile Selector asking;
    private volatile Selector awaiting;
    private SelectionKey question;
    private int readyOps;
    private boolean closed;

    /** Called within the channel's own registration, so its locks are held. */
    synchronized void register(SmcSelectionKey key) {
        open();
        SelectableChannel channel = key.channel();
        try {
            keys.put(key, new Keys(channel.register(asking, 0), channel.register(awaiting, 0, key)));
        } catch (ClosedChannelException e) {
            // Closed by another thread meanwhile, which cancels its keys, but does not know of this one yet.
            key.cancel();
        }
    }

    private void open() {
        if (closed) {
            throw new ClosedSelectorException();
        }
        if (awaiting != null) {
            return;
        }
        try {
            // Not Selector.open(): this provider may be the default one.
            if (asking == null) {
                asking = JdkProvider.get().openSelector();
            }
            awaiting = JdkProvider.get().openSelector();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::run, "smc-jdk-channels");
        thread.setDaemon(true);
        thread.start();
    }

    /** Forgets a channel, as far as that goes without the selectors; {@link #flush} does the rest. */
    void deregister(SmcSelectionKey key) {
        Keys gone = keys.remove(key);
        if (gone != null) {
            gone.asked.cancel();
            gone.awaited.cancel();
        }
    }

    /**
     * Has both selectors let go of the channels that were deregistered: until then the JDK keeps the descriptor of one
     * that is closed, and registers none again. For the selecting thread.
     */
    void flush() throws IOException {
        if (awaiting == null) {
            return;
        }
        asking.selectNow(answer);
        synchronized (gate) {
            awaiting.wakeup();
            awaiting.selectNow(this::found);
        }
    }

    /**
     * What the channel is ready for, of what the key is selected for. If for nothing, the thread awaits that. For the
     * selecting thread.
     */
    int readyOps(SmcSelectionKey key) throws IOException {
        Keys known = keys.get(key);
        if (known == null) {
            return 0;
        }
        try {
            int interest = key.interest();
            int ready = interest == 0 ? 0 : ask(known.asked, interest);
            if (ready == 0 && known.awaited.interestOps() != interest) {
                known.awaited.interestOps(interest);
                awaiting.wakeup();
            }
            return ready;
        } catch (CancelledKeyException e) {
            // The channel was closed; its outer key goes the same way.
            return 0;
        }
    }

    private int ask(SelectionKey asked, int interest) throws IOException {
        question = asked;
        readyOps = 0;
        asked.interestOps(interest);
        asking.selectNow(answer);
        asked.interestOps(0);
        return readyOps;
    }

    private void answered(SelectionKey asked) {
        if (asked == question) {
            readyOps = asked.readyOps();
        }
    }

    private void run() {
        try {
            while (awaiting.isOpen()) {
                synchronized (gate) {
                    // Whoever has the gate has woken this thread to have the selector.
                }
                awaiting.select(this::found);
            }
        } catch (ClosedSelectorException e) {
            // close() ends the thread like this.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void found(SelectionKey awaited) {
        try {
            awaited.interestOps(0);
        } catch (CancelledKeyException e) {
            return;
        }
        ((SmcSelectionKey) awaited.attachment()).changed();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (Selector selector : new Selector[] {asking, awaiting}) {
            if (selector != null) {
                selector.close();
            }
        }
    }
}
