package io.smc4j.engine.nio;

import io.smc4j.engine.SmcStatistics;
import io.smc4j.engine.events.EngineEvents;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * What is counted of one connection's reads and writes. Who reads holds the read lock and who writes the write lock, so
 * that a count costs an addition; any thread may look.
 */
final class Flow {

    private static final EngineEvents EVENTS = EngineEvents.get();
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle STALLED_AT;
    private static final VarHandle STALLED;
    private static final VarHandle ROOM_AT;
    private static final VarHandle STALLS;
    private static final VarHandle TOO_SMALL;
    private static final VarHandle RESTING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STALLED_AT = lookup.findVarHandle(Flow.class, "stalledAt", long.class);
            STALLED = lookup.findVarHandle(Flow.class, "stalled", long.class);
            ROOM_AT = lookup.findVarHandle(Flow.class, "roomAt", long.class);
            STALLS = lookup.findVarHandle(Flow.class, "stalls", long.class);
            TOO_SMALL = lookup.findVarHandle(Flow.class, "tooSmall", long.class);
            RESTING = lookup.findVarHandle(Flow.class, "resting", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] reads = new long[SmcStatistics.SIZE_CLASSES.size()];
    private final long[] writes = new long[SmcStatistics.SIZE_CLASSES.size()];
    /** Since when the writer finds no room; 0 if it does. By {@link System#nanoTime()}. */
    private long stalledAt;
    /** Nanoseconds of all stalls that are over. */
    private long stalled;
    /** When somebody saw room though the writer has not come back for it; 0 if nobody did. */
    private long roomAt;
    private long stalls;
    private long tooSmall;
    /** Run when something moves or is to move; {@code null} if nobody waits for it. */
    private Runnable resting;
    private final Consumer<EngineEvents.Stall> recorder;
    /** The current or a former one; {@code null} before the first that somebody records. */
    private EngineEvents.Stall recorded;
    /** Whether the current one is recorded. */
    private boolean recording;

    /** @param recorder given what is recorded when it is over */
    Flow(Consumer<EngineEvents.Stall> recorder) {
        this.recorder = recorder;
    }

    /** Counts a read, and returns what it returned. */
    int read(int n) {
        read((long) n);
        return n;
    }

    /** Counts a read, and returns what it returned. */
    long read(long n) {
        if (n > 0) {
            count(reads, n);
            wake();
        }
        return n;
    }

    /**
     * Counts a write.
     *
     * @param rest bytes it found no room for
     * @param window bytes that may be under way at once, {@link Long#MAX_VALUE} if that is not known
     */
    void wrote(long n, long rest, long window) {
        wake();
        if (n > 0) {
            count(writes, n);
            if (stalledAt != 0) {
                endStall();
            }
        }
        if (rest > 0) {
            if (stalledAt == 0) {
                STALLS.setOpaque(this, stalls + 1);
                ROOM_AT.setOpaque(this, 0L);
                beginRecord();
                STALLED_AT.setRelease(this, nonZero(System.nanoTime()));
            }
            if (n > 0 && n + rest > window) {
                TOO_SMALL.setOpaque(this, tooSmall + 1);
            }
        }
    }

    /** Bytes that are left to write. */
    static long rest(ByteBuffer[] sources, int offset, int length) {
        long rest = 0;
        for (int i = offset; i < offset + length; i++) {
            rest += sources[i].remaining();
        }
        return rest;
    }

    private void wake() {
        Runnable rest = (Runnable) RESTING.getOpaque(this);
        if (rest != null && RESTING.compareAndSet(this, rest, null)) {
            rest.run();
        }
    }

    private void endStall() {
        long room = (long) ROOM_AT.getAcquire(this);
        boolean seen = room != 0 && room - stalledAt > 0;
        long over = seen ? room : System.nanoTime();
        STALLED.setOpaque(this, stalled + Math.max(0, over - stalledAt));
        STALLED_AT.setRelease(this, 0L);
        if (recording) {
            recording = false;
            if (!seen) {
                recorded.end();
            }
            recorder.accept(recorded);
        }
    }

    private void beginRecord() {
        EngineEvents.Stall begun = EVENTS.beginStall(recorded);
        recording = begun != null;
        recorded = recording ? begun : recorded;
    }

    /** Nothing is written any more; with the write lock held. */
    void end() {
        if (stalledAt != 0) {
            endStall();
        }
    }

    private static void count(long[] counts, long n) {
        int place = SmcStatistics.sizeClass(n);
        COUNT.setOpaque(counts, place, counts[place] + 1);
    }

    private static long nonZero(long nanos) {
        return nanos == 0 ? 1 : nanos;
    }

    // ---- any thread

    /**
     * Has the next read or write run an action, once. One at the same time may not see it.
     *
     * @param wake {@code null} if none is to do so any more
     */
    void onNext(Runnable wake) {
        RESTING.setVolatile(this, wake);
    }

    /** Whether the writer found no room, and nobody has seen any since. */
    boolean isStalled() {
        return (long) STALLED_AT.getAcquire(this) != 0 && (long) ROOM_AT.getOpaque(this) == 0;
    }

    /** There is room: a writer that does not come for it stands still for other reasons. */
    void roomSeen(long now) {
        if (recording) {
            recorded.end();
        }
        ROOM_AT.setRelease(this, nonZero(now));
    }

    /** Nanoseconds for which the writer found no room, until now. */
    long stalledNanos(long now) {
        long ended = (long) STALLED.getOpaque(this);
        long since = (long) STALLED_AT.getAcquire(this);
        if (since == 0) {
            return ended;
        }
        long room = (long) ROOM_AT.getOpaque(this);
        return ended + Math.max(0, (room != 0 ? room : now) - since);
    }

    /** Times that the writer began to find no room. */
    long stalls() {
        return (long) STALLS.getOpaque(this);
    }

    /** Writes of more than may be under way at once. */
    long tooSmall() {
        return (long) TOO_SMALL.getOpaque(this);
    }

    /** Adds the reads and writes by size class. */
    void addTo(long[] allReads, long[] allWrites) {
        for (int i = 0; i < reads.length; i++) {
            allReads[i] += (long) COUNT.getOpaque(reads, i);
            allWrites[i] += (long) COUNT.getOpaque(writes, i);
        }
    }
}
