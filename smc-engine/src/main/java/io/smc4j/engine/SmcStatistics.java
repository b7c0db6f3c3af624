package io.smc4j.engine;

import io.smc4j.engine.SmcSnapshot.Role;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an engine has counted, in the manner of {@code smcd stats} and {@code smcr stats}. Immutable.
 *
 * @param connections what became of connections, by the role of this process; both roles present
 * @param traffic reads and writes, by mode; all modes present
 * @param rings how well the rings of SMC connections fit
 * @param waiting how threads learned of news
 */
public record SmcStatistics(
        Map<Role, Connections> connections,
        Map<SmcMode, Traffic> traffic,
        Rings rings,
        Waiting waiting) {

    /** Of the first class's largest size, 8 KB; each further class takes twice as much, as in {@code smc_stats.h}. */
    private static final int SMALLEST_CLASS_SHIFT = 13;

    /** Names of the size classes: bytes up to so many, the last one for all that is more. */
    public static final List<String> SIZE_CLASSES =
            List.of("8K", "16K", "32K", "64K", "128K", "256K", "512K", "1M", ">1M");

    /** Nothing was counted. */
    public static final SmcStatistics NONE = new SmcStatistics(Map.of(), Map.of(), new Rings(0, 0, 0, Map.of(), 0, 0),
            new Waiting(0, 0, 0, 0, 0));

    /** Completes the maps. */
    public SmcStatistics {
        connections = complete(Role.class, connections, Connections.NONE);
        traffic = complete(SmcMode.class, traffic, Traffic.NONE);
    }

    /** The class of a size: its place in {@link #SIZE_CLASSES}. */
    public static int sizeClass(long size) {
        int most = SIZE_CLASSES.size() - 1;
        return size <= 0 ? 0 : Math.min(most, Long.SIZE - Long.numberOfLeadingZeros(size - 1 >>> SMALLEST_CLASS_SHIFT));
    }

    private static <E extends Enum<E>, V> Map<E, V> complete(Class<E> keys, Map<E, V> some, V none) {
        Map<E, V> all = new EnumMap<>(keys);
        for (E key : keys.getEnumConstants()) {
            all.put(key, some.getOrDefault(key, none));
        }
        return Collections.unmodifiableMap(all);
    }

    /** What has been added since an earlier look; what there is now stays. */
    public SmcStatistics since(SmcStatistics earlier) {
        Map<Role, Connections> made = new EnumMap<>(Role.class);
        connections.forEach((role, now) -> made.put(role, now.since(earlier.connections.get(role))));
        Map<SmcMode, Traffic> moved = new EnumMap<>(SmcMode.class);
        traffic.forEach((mode, now) -> moved.put(mode, now.since(earlier.traffic.get(mode))));
        return new SmcStatistics(made, moved, rings.since(earlier.rings), waiting.since(earlier.waiting));
    }

    /**
     * What became of the connections of one role.
     *
     * @param total all of them whose outcome is known
     * @param smc those on SMC
     * @param failed handshakes after which there was no connection
     * @param fallbacks those on TCP, by reason; only reasons that have occurred
     */
    public record Connections(long total, long smc, long failed, Map<FallbackReason, Long> fallbacks) {

        private static final Connections NONE = new Connections(0, 0, 0, Map.of());

        /** Copies the map. */
        public Connections {
            fallbacks = Collections.unmodifiableMap(new LinkedHashMap<>(fallbacks));
        }

        /** How many are on TCP. */
        public long onTcp() {
            return total - smc - failed;
        }

        private Connections since(Connections earlier) {
            Map<FallbackReason, Long> more = new LinkedHashMap<>();
            fallbacks.forEach((reason, count) -> {
                long added = count - earlier.fallbacks.getOrDefault(reason, 0L);
                if (added > 0) {
                    more.put(reason, added);
                }
            });
            return new Connections(total - earlier.total, smc - earlier.smc, failed - earlier.failed, more);
        }
    }

    /**
     * Reads and writes of one mode.
     *
     * @param writes how the application's bytes were sent
     * @param reads how they were received
     */
    public record Traffic(Calls writes, Calls reads) {

        private static final Traffic NONE = new Traffic(Calls.NONE, Calls.NONE);

        private Traffic since(Traffic earlier) {
            return new Traffic(writes.since(earlier.writes), reads.since(earlier.reads));
        }
    }

    /**
     * Calls in one direction. A call that waits counts each time it goes on, and one that moves nothing not at all.
     *
     * @param count how many moved bytes
     * @param bytes how many bytes they moved
     * @param sizes calls by bytes moved: all {@link #SIZE_CLASSES}, in their order
     */
    public record Calls(long count, long bytes, Map<String, Long> sizes) {

        private static final Calls NONE = new Calls(0, new long[SIZE_CLASSES.size()]);

        /** Calls by size class. */
        public Calls(long bytes, long[] counts) {
            this(sum(counts), bytes, bySize(counts));
        }

        private static long sum(long[] counts) {
            long sum = 0;
            for (long count : counts) {
                sum += count;
            }
            return sum;
        }

        private Calls since(Calls earlier) {
            Map<String, Long> more = new LinkedHashMap<>();
            sizes.forEach((size, calls) -> more.put(size, calls - earlier.sizes.get(size)));
            return new Calls(count - earlier.count, bytes - earlier.bytes, Collections.unmodifiableMap(more));
        }
    }

    /** Counts under the names of their size classes. */
    public static Map<String, Long> bySize(long[] counts) {
        Map<String, Long> named = new LinkedHashMap<>();
        for (int i = 0; i < counts.length; i++) {
            named.put(SIZE_CLASSES.get(i), counts[i]);
        }
        return Collections.unmodifiableMap(named);
    }

    /**
     * How well the rings of SMC connections fit.
     *
     * @param fullLocal reads that found this side's ring full
     * @param fullRemote times that a writer found no more room on its way to the peer; of TCP connections as well
     * @param tooSmall writes of more than may be under way to the peer at once
     * @param inUse receive rings of open connections by size: all {@link #SIZE_CLASSES}, in their order
     * @param grown larger rings that were offered to peers in place of full ones
     * @param reused buffers that served an earlier connection before, and were handed out as they were
     */
    public record Rings(long fullLocal, long fullRemote, long tooSmall, Map<String, Long> inUse, long grown,
            long reused) {

        /** Completes the sizes. */
        public Rings {
            inUse = inUse.isEmpty() ? bySize(new long[SIZE_CLASSES.size()]) : inUse;
        }

        private Rings since(Rings earlier) {
            return new Rings(fullLocal - earlier.fullLocal, fullRemote - earlier.fullRemote,
                    tooSmall - earlier.tooSmall, inUse, grown - earlier.grown, reused - earlier.reused);
        }
    }

    /**
     * How threads learned of news.
     *
     * @param doorbellsRung news that were told: by a system call to a peer on this host, or a message over RDMA
     * @param doorbellsSpared news that a peer on this host finds by itself, as it is awake
     * @param pollsMet polls that found what was waited for
     * @param pollsInVain polls after which the thread had to sleep
     * @param naps short sleeps of an event loop that has much to do
     */
    public record Waiting(long doorbellsRung, long doorbellsSpared, long pollsMet, long pollsInVain, long naps) {

        private Waiting since(Waiting earlier) {
            return new Waiting(doorbellsRung - earlier.doorbellsRung, doorbellsSpared - earlier.doorbellsSpared,
                    pollsMet - earlier.pollsMet, pollsInVain - earlier.pollsInVain, naps - earlier.naps);
        }
    }

    /**
     * What was counted in two spans of time.
     *
     * @param startedAt when the engine started
     * @param resetAt when the second span began; the start, unless it was reset
     * @param sinceStart since the start
     * @param sinceReset since then
     */
    public record Report(Instant startedAt, Instant resetAt, SmcStatistics sinceStart, SmcStatistics sinceReset) {

        /** Without an engine there is nothing to count. */
        public static final Report NONE = new Report(null, null, SmcStatistics.NONE, SmcStatistics.NONE);
    }
}
