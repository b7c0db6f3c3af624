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

    /** Looks without a change after which a connection rests. */
    private static final int RESTS_AFTER = 5;

    private final RateWindow window;
    private final ChannelTransport channel;
    private int unchanged;
    /** The totals it is a resting part of; {@code null} while it does not rest. */
    private FlowTotal restsInMode;
    private FlowTotal restsInGroup;
    private boolean hasTurn;
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

    FlowSample(RateWindow.Clock clock, ChannelTransport channel) {
        this.window = new RateWindow(clock);
        this.channel = channel;
    }

    ChannelTransport channel() {
        return channel;
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
        if (taken || nowSent != sent || nowUnread > 0 || blocked) {
            unchanged = 0;
        } else if (nowUnread == 0) {
            unchanged++;
        }
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

    /** Whether nothing has moved for some looks, nobody waits, and nothing is unread. */
    boolean mayRest() {
        return unchanged >= RESTS_AFTER;
    }

    /** Whether the last look saw just so much. */
    boolean isAt(long nowSent, long nowReceived) {
        return nowSent == sent && nowReceived == received;
    }

    /** From now on it is a resting part of totals. */
    void restIn(FlowTotal mode, FlowTotal group) {
        restsInMode = mode;
        restsInGroup = group;
        mode.rests(sent, received, stalled, peerStalled);
        if (group != null) {
            group.rests(sent, received, stalled, peerStalled);
        }
    }

    /** Returns whether it gets a turn: it may still have that of a former rest. */
    boolean beginRest() {
        boolean gets = !hasTurn;
        hasTurn = true;
        return gets;
    }

    /** It has had its turn. */
    void hadTurn() {
        hasTurn = false;
    }

    /** Returns {@code false} if it did not rest. */
    boolean endRest() {
        if (restsInMode == null) {
            return false;
        }
        restsInMode.woke(sent, received, stalled, peerStalled);
        if (restsInGroup != null) {
            restsInGroup.woke(sent, received, stalled, peerStalled);
        }
        restsInMode = null;
        restsInGroup = null;
        return true;
    }

    /** Keeps what the connection has come to in a total. */
    void endIn(FlowTotal total, long finallySent, long finallyReceived, long finallyStalled) {
        total.ended(finallySent, finallyReceived, finallyStalled, peerStalled);
    }

    SmcFlow flow() {
        return window.flow(unread, unreadNanos(), stalled, peerStalled);
    }
}
