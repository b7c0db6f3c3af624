package io.smc4j.engine.nio;

import io.smc4j.engine.connection.SmcConnection;

/** What the selector asks of this provider's channels. */
interface SelectableSocket {

    /** The descriptor to be watched. */
    int fd();

    /** The epoll events that stand for the operations; 0 while the descriptor says nothing about them. */
    int pollEvents(int interestOps);

    /** The operations that epoll events say are ready. */
    int readyOps(int pollEvents, int interestOps);

    /** The operations that are ready by what this process knows, without asking the kernel. */
    int readyOps(int interestOps);

    /** The connection whose rings tell readiness instead of the descriptor; {@code null} if there is none. */
    SmcConnection smcConnection();

    /** A selector begins to watch. */
    void addKey(SmcSelectionKey key);

    /** A selector has ceased to watch. */
    void removeKey(SmcSelectionKey key);

    /** Whether another selector watches too. */
    boolean isWatchedBeside(SmcSelectionKey key);

    /** Has all selectors look again. */
    void changed();
}
