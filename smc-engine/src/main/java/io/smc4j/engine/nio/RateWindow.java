package io.smc4j.engine.nio;

import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcFlow.Rate;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Bytes ever moved at the last looks of the monitor, in both directions: of each second for ten seconds, and of each
 * fifth for a minute. What rests costs nothing: its bytes are noted anew when somebody asks, or when more move. Not
 * thread-safe.
 */
final class RateWindow {

    /** When the monitor looked: what all windows have in common. */
    static final class Clock {

        private final long[] times = new long[SLOTS];
        private long tick = -1;

        /** The number of the last look; -1 before the first. */
        long tick() {
            return tick;
        }

        /** Begins a look. Returns {@code false} if no time has passed since the last one. */
        boolean advance(long now) {
            long passed = tick < 0 ? GAP_NANOS : now - times[fine(tick)];
            if (passed <= 0) {
                return false;
            }
            if (passed >= GAP_NANOS) {
                // Nobody has looked for long, which must not make the spans longer.
                Arrays.fill(times, now);
            }
            tick++;
            note(times, tick, now);
            return true;
        }

        private long between(int earlier) {
            return times[fine(tick)] - times[earlier];
        }
    }

    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int FINE = 11;
    private static final int STEP = 5;
    private static final int COARSE = 13;
    private static final int SLOTS = FINE + COARSE;
    /** After so many looks nothing is left of what has moved before. */
    static final int QUIET = STEP * COARSE;

    private final Clock clock;
    private long[] sent;
    private long[] received;
    private long lastSent;
    private long lastReceived;
    /** The last look at which something had moved. */
    private long movedAt;
    /** The last look whose bytes are noted. */
    private long noted;

    RateWindow(Clock clock) {
        this.clock = clock;
        this.movedAt = clock.tick - QUIET;
        this.noted = movedAt - 1;
    }

    private static int fine(long tick) {
        return (int) (tick % FINE);
    }

    private static int coarse(long tick) {
        return FINE + (int) (tick / STEP % COARSE);
    }

    private static void note(long[] values, long tick, long value) {
        values[fine(tick)] = value;
        if (tick % STEP == 0) {
            values[coarse(tick)] = value;
        }
    }

    /** Takes note of the bytes ever moved. It is enough to do so at each look before which some did. */
    void add(long nowSent, long nowReceived) {
        if (nowSent == lastSent && nowReceived == lastReceived) {
            return;
        }
        noteUntil(clock.tick - 1);
        movedAt = clock.tick;
        lastSent = nowSent;
        lastReceived = nowReceived;
        note(sent, clock.tick, nowSent);
        note(received, clock.tick, nowReceived);
        noted = clock.tick;
    }

    /** Notes the last bytes for all looks since. */
    private void noteUntil(long tick) {
        if (tick - noted >= QUIET) {
            if (sent == null) {
                sent = new long[SLOTS];
                received = new long[SLOTS];
            }
            Arrays.fill(sent, lastSent);
            Arrays.fill(received, lastReceived);
        } else {
            for (long i = noted + 1; i <= tick; i++) {
                note(sent, i, lastSent);
                note(received, i, lastReceived);
            }
        }
        noted = Math.max(noted, tick);
    }

    /** Whether nothing has moved for longer than the longest span. */
    boolean isQuiet() {
        return clock.tick - movedAt >= QUIET;
    }

    /** The rates, and what else is known of the same bytes; times in nanoseconds. */
    SmcFlow flow(long unread, long unreadNanos, long stalled, long peerStalled) {
        return new SmcFlow(last1s(), last10s(), last60s(), unread, Duration.ofNanos(unreadNanos),
                Duration.ofNanos(stalled), Duration.ofNanos(peerStalled));
    }

    /** In the time between the last two looks. */
    Rate last1s() {
        return isQuiet() || clock.tick < 1 ? new Rate(0, 0) : rate(fine(clock.tick - 1), 1);
    }

    /** In the last ten seconds. */
    Rate last10s() {
        return isQuiet() ? new Rate(0, 0) : rate(fine(Math.max(0, clock.tick - FINE + 1)), FINE - 1);
    }

    /** In the last minute, and up to four seconds before. */
    Rate last60s() {
        return isQuiet() ? new Rate(0, 0)
                : rate(coarse(Math.max(0, clock.tick / STEP - COARSE + 1) * STEP), STEP * (COARSE - 1));
    }

    /** @param seconds what the time is at least, also when the monitor has not looked for so long yet */
    private Rate rate(int earlier, int seconds) {
        noteUntil(clock.tick);
        double span = Math.max(clock.between(earlier) / 1e9, seconds == 1 ? 0 : seconds);
        return span <= 0 ? new Rate(0, 0) : new Rate(perSecond(lastSent - sent[earlier], span),
                perSecond(lastReceived - received[earlier], span));
    }

    private static long perSecond(long bytes, double seconds) {
        return Math.max(0, Math.round(bytes / seconds));
    }
}
