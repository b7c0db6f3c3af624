package io.smc4j.engine.nio;

import io.smc4j.engine.SmcFlow;

/** How bytes flow on several connections: those of a mode or a link group. Guarded by who holds it. */
final class FlowTotal {

    private final RateWindow window;
    /** Of connections that are not added at each look: they have ended, or they rest. */
    private long keptSent;
    private long keptReceived;
    private long keptStalled;
    private long keptPeerStalled;
    private int resting;
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
        sent = keptSent;
        received = keptReceived;
        stalled = keptStalled;
        peerStalled = keptPeerStalled;
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

    /** From the next look on an open connection is part of it without being added. */
    void rests(long itsSent, long itsReceived, long itsStalled, long itsPeerStalled) {
        resting++;
        keep(1, itsSent, itsReceived, itsStalled, itsPeerStalled);
    }

    /** It is so no longer; with the same figures. */
    void woke(long itsSent, long itsReceived, long itsStalled, long itsPeerStalled) {
        resting--;
        keep(-1, itsSent, itsReceived, itsStalled, itsPeerStalled);
    }

    private void keep(int sign, long itsSent, long itsReceived, long itsStalled, long itsPeerStalled) {
        keptSent += sign * itsSent;
        keptReceived += sign * itsReceived;
        keptStalled += sign * itsStalled;
        keptPeerStalled += sign * itsPeerStalled;
    }

    /** The look is over. */
    void end() {
        window.add(sent, received);
    }

    /** Keeps what a connection has come to that ends. */
    void ended(long itsSent, long itsReceived, long itsStalled, long itsPeerStalled) {
        keep(1, itsSent, itsReceived, itsStalled, itsPeerStalled);
    }

    /** Whether it has no connection, and nothing is left of what has moved. */
    boolean isOver() {
        return open == 0 && window.isQuiet();
    }

    SmcFlow flow() {
        return window.flow(unread, unreadNanos, stalled, peerStalled);
    }
}
