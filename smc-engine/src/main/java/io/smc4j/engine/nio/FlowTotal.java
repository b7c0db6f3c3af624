package io.smc4j.engine.nio;

import io.smc4j.engine.SmcFlow;

/** How bytes flow on several connections: those of a mode or a link group. Guarded by who holds it. */
final class FlowTotal {

    private final RateWindow window;
    private long endedSent;
    private long endedReceived;
    private long endedStalled;
    private long endedPeerStalled;
    private int resting;
    private long restingSent;
    private long restingReceived;
    private long restingStalled;
    private long restingPeerStalled;
    private int open;
    private long sent;
    private long received;
    private long unread;
    private long unreadNanos;
    private long stalled;
    private long peerStalled;

    FlowTotal(RateWindow.Clock clock) {
        this.window = new RateWindow(clock);
    }

    /** A look begins. */
    void begin() {
        open = resting;
        sent = endedSent + restingSent;
        received = endedReceived + restingReceived;
        stalled = endedStalled + restingStalled;
        peerStalled = endedPeerStalled + restingPeerStalled;
        unread = 0;
        unreadNanos = 0;
    }

    /** Adds an open connection. */
    void add(long itsSent, long itsReceived, long itsUnread, long itsUnreadNanos, long itsStalled,
            long itsPeerStalled) {
        open++;
        sent += itsSent;
        received += itsReceived;
        unread += itsUnread;
        unreadNanos = Math.max(unreadNanos, itsUnreadNanos);
        stalled += itsStalled;
        peerStalled += itsPeerStalled;
    }

    /**
     * From the next look on an open connection is part of it without being added, or no longer.
     *
     * @param sign 1 or -1
     */
    void addResting(int sign, long itsSent, long itsReceived, long itsStalled, long itsPeerStalled) {
        resting += sign;
        restingSent += sign * itsSent;
        restingReceived += sign * itsReceived;
        restingStalled += sign * itsStalled;
        restingPeerStalled += sign * itsPeerStalled;
    }

    /** The look is over. */
    void end() {
        window.add(sent, received);
    }

    /** Keeps what a connection has come to that ends. */
    void ended(long itsSent, long itsReceived, long itsStalled, long itsPeerStalled) {
        endedSent += itsSent;
        endedReceived += itsReceived;
        endedStalled += itsStalled;
        endedPeerStalled += itsPeerStalled;
    }

    /** Whether it has no connection, and nothing is left of what has moved. */
    boolean isOver() {
        return open == 0 && window.isQuiet();
    }

    SmcFlow flow() {
        return window.flow(unread, unreadNanos, stalled, peerStalled);
    }
}
