package io.smc4j.engine.nio;

import io.smc4j.engine.SmcFlow;
import java.time.Instant;

/** What the monitor knows of one connection. Guarded by the monitor's lock. */
final class FlowSample {

    /** Unread bytes were not looked for this time. */
    static final long UNKNOWN = -1;

    /** What a look at a reader has found out. */
    enum Verdict {
        /** It reads, or there is nothing to read, or not for long; or it is slow as before. */
        UNCHANGED,
        /** It has just become slow. */
        SLOW,
        /** It was slow, and has taken something. */
        RECOVERED
    }

    private final RateWindow window;
    private long sent;
    private long received;
    private long unread;
    private boolean waiting;
    private long waitingSince;
    private long lookedAt;
    private Instant slowSince;
    private boolean peerBlocked;
    private long peerStalled;
    private long stalled;
    private boolean blocked;
    private long blockedSince;
    private boolean toldBlocked;

    FlowSample(RateWindow.Clock clock) {
        this.window = new RateWindow(clock);
    }

    /**
     * Takes a look.
     *
     * @param nowUnread bytes that wait, or {@link #UNKNOWN}
     * @param nowPeerBlocked whether the peer waits for room here
     * @param slowAfter nanoseconds
     */
    Verdict look(long now, long nowSent, long nowReceived, long nowUnread, boolean nowPeerBlocked, long nowStalled,
            long slowAfter) {
        if (peerBlocked && nowPeerBlocked) {
            peerStalled += Math.max(0, now - lookedAt);
        }
        peerBlocked = nowPeerBlocked;
        if (nowStalled == stalled || nowSent != sent) {
            blocked = false;
            toldBlocked = false;
        } else if (!blocked) {
            blocked = true;
            blockedSince = now;
        }
        stalled = nowStalled;
        lookedAt = now;
        boolean taken = nowReceived != received;
        sent = nowSent;
        received = nowReceived;
        window.add(nowSent, nowReceived);
        if (nowUnread != UNKNOWN) {
            unread = nowUnread;
        }
        return judge(now, taken, nowUnread, slowAfter);
    }

    private Verdict judge(long now, boolean taken, long nowUnread, long slowAfter) {
        if (taken || nowUnread == 0) {
            boolean was = slowSince != null;
            slowSince = null;
            waiting = nowUnread > 0;
            waitingSince = now;
            return was ? Verdict.RECOVERED : Verdict.UNCHANGED;
        }
        if (!waiting) {
            waiting = nowUnread > 0;
            waitingSince = now;
        } else if (slowSince == null && nowUnread > 0 && now - waitingSince >= slowAfter) {
            slowSince = Instant.now().minusNanos(now - waitingSince);
            return Verdict.SLOW;
        }
        return Verdict.UNCHANGED;
    }

    /** Whether the peer has not taken anything for long of what the writer waits with; tells it once each time. */
    boolean isPeerNewlySlow(long slowAfter) {
        if (!blocked || toldBlocked || lookedAt - blockedSince < slowAfter) {
            return false;
        }
        toldBlocked = true;
        return true;
    }

    /** From when on it is a slow reader; {@code null} if it is none. */
    Instant slowSince() {
        return slowSince;
    }

    long unread() {
        return unread;
    }

    private long unreadNanos() {
        return waiting ? Math.max(0, lookedAt - waitingSince) : 0;
    }

    void addTo(FlowTotal total) {
        total.add(sent, received, unread, unreadNanos(), stalled, peerStalled);
    }

    /** Keeps what the connection has come to in a total. */
    void endIn(FlowTotal total, long finallySent, long finallyReceived, long finallyStalled) {
        total.ended(finallySent, finallyReceived, finallyStalled, peerStalled);
    }

    SmcFlow flow() {
        return window.flow(unread, unreadNanos(), stalled, peerStalled);
    }
}
