package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.Checkpointed;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.time.Duration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * The event loops as a bean. Not a {@link LoopResources} itself, lest it compete with one that the application defines
 * and injects by type. There is no such bean where SMC is off.
 */
public final class SmcEventLoops implements Checkpointed, AutoCloseable {

    private final SmcRuntime runtime;
    private final SmcLoopResources resources;
    /** Of clients that have none of their own; {@code null} if the event loops stay the same. */
    private final RenewedResolver resolver;
    private final Duration quietPeriod;
    private final OutdatedConnections outdated;
    private final DiscoveryHeader header;
    private OutdatedPoolConnections pools;

    /**
     * Holds the event loops until it is closed.
     *
     * @param quietPeriod how long the event loops must have been idle before they end
     * @param header {@code null} if HTTP is not to tell of SMC
     */
    SmcEventLoops(SmcRuntime runtime, Duration quietPeriod, OutdatedConnections outdated, DiscoveryHeader header) {
        this.runtime = runtime;
        this.resources = new SmcLoopResources(runtime.selectorProvider());
        this.resolver = Checkpointed.isPossible() ? new RenewedResolver(resources) : null;
        this.quietPeriod = quietPeriod;
        this.outdated = outdated;
        this.header = header;
    }

    /** Whether there is SMC in this process; if not, nothing is to run on them. */
    boolean isAvailable() {
        return runtime.isAvailable();
    }

    /** What servers and clients run on. */
    public SmcLoopResources resources() {
        return resources;
    }

    /** A mere holder of them for what asks for one: they are disposed of as this bean. */
    public ReactorResourceFactory holder() {
        ReactorResourceFactory holder = new ReactorResourceFactory();
        holder.setUseGlobalResources(false);
        holder.setLoopResources(resources);
        return holder;
    }

    Duration quietPeriod() {
        return quietPeriod;
    }

    /**
     * Lets a client that the application makes by itself connect by SMC channels, such as that of a
     * {@code ReactorNettyWebSocketClient}. Without SMC in this process, it stays as it is.
     */
    public HttpClient carry(HttpClient client) {
        if (!isAvailable()) {
            return client;
        }
        HttpClient carried = client.runOn(resources, false).observe(pools());
        if (resolver != null && resolver.mayStandIn(carried)) {
            carried = carried.resolver(resolver);
        }
        return header == null ? carried : carried.observe(new DiscoveringClient(header));
    }

    /** Has a server's responses tell that it understands SMC, if HTTP is to tell of it. */
    HttpServer discoverable(HttpServer server) {
        return header == null ? server : server.childObserve(new DiscoverableServer(header));
    }

    private synchronized OutdatedPoolConnections pools() {
        if (pools == null) {
            pools = new OutdatedPoolConnections(outdated);
            outdated.register(pools);
        }
        return pools;
    }

    /** Ends the event loops, with the connections they have; those who go on get others. */
    @Override
    public void beforeCheckpoint() {
        resources.renew(Duration.ofSeconds(LoopResources.DEFAULT_SHUTDOWN_TIMEOUT)).block();
        if (resolver != null) {
            resolver.renew();
        }
    }

    /** Ends the event loops and waits for it. */
    @Override
    public void close() {
        resources.disposeLater(quietPeriod, Duration.ofSeconds(LoopResources.DEFAULT_SHUTDOWN_TIMEOUT)).block();
    }
}
