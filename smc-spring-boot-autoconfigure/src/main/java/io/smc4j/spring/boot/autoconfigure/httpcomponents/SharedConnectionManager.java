package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * One connection manager in the hands of several clients. It closes with the last client that is neither closed nor
 * garbage, or when the application context closes.
 *
 * <p>Thread-safe.
 */
final class SharedConnectionManager {

    private final PoolingHttpClientConnectionManager manager;
    private final Set<Share> shares = Collections.newSetFromMap(new WeakHashMap<>());
    private boolean closed;

    SharedConnectionManager(PoolingHttpClientConnectionManager manager) {
        this.manager = manager;
    }

    /** What one client takes for a connection manager of its own; {@code null} if the manager is closed. */
    synchronized HttpClientConnectionManager share() {
        if (closed) {
            return null;
        }
        Share share = new Share();
        shares.add(share);
        return share;
    }

    /**
     * Closes connections that were idle for a while, and the manager itself if all its clients are garbage. A response
     * that is still being read keeps its client.
     *
     * @return whether it is closed
     */
    boolean sweep(TimeValue idle) {
        synchronized (this) {
            closed |= shares.isEmpty();
            if (!closed) {
                manager.closeIdle(idle);
                return false;
            }
        }
        manager.close(CloseMode.GRACEFUL);
        return true;
    }

    void closeIdle(TimeValue idle) {
        manager.closeIdle(idle);
    }

    void close(CloseMode mode) {
        synchronized (this) {
            closed = true;
        }
        manager.close(mode);
    }

    private void giveUp(Share share, CloseMode mode) {
        synchronized (this) {
            if (!shares.remove(share) || !shares.isEmpty()) {
                return;
            }
            closed = true;
        }
        manager.close(mode);
    }

    private final class Share implements HttpClientConnectionManager, ConnPoolControl<HttpRoute> {

        private volatile boolean given;

        @Override
        public LeaseRequest lease(String id, HttpRoute route, Timeout requestTimeout, Object state) {
            if (given) {
                // As the manager itself says once it is closed.
                throw new IllegalStateException("Connection pool shut down");
            }
            return manager.lease(id, route, requestTimeout, state);
        }

        @Override
        public void release(ConnectionEndpoint endpoint, Object newState, TimeValue validDuration) {
            manager.release(endpoint, newState, validDuration);
        }

        @Override
        public void connect(ConnectionEndpoint endpoint, TimeValue connectTimeout, HttpContext context)
                throws IOException {
            manager.connect(endpoint, connectTimeout, context);
        }

        @Override
        public void upgrade(ConnectionEndpoint endpoint, HttpContext context) throws IOException {
            manager.upgrade(endpoint, context);
        }

        @Override
        public void close(CloseMode mode) {
            given = true;
            giveUp(this, mode);
        }

        @Override
        public void close() {
            close(CloseMode.GRACEFUL);
        }

        @Override
        public void setMaxTotal(int max) {
            manager.setMaxTotal(max);
        }

        @Override
        public int getMaxTotal() {
            return manager.getMaxTotal();
        }

        @Override
        public void setDefaultMaxPerRoute(int max) {
            manager.setDefaultMaxPerRoute(max);
        }

        @Override
        public int getDefaultMaxPerRoute() {
            return manager.getDefaultMaxPerRoute();
        }

        @Override
        public void setMaxPerRoute(HttpRoute route, int max) {
            manager.setMaxPerRoute(route, max);
        }

        @Override
        public int getMaxPerRoute(HttpRoute route) {
            return manager.getMaxPerRoute(route);
        }

        @Override
        public void closeIdle(TimeValue idleTime) {
            manager.closeIdle(idleTime);
        }

        @Override
        public void closeExpired() {
            manager.closeExpired();
        }

        @Override
        public Set<HttpRoute> getRoutes() {
            return manager.getRoutes();
        }

        @Override
        public PoolStats getTotalStats() {
            return manager.getTotalStats();
        }

        @Override
        public PoolStats getStats(HttpRoute route) {
            return manager.getStats(route);
        }
    }
}
