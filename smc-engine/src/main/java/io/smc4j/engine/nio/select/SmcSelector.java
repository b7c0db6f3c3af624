package io.smc4j.engine.nio.select;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Waits for channels on TCP by epoll and for channels on SMC by a {@link Doorbell}, whose epoll set it is.
 *
 * <p>A turn costs the same however many connections are idle: a ready bit makes a key <em>hot</em>; hot keys are looked
 * at in every turn until they are found not to be ready, which makes readiness level-triggered. A peer sets the bit
 * after each change, so a key that was found not ready need not be looked at before. To ask the kernel for the channels
 * on TCP costs more than all that: turns that find channels on SMC ready do so only now and then.
 *
 * <p>Nothing is reported that is not so: Netty takes repeated empty returns for a broken selector.
 */
public final class SmcSelector extends AbstractSelector implements Spinner.Condition {

    private static final int MAX_EVENTS = 256;
    /** How many turns that have found connections on SMC ready may do without asking the kernel for the others. */
    private static final int LOOK_EVERY = 4;

    private final Epoll epoll;
    private final Doorbell doorbell;
    private final Spinner spinner;
    private final KeyTable table = new KeyTable();
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final ReadyKeys ready = new ReadyKeys();
    private final SelectedKeySet selectedKeys = ready.selected();

    private final KeyUpdates updates = new KeyUpdates();
    private final HotKeys hot = new HotKeys();
    private final JdkChannels jdkChannels = new JdkChannels();
    private final WorkerHeldKeys lent = new WorkerHeldKeys();
    private int watched;
    private int turnsUnlooked;
    private volatile boolean sleeping;
    private volatile boolean wakeup;

    public SmcSelector(SelectorProvider provider, Spinner.Policy policy) throws OsException {
        super(provider);
        this.spinner = new Spinner(policy);
        this.doorbell = new Doorbell(MAX_EVENTS);
        this.epoll = doorbell.epoll();
    }

    Epoll epoll() {
        return epoll;
    }

    Doorbell doorbell() {
        return doorbell;
    }

    /** How many descriptors are in the epoll set besides the doorbell; any thread. */
    void countWatched(int difference) {
        synchronized (updates) {
            watched += difference;
        }
    }

    // ---- keys

    @Override
    public Set<SelectionKey> keys() {
        ensureOpen();
        return publicKeys;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        ensureOpen();
        return selectedKeys;
    }

