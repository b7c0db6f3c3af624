package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Selects foreign channels by their JDK channels, and JDK channels as they are. */
final class ForeignSelector extends AbstractSelector {

    private final Selector delegate;
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> selected = new HashSet<>();
    /** Kept apart from the delegate's own wake-up, which removing cancelled keys would swallow. */
    private final AtomicBoolean wokenUp = new AtomicBoolean();

    ForeignSelector(SelectorProvider provider, Selector delegate) {
        super(provider);
        this.delegate = delegate;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        SelectableChannel jdkChannel = channel instanceof Foreign foreign ? foreign.delegate() : channel;
        try {
            SelectionKey jdkKey = jdkChannel.register(delegate, ops);
            Key key = new Key(channel, jdkKey);
            key.attach(attachment);
            jdkKey.attach(key);
            if (channel instanceof Foreign foreign) {
                foreign.setDelegateKey(jdkKey);
            }
            keys.add(key);
            return key;
        } catch (ClosedChannelException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Set<SelectionKey> keys() {
        return Collections.unmodifiableSet(keys);
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return selected;
    }

    @Override
    public int selectNow() throws IOException {
        removeCancelled();
        wokenUp.set(false);
        delegate.selectNow();
        return update();
    }

    @Override
    public int select(long timeout) throws IOException {
        removeCancelled();
        if (wokenUp.getAndSet(false)) {
            delegate.selectNow();
        } else {
            delegate.select(timeout);
        }
        return update();
    }

    @Override
    public int select() throws IOException {
        return select(0);
    }

    private int update() throws IOException {
        removeCancelled();
        int changed = 0;
        for (SelectionKey jdkKey : delegate.selectedKeys()) {
            Key key = (Key) jdkKey.attachment();
            if (jdkKey.isValid() && key.isValid() && key.select(jdkKey.readyOps(), !selected.add(key))) {
                changed++;
            }
        }
        delegate.selectedKeys().clear();
        return changed;
    }

    private void removeCancelled() throws IOException {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            if (cancelled.isEmpty()) {
                return;
            }
            for (SelectionKey key : cancelled) {
                ((Key) key).jdkKey.cancel();
                keys.remove(key);
                selected.remove(key);
                deregister((Key) key);
            }
            cancelled.clear();
        }
        delegate.selectNow();
    }

    @Override
    public Selector wakeup() {
        wokenUp.set(true);
        delegate.wakeup();
        return this;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        delegate.close();
        for (SelectionKey key : keys) {
            key.cancel();
            deregister((Key) key);
        }
        keys.clear();
        selected.clear();
    }

    private final class Key extends AbstractSelectionKey {

        private final SelectableChannel channel;
        private final SelectionKey jdkKey;
        private int ready;

        Key(SelectableChannel channel, SelectionKey jdkKey) {
            this.channel = channel;
            this.jdkKey = jdkKey;
        }

        /** Takes over the ready set and returns whether it changed. */
        boolean select(int ops, boolean wasSelected) {
            int before = wasSelected ? ready : 0;
            ready = before | ops;
            return ready != before;
        }

        @Override
        public SelectableChannel channel() {
            return channel;
        }

        @Override
        public Selector selector() {
            return ForeignSelector.this;
        }

        @Override
        public int interestOps() {
            return jdkKey.interestOps();
        }

        @Override
        public SelectionKey interestOps(int ops) {
            jdkKey.interestOps(ops);
            return this;
        }

        @Override
        public int readyOps() {
            return ready;
        }
    }
}
