package io.smc4j.spring.boot.autoconfigure.reactor;

import java.time.Duration;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * The event loops as a bean. Not a {@link LoopResources} itself, lest it compete with one that the application defines
 * and injects by type. There is no such bean where SMC is off.
 *
 * @param resources what servers and clients run on
 * @param quietPeriod how long the event loops must have been idle before they end
 */
public record SmcEventLoops(SmcLoopResources resources, Duration quietPeriod) implements AutoCloseable {

    /**
     * Lets a client that the application makes by itself connect by SMC channels, such as that of a
     * {@code ReactorNettyWebSocketClient}.
     */
    public HttpClient carry(HttpClient client) {
        return client.runOn(resources, false);
    }

    /** Ends the event loops and waits for it. */
    @Override
    public void close() {
        resources.disposeLater(quietPeriod, Duration.ofSeconds(LoopResources.DEFAULT_SHUTDOWN_TIMEOUT)).block();
    }
}
