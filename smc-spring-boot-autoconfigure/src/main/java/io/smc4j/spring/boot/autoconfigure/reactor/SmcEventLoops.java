package io.smc4j.spring.boot.autoconfigure.reactor;

import java.time.Duration;
import reactor.netty.resources.LoopResources;

/**
 * The event loops as a bean. Not a {@link LoopResources} itself, lest it compete with one that the application defines
 * and injects by type.
 *
 * @param resources what servers and clients run on
 * @param quietPeriod how long the event loops must have been idle before they end
 */
record SmcEventLoops(SmcLoopResources resources, Duration quietPeriod) implements AutoCloseable {

    /** Ends the event loops and waits for it. */
    @Override
    public void close() {
        resources.disposeLater(quietPeriod, Duration.ofSeconds(LoopResources.DEFAULT_SHUTDOWN_TIMEOUT)).block();
    }
}
