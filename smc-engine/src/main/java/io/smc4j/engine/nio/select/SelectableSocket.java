package io.smc4j.engine.nio.select;

import io.smc4j.engine.connection.SmcConnection;

/** What the selector asks of this provider's channels. */
public interface SelectableSocket {

    /** The descriptor to be watched. */
    int fd();

    /** The epoll events that stand for the operations; 0 while the descriptor says nothing about them. */
    int pollEvents(int interestOps);

    /** The operations that epoll events say are ready. */
    int readyOps(int pollEvents, int interestOps);

    /** The operations that are ready by what this process knows, without asking the kernel. */
    int readyOps(int interestOps);

    /**
     * The connection whose rings tell readiness, in place of the descriptor but for what {@link #pollEvents} names;
     * {@code null} if there is none.
     */
    SmcConnection smcConnection();

    /** The selectors that watch. */
    ChannelKeys keys();
}