    private void ensureOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        ensureOpen();
        SmcSelectionKey key = new SmcSelectionKey(this, channel);
        key.attach(attachment);
        if (key.socket() == null) {
            jdkChannels.register(key);
        } else if (channel.provider() != provider()) {
            throw new IllegalSelectorException();
        } else {
            key.socket().keys().add(key);
        }
        keys.add(key);
        try {
            key.interestOps(ops);
        } catch (CancelledKeyException e) {
            // Another thread has found it among the keys and cancelled it. The caller gets it as it is, as from the
            // JDK.
        }
        if (!isOpen()) {
            keys.remove(key);
            detach(key);
            key.cancel();
            throw new ClosedSelectorException();
        }
        update(key);
        return key;
    }

    private void detach(SmcSelectionKey key) {
        if (key.socket() == null) {
            jdkChannels.deregister(key);
        } else {
            key.detach();
            key.socket().keys().remove(key);
        }
    }

    /** Has the key looked at in the next selection. */
    void update(SmcSelectionKey key) {
        updates.add(key);
    }

    /** Has the key looked at by the selection in progress. */
    void updateNow(SmcSelectionKey key) {
        update(key);
        if (sleeping) {
            doorbell.signal();
        }
    }

    /** Has the key looked at in this turn; for the selecting thread. */
    void heat(SmcSelectionKey key) {
        hot.add(key);
    }

    /** How many keys the next turn looks at if nothing new comes; for the selecting thread. */
    int hotKeys() {
        return hot.count();
    }

    /** What may keep this thread from polling; for the selecting thread. */
    WorkerHeldKeys workerHeldKeys() {
        return lent;
    }

    private void applyUpdates() throws IOException {
        List<SmcSelectionKey> changed = updates.take();
        try {
            for (int i = 0; i < changed.size(); i++) {
                SmcSelectionKey key = changed.get(i);
                if (key.isValid()) {
                    lent.update(key);
                    apply(key);
                }
            }
        } finally {
            changed.clear();
        }
    }

    private void apply(SmcSelectionKey key) throws IOException {
        SelectableSocket socket = key.socket();
        if (socket != null) {
            SmcConnection connection = socket.smcConnection();
            if (connection != null) {
                key.bind(connection, doorbell);
            }
            int events = socket.pollEvents(key.interest());
            if (key.id < 0 && events != 0) {
                key.id = table.add(key);
            }
            key.watch(events);
        }
        heat(key);
    }

    // ---- selection

    @Override
    public int selectNow() throws IOException {
        return lockAndSelect(null, 0);
    }

    @Override
    public int select(long timeout) throws IOException {
        if (timeout < 0) {
            throw new IllegalArgumentException("negative timeout");
        }
        return lockAndSelect(null, timeout == 0 ? -1 : timeout);
    }

    @Override
    public int select() throws IOException {
        return lockAndSelect(null, -1);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
        Objects.requireNonNull(action);
        if (timeout < 0) {
            throw new IllegalArgumentException("negative timeout");
        }
        return lockAndSelect(action, timeout == 0 ? -1 : timeout);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return select(action, 0);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), 0);
    }

    private int lockAndSelect(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        synchronized (this) {
            ensureOpen();
            ready.begin(action);
            try {
                synchronized (selectedKeys) {
                    return doSelect(timeoutMillis);
                }
            } finally {
                ready.end();
            }
        }
    }

    private int doSelect(long timeoutMillis) throws IOException {
        deregisterCancelled();
        collect(0);
        if (!ready.any() && timeoutMillis != 0 && !isOver()) {
            awaitReady(timeoutMillis);
        } else if (wakeup) {
            wakeup = false;
        }
        if (doorbell.hasSlots()) {
            // On TCP the kernel sees to it: each wake-up may take the processor from who has had it long.
            spinner.found(ready.count());
        }
        deregisterCancelled();
        return ready.count();
    }

    private boolean isOver() {
        return wakeup || !isOpen();
    }

    /**
     * The bracket for what may wait; a turn that finds something at once does without, and without looks at the clock.
     */
    private void awaitReady(long timeoutMillis) throws IOException {
        try {
            begin();
            spinOrSleep(timeoutMillis);
        } finally {
            end();
        }
    }

    private void spinOrSleep(long timeoutMillis) throws IOException {
        long deadline = timeoutMillis > 0 ? System.nanoTime() + timeoutMillis * 1_000_000 : 0;
        for (;;) {
            int events = 0;
            // A poll would take a processor from those who work at the channels this thread has handed to them.
            if (!doorbell.hasSlots() || !spinner.spin(this, doorbell.peerProcessor(), lent.areInUse())) {
                long left = timeoutMillis;
                if (timeoutMillis > 0) {
                    left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
                    if (left <= 0) {
                        return;
                    }
                }
                events = sleep(left);
            }
            collect(events);
            if (ready.any() || isOver()) {
                wakeup = false;
                return;
            }
        }
    }

    /** Whether there is something to collect; what {@link Spinner} polls. */
    @Override
    public boolean isMet() {
        return wakeup || updates.any() || doorbell.isRung();
    }

    private int sleep(long timeoutMillis) throws IOException {
        sleeping = true;
        doorbell.arm();
        try {
            if (isMet() || !isOpen()) {
                return 0;
            }
            long start = System.nanoTime();
            spinner.asleep();
            int events = epoll.await(timeoutMillis);
            spinner.slept(System.nanoTime() - start);
            return events;
        } finally {
            spinner.awake();
            sleeping = false;
            doorbell.disarm();
        }
    }

    /** One turn: finds what is ready, and reports it. */
    private void collect(int epollEvents) throws IOException {
        if (updates.any()) {
            applyUpdates();
        }
        doorbell.drain();
        collectHot();
        if (epollEvents > 0) {
            collectEvents(epollEvents);
        } else if (watched > 0 && (ready.count() == 0 || ++turnsUnlooked >= LOOK_EVERY)) {
            turnsUnlooked = 0;
            collectEvents(epoll.await(0));
        }
    }

    private void collectEvents(int events) {
        for (int i = 0; i < events; i++) {
            SmcSelectionKey key = table.get(epoll.data(i));
            if (key != null && key.isValid()) {
                int interest = key.interest();
                ready.report(key, key.socket().readyOps(epoll.events(i), interest) & interest);
            }
        }
    }

    private void collectHot() throws IOException {
        for (int i = 0; i < hot.count();) {
            SmcSelectionKey key = hot.get(i);
            int ops = key.isValid() ? readyOps(key) & key.interest() : 0;
            if (ops == 0) {
                hot.remove(i);
            } else {
                i++;
                ready.report(key, ops);
            }
        }
    }

    private int readyOps(SmcSelectionKey key) throws IOException {
        if (key.socket() == null) {
            return jdkChannels.readyOps(key);
        }
        try {
            return key.socket().readyOps(key.interest());
        } catch (IllegalStateException e) {
            // Closed by another thread in between, and its memory with it.
            return 0;
        }
    }

    @Override
    public Selector wakeup() {
        if (!wakeup) {
            wakeup = true;
            if (sleeping) {
                doorbell.signal();
            }
        }
        return this;
    }

    // ---- end

    private void deregisterCancelled() throws IOException {
        Set<SelectionKey> cancelled = cancelledKeys();
        if (cancelled.isEmpty()) {
            // Without the lock, twice in each turn: what was cancelled before the turn is seen, the rest by a later
            // one.
            return;
        }
        SelectionKey[] gone;
        synchronized (cancelled) {
            gone = cancelled.toArray(SelectionKey[]::new);
            cancelled.clear();
        }
        boolean flush = false;
        for (SelectionKey key : gone) {
            forget((SmcSelectionKey) key);
            flush |= ((SmcSelectionKey) key).socket() == null;
        }
        if (flush) {
            jdkChannels.flush();
        }
    }

    private void forget(SmcSelectionKey key) {
        detach(key);
        lent.remove(key);
        if (key.id >= 0) {
            table.remove(key.id);
            key.id = -1;
        }
        keys.remove(key);
        selectedKeys.remove(key);
        deregister((AbstractSelectionKey) key);
    }

    @Override
    protected void implCloseSelector() throws IOException {
        wakeup();
        synchronized (this) {
            synchronized (selectedKeys) {
                deregisterCancelled();
                keys.forEach(SelectionKey::cancel);
                deregisterCancelled();
                hot.clear();
                selectedKeys.clear();
                spinner.asleep();
                doorbell.close();
                jdkChannels.close();
            }
        }
    }
}
