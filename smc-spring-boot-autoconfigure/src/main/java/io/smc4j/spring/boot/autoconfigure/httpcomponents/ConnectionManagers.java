package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.Checkpointed;
import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.springframework.beans.factory.DisposableBean;

/**
 * The connection managers of an application context: one for all clients with equal settings. Applications that build a
 * client for each call so keep few connections, where each client with a pool of its own would keep one until the
 * garbage collector finds it.
 *
 * <p>Connections that nobody used for 30 seconds are closed, as the JDK's HTTP client does. Thread-safe.
 */
final class ConnectionManagers implements OutdatedConnections.Pool, Checkpointed, DisposableBean {

    private static final TimeValue IDLE = TimeValue.ofSeconds(30);
    /** How long an outdated connection is let lie. */
    private static final TimeValue OUTDATED_IDLE = TimeValue.ofSeconds(1);
    private static final long SWEEP_MILLIS = 5_000;

    private final SmcRuntime runtime;
    private final TimeValue idle;
    private final long sweepMillis;
    private final Map<ConnectionManagerSettings, SharedConnectionManager> managers = new HashMap<>();
    private ScheduledExecutorService sweeper;
    private boolean closed;

    ConnectionManagers(SmcRuntime runtime) {
        this(runtime, IDLE, SWEEP_MILLIS);
    }

    ConnectionManagers(SmcRuntime runtime, TimeValue idle, long sweepMillis) {
        this.runtime = runtime;
        this.idle = idle;
        this.sweepMillis = sweepMillis;
    }

    boolean isAvailable() {
        return runtime.isAvailable();
    }

    /** A connection manager over channels, for one client, with all that was set on a builder. */
    synchronized HttpClientConnectionManager like(PoolingHttpClientConnectionManagerBuilder builder) {
        if (closed) {
            return SmcConnectionManagerBuilder.like(builder, runtime).build();
        }
        startSweeper();
        ConnectionManagerSettings settings = ConnectionManagerSettings.of(builder);
        SharedConnectionManager known = managers.get(settings);
        HttpClientConnectionManager share = known == null ? null : known.share();
        if (share == null) {
            SharedConnectionManager fresh =
                    new SharedConnectionManager(SmcConnectionManagerBuilder.like(builder, runtime).build());
            managers.put(settings, fresh);
            share = fresh.share();
        }
        return share;
    }

    private void startSweeper() {
        if (sweeper == null) {
            sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "smc-client-pools");
                thread.setDaemon(true);
                return thread;
            });
            sweeper.scheduleWithFixedDelay(this::sweep, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void sweep() {
        managers.values().removeIf(manager -> manager.sweep(idle));
    }

    /** A pool does not tell its connections apart, so the idle ones that are not outdated go with those that are. */
    @Override
    public synchronized void closeIdle(Set<SocketAddress> outdated) {
        managers.values().forEach(manager -> manager.closeIdle(OUTDATED_IDLE));
    }

    @Override
    public synchronized void beforeCheckpoint() {
        managers.values().forEach(manager -> manager.closeIdle(TimeValue.ZERO_MILLISECONDS));
    }

    @Override
    public void destroy() {
        List<SharedConnectionManager> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(managers.values());
            managers.clear();
            if (sweeper != null) {
                sweeper.shutdownNow();
            }
        }
        open.forEach(manager -> manager.close(CloseMode.GRACEFUL));
    }
}
