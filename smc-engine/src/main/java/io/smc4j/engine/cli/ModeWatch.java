package io.smc4j.engine.cli;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at the engine's snapshots until one connection's negotiation has ended, and tells so once. The connection
 * cannot be asked itself: to its owner it is an ordinary channel, handed out before the mode stands.
 */
final class ModeWatch {

    private static final long INTERVAL_MILLIS = 5;

    private final SmcSelectorProvider provider;
    private final InetSocketAddress local;
    private final InetSocketAddress peer;
    private final Consumer<SmcSnapshot.Connection> decided;
    private boolean told;
    private boolean finished;

    /**
     * Watches the connection between two addresses.
     *
     * @param decided called once, on the watch's own thread or in {@link #finish()}
     */
    ModeWatch(SmcSelectorProvider provider, InetSocketAddress local, InetSocketAddress peer,
            Consumer<SmcSnapshot.Connection> decided) {
        this.provider = provider;
        this.local = local;
        this.peer = peer;
        this.decided = decided;
    }

    void start() {
        Thread.ofPlatform().daemon().name("mode-watch").start(this::watch);
    }

    /** Waits until the mode stands, at most for a time. */
    synchronized void await(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toNanos(); !told && !finished && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /**
     * Ends the watch and gives the last view of the connection; {@code null} if the engine does not know it any more.
     */
    synchronized SmcSnapshot.Connection finish() {
        finished = true;
        notifyAll();
        return look();
    }

    private synchronized void watch() {
        try {
            while (!finished && !told) {
                look();
                wait(INTERVAL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SmcSnapshot.Connection look() {
        for (SmcSnapshot.Connection connection : provider.snapshot().connections()) {
            if (connection.local().equals(local) && connection.peer().equals(peer)) {
                if (!told && connection.mode() != null) {
                    told = true;
                    notifyAll();
                    decided.accept(connection);
                }
                return connection;
            }
        }
        return null;
    }
}
