package io.smc4j.engine.nio;

import io.smc4j.engine.Addresses;
import io.smc4j.engine.MonitorConfig;
import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor;
import io.smc4j.engine.SmcMonitor.SlowReader;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.LinkGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks at the open connections once a second, on the control loop: how much they move, and whether their readers read.
 * Those on which nothing moves are looked at in turns. It stops when there have been none for a while. A look allocates
 * nothing per connection.
 *
 * <p>The lock that guards the open connections guards it as well.
 */
final class Monitor {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** So many TCP connections at a look are asked what is unread: that takes a system call each. */
    private static final int ASKED_AT_ONCE = 1000;

    private final ControlLoop loop;
    private final Map<ChannelTransport, ?> open;
    private final MonitorConfig config;
    private final LongSupplier nanoTime;
    private final long slowAfter;
    private final RateWindow.Clock clock = new RateWindow.Clock();
    private final Map<SmcMode, FlowTotal> modes = new EnumMap<>(SmcMode.class);
    private final IdentityHashMap<LinkGroup, FlowTotal> groups = new IdentityHashMap<>();
    private final List<Consumer<SlowReader>> listeners = new CopyOnWriteArrayList<>();
    private final List<SlowReader> news = new ArrayList<>();
    private final List<ChannelTransport> stalled = new ArrayList<>();
    /** Connections to look at the next time; all others rest. */
    private final List<ChannelTransport> busy = new ArrayList<>();
    private final RestingFlows resting = new RestingFlows(RestingFlows.AT_ONCE);
    private boolean running;
    private long emptySince;
    /** TCP connections seen at this look, and how many looks it takes to ask all of them. */
    private int tcp;
    private int turns = 1;
    private int asked;
    private long episodes;

    /** @param open the open connections, and the lock */
    Monitor(ControlLoop loop, Map<ChannelTransport, ?> open, MonitorConfig config, LongSupplier nanoTime) {
        this.loop = loop;
        this.open = open;
        this.config = config;
        this.nanoTime = nanoTime;
        this.slowAfter = config.slowAfter().toNanos();
        for (SmcMode mode : SmcMode.values()) {
            modes.put(mode, new FlowTotal(clock));
        }
    }

    /** Whom to tell of each reader that becomes slow; called on the control loop, and must not block. */
    void onSlowReader(Consumer<SlowReader> listener) {
        listeners.add(listener);
    }

    /** There is one more connection. */
    void opened(ChannelTransport channel) {
        if (!config.enabled()) {
            return;
        }
        synchronized (open) {
            busy.add(channel);
            if (running) {
                return;
            }
            running = true;
        }
        loop.execute(this::tick);
    }

    /** Whether it looks now and then. */
    boolean isRunning() {
        synchronized (open) {
            return running;
        }
    }

    /** Connections that it looks at each time. */
    int busy() {
        synchronized (open) {
            return busy.size();
        }
    }

    private void tick() {
        boolean goesOn = lookAtAll();
        for (SlowReader slow : news) {
            LOG.log(System.Logger.Level.WARNING, "Slow reader: " + slow.unread() + " bytes of "
                    + Addresses.text(slow.peer()) + " lie unread at " + Addresses.text(slow.local()) + " since "
                    + slow.since() + " (" + slow.mode() + ")");
            listeners.forEach(listener -> listener.accept(slow));
        }
        news.clear();
        stalled.forEach(ChannelTransport::peerStalled);
        stalled.clear();
        if (goesOn) {
            loop.schedule(PERIOD_NANOS, this::tick);
        }
    }

    /** Takes a look. Returns whether another one is to follow. */
    boolean lookAtAll() {
        synchronized (open) {
            long now = nanoTime.getAsLong();
            if (clock.advance(now)) {
                resting.end(busy::add);
                modes.values().forEach(FlowTotal::begin);
                groups.values().forEach(FlowTotal::begin);
                tcp = 0;
                busy.removeIf(channel -> !channel.look(this, now));
                modes.values().forEach(FlowTotal::end);
                groups.values().forEach(FlowTotal::end);
                groups.values().removeIf(FlowTotal::isOver);
                asked++;
                turns = tcp / ASKED_AT_ONCE + 1;
            }
            if (!open.isEmpty()) {
                emptySince = clock.tick();
            }
            running = clock.tick() - emptySince < RateWindow.QUIET;
            if (!running) {
                resting.clear();
            }
            return running;
        }
    }

    FlowSample newSample(ChannelTransport channel) {
        return new FlowSample(clock, channel);
    }

    /** Tells that something moves on a connection that rests; for any thread. */
    Runnable wakes(FlowSample sample) {
        return () -> resting.wake(sample);
    }

    /** Nanoseconds after which a reader is slow. */
    long slowAfter() {
        return slowAfter;
    }

    /** Whether it is the turn of the next TCP connection to be asked what is unread. */
    boolean isAsked() {
        return tcp++ % turns == asked % turns;
    }

    /** Adds a connection to what it belongs to. */
    void add(SmcMode mode, LinkGroup group, FlowSample sample, boolean rests) {
        FlowTotal inMode = modes.get(mode);
        FlowTotal inGroup = group == null ? null : total(group);
        sample.addTo(inMode);
        if (inGroup != null) {
            sample.addTo(inGroup);
        }
        if (rests) {
            sample.restIn(inMode, inGroup);
            resting.add(sample);
        }
    }

    private FlowTotal total(LinkGroup group) {
        FlowTotal total = groups.get(group);
        if (total == null) {
            total = new FlowTotal(clock);
            total.begin();
            groups.put(group, total);
        }
        return total;
    }

    /** A connection does not rest any more, as something else carries it; {@code null} before its first look. */
    void lookAgain(FlowSample sample) {
        if (sample != null && sample.endRest()) {
            busy.add(sample.channel());
        }
    }

    /** A connection ends. */
    void ended(SmcMode mode, LinkGroup group, FlowSample sample, long sent, long received, long stalled) {
        sample.endRest();
        sample.endIn(modes.get(mode), sent, received, stalled);
        if (group != null) {
            sample.endIn(total(group), sent, received, stalled);
        }
    }

    /** A reader has become slow. */
    void slow(SlowReader reader) {
        episodes++;
        news.add(reader);
    }

    /** A peer's reader has taken nothing for long, while the writer waits. */
    void stalled(ChannelTransport channel) {
        stalled.add(channel);
    }

    /** What it sees; with the lock held. */
    SmcMonitor snapshot() {
        if (!config.enabled()) {
            return SmcMonitor.OFF;
        }
        Map<SmcMode, SmcFlow> flows = new EnumMap<>(SmcMode.class);
        modes.forEach((mode, total) -> flows.put(mode, total.flow()));
        List<SmcMonitor.Peer> peers = new ArrayList<>();
        groups.forEach((group, total) -> peers.add(new SmcMonitor.Peer(group.id(), group.mode(), total.flow())));
        peers.sort(Comparator.comparing(SmcMonitor.Peer::mode).thenComparingInt(SmcMonitor.Peer::linkGroup));
        List<SlowReader> slow = new ArrayList<>();
        open.keySet().forEach(channel -> {
            SlowReader reader = channel.slowReader();
            if (reader != null) {
                slow.add(reader);
            }
        });
        slow.sort(Comparator.comparing(SlowReader::since));
        return new SmcMonitor(true, flows, peers, slow, episodes);
    }
}
