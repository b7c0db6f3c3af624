package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Connection;
import io.smc4j.engine.SmcSnapshot.Role;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Connections of clients that are on TCP although their peer takes SMC by now. An attempt fails while a server
 * restarts, say, and what is connected in the pause after it is TCP. Or a listener tells by HTTP that it understands
 * SMC, over a connection that is not. A pool would keep it for as long as it is used. And the other way round: what is
 * on SMC though a rule has come that denies it and that applies to open connections.
 *
 * <p>Looks once a second, as long as there are any. Names a few such connections of each peer, and twice as many each
 * time while it goes well: with none of the peer's under negotiation and no further failure. Names what a rule denies
 * all at once, as TCP cannot fail in its place. Pools end those that are named once nobody uses them, and connect anew.
 *
 * <p>Thread-safe. Has no thread before the first pool registers.
 */
public final class OutdatedConnections implements AutoCloseable {

    /** What holds connections for later use. */
    public interface Pool {

        /**
         * Closes idle connections, never one in use.
         *
         * @param outdated local addresses of connections that were named before and are still open
         */
        void closeIdle(Set<SocketAddress> outdated);
    }

    private static final Log logger = LogFactory.getLog(OutdatedConnections.class);

    private static final long TICK_MILLIS = 1_000;
    private static final int FIRST_BATCH = 4;
    private static final int LARGEST_BATCH = 64;
    /** Causes that pass. The engine remembers each, and leaves the peer alone for longer every time. */
    private static final Set<FallbackReason> PASSING =
            EnumSet.of(FallbackReason.RECENT_FAILURE, FallbackReason.TIMEOUT, FallbackReason.PEER_LOST);

    /** Causes that have passed when the listener has told. */
    private static final Set<FallbackReason> UNKNOWN_LISTENER = EnumSet.of(FallbackReason.PEER_WITHOUT_SMC,
            FallbackReason.NOT_ANNOUNCED, FallbackReason.NOT_IN_DIRECTORY);

    private final SmcRuntime runtime;
    private final DeniedConnections denied;
    private final List<Pool> pools = new CopyOnWriteArrayList<>();
    /** How many connections of a peer to name next; for the thread that looks. */
    private final Map<InetSocketAddress, Integer> batches = new HashMap<>();
    private volatile Set<SocketAddress> named = Set.of();
    private volatile boolean newsOfListeners;
    /** How many connections went to TCP for a cause that passes; for the thread that looks, as is what follows. */
    private long fallbacks;
    private boolean someLeft;
    private int looksLeft;
    private ScheduledExecutorService clock;
    private boolean closed;

    /** Begins to look when there is something to look for. */
    public OutdatedConnections(SmcRuntime runtime) {
        this.runtime = runtime;
        this.denied = new DeniedConnections(runtime);
    }

    /** Has a pool close what it holds for nobody, and begins to look. */
    public synchronized void register(Pool pool) {
        pools.add(pool);
        if (clock == null && !closed && runtime.isAvailable()) {
            clock = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "smc-outdated");
                thread.setDaemon(true);
                return thread;
            });
            clock.scheduleWithFixedDelay(this::lookSafely, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether a connection is to be ended as soon as nobody uses it. Costs next to nothing. */
    public boolean includes(SocketAddress local) {
        Set<SocketAddress> current = named;
        return !current.isEmpty() && local != null && current.contains(local);
    }

    /** A listener has told that it understands SMC. */
    void lookAgain() {
        newsOfListeners = true;
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            // The next look may succeed; without one, connections merely stay on TCP.
            logger.debug("connections not looked at", e);
        }
    }

    /** To look takes a copy of all connections, so it is done only if there are outdated ones, or may be. */
    private boolean isWorthALook() {
        long now = runtime.fallbacks().entrySet().stream().filter(entry -> PASSING.contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue).sum();
        boolean newRules = denied.hasNewRules();
        if (now != fallbacks || newsOfListeners || newRules) {
            fallbacks = now;
            newsOfListeners = false;
            // A connection is counted a moment before it shows.
            looksLeft = 2;
        }
        if (looksLeft > 0) {
            looksLeft--;
            return true;
        }
        return someLeft;
    }

    /** Names further connections, and has those ended that were named before and that nobody uses. */
    void look() {
        if (!isWorthALook()) {
            return;
        }
        Map<InetSocketAddress, List<SocketAddress>> outdated = new HashMap<>();
        Set<InetSocketAddress> negotiating = new HashSet<>();
        Set<SocketAddress> now = new HashSet<>();
        someLeft = false;
        for (Connection connection : runtime.snapshot().connections()) {
            if (connection.role() != Role.CLIENT) {
                continue;
            }
            if (denied.includes(connection)) {
                someLeft = true;
                if (connection.mode() != null) {
                    now.add(connection.local());
                }
            }
            if (connection.mode() == null) {
                negotiating.add(connection.peer());
            } else if (connection.mode() == SmcMode.TCP && connection.fallbackReason() != null
                    && hasPassed(connection.fallbackReason(), connection.peer())) {
                outdated.computeIfAbsent(connection.peer(), peer -> new ArrayList<>())
                        .add(connection.local());
            }
        }
        someLeft |= !outdated.isEmpty();
        Set<SocketAddress> before = named;
        batches.keySet().retainAll(outdated.keySet());
        outdated.forEach((peer, locals) -> name(peer, locals, before, negotiating.contains(peer), now));
        named = Set.copyOf(now);
        Set<SocketAddress> left = new HashSet<>(now);
        left.retainAll(before);
        if (!left.isEmpty()) {
            pools.forEach(pool -> pool.closeIdle(left));
        }
    }

    private boolean hasPassed(FallbackReason reason, InetSocketAddress peer) {
        return PASSING.contains(reason)
                || UNKNOWN_LISTENER.contains(reason) && runtime.httpDiscovery().hasLearned(peer);
    }

    private void name(InetSocketAddress peer, List<SocketAddress> locals, Set<SocketAddress> before, boolean wait,
            Set<SocketAddress> now) {
        if (wait || !runtime.mayConnectTo(peer)) {
            // What comes of the last ones shows later. Until then TCP serves.
            batches.computeIfPresent(peer, (key, batch) -> wait ? batch : FIRST_BATCH);
            return;
        }
        int batch = batches.getOrDefault(peer, FIRST_BATCH);
        batches.put(peer, Math.min(2 * batch, LARGEST_BATCH));
        int left = batch;
        for (SocketAddress local : locals) {
            if (before.contains(local) || left-- > 0) {
                now.add(local);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (clock != null) {
            clock.shutdownNow();
        }
    }
}
