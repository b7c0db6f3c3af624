package io.smc4j.engine.core;

import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.SmcResources.Resource;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.os.Descriptors;
import io.smc4j.engine.os.Level;
import io.smc4j.engine.os.LockedMemoryUsage;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.ResourceLimits;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.verbs.MemoryRegion;
import io.smc4j.engine.smcd.LinkGroupUsage;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcr.Rdma;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;

/**
 * Looks each second, and whenever it is asked, at what the engine uses of what is bounded, and says so once when
 * something becomes scarce. Whoever owns a resource counts it; this only reads. Thread-safe.
 */
final class ResourceMonitor {

    /** Told of what becomes scarce. Called with the monitor's lock held. */
    interface Listener {
        /** Something has reached its threshold. */
        void scarce(Kind kind, Resource resource);
    }

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.resources");

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A resource is plenty again only this many percent of its limit below the threshold. */
    private static final int HYSTERESIS = 10;
    private static final int LOG_DESCRIPTORS = 16;
    private static final int MOST_DIGITS = 32;
    private static final Episodes EVENTS = new Episodes();
    private static final Episodes LINES = new Episodes();
    private static final Path MAX_MAP_COUNT = Path.of("/proc/sys/vm/max_map_count");

    private final int warnAt;
    private final MemoryBudget budget;
    private final SmcdLinkGroups linkGroups;
    private final Rdma rdma;
    private final Listener listener;
    private final Long mostMappings = mostMappings();
    private final Map<Kind, Long> highest = new EnumMap<>(Kind.class);
    private final Set<Kind> scarce = EnumSet.noneOf(Kind.class);
    /** Those of which the log says that they are scarce. */
    private final Set<Kind> reported = EnumSet.noneOf(Kind.class);
    private long descriptorsOfProcess;
    private boolean closed;

    ResourceMonitor(int warnAt, MemoryBudget budget, SmcdLinkGroups linkGroups, Rdma rdma, Listener listener) {
        this.warnAt = warnAt;
        this.budget = budget;
        this.linkGroups = linkGroups;
        this.rdma = rdma;
        this.listener = listener;
    }

    /** Looks each second from now on, as long as the loop runs. */
    void start(ControlLoop loop) {
        // Whatever is logged later, see isLogSafe, may be the first line, and come when no file can be opened.
        loop.execute(TimeZone::getDefault);
        next(loop);
    }

    private void next(ControlLoop loop) {
        loop.schedule(LOOK_NANOS, () -> {
            next(loop);
            look();
        });
    }

    /** Tells of nothing any more. */
    synchronized void close() {
        closed = true;
        EVENTS.leave(this);
        LINES.leave(this);
    }

    /** What is used now. */
    synchronized SmcResources look() {
        Map<Kind, Resource> kinds = new EnumMap<>(Kind.class);
        put(kinds, Kind.RING_MEMORY, budget.used(), budget.limit(), budget.highest());
        put(kinds, Kind.SEGMENTS, SharedMemory.descriptors(), null);
        put(kinds, Kind.MAPPINGS, SharedMemory.mappings(), mostMappings);
        put(kinds, Kind.REGISTERED_MEMORY, MemoryRegion.registered(), null);
        LockedMemoryUsage memory = LockedMemoryUsage.now();
        long locked = Math.max(memory.pinned(), memory.locked());
        put(kinds, Kind.LOCKED_MEMORY, locked, limit(memory.limit()), locked);
        put(kinds, Kind.DESCRIPTORS, Descriptors.open(), null);
        // To count them may take one.
        long descriptors = Descriptors.openInProcess();
        descriptorsOfProcess = descriptors > 0 ? descriptors : descriptorsOfProcess;
        put(kinds, Kind.PROCESS_DESCRIPTORS, descriptorsOfProcess, openFiles(), descriptorsOfProcess);
        LinkGroupUsage usage = linkGroups.usage();
        put(kinds, Kind.LINK_GROUPS, usage.all());
        put(kinds, Kind.LINK_GROUPS_OF_USER, usage.user());
        put(kinds, Kind.LINK_GROUPS_OF_PROCESS, usage.process());
        put(kinds, Kind.CONNECTIONS_OF_LINK_GROUP, fullest(usage.connections()));
        put(kinds, Kind.CONTROL_QUEUE, usage.messages());
        if (!closed && descriptors > 0 && isLogSafe(kinds.get(Kind.PROCESS_DESCRIPTORS))) {
            report(kinds);
        }
        return new SmcResources(warnAt, kinds);
    }

    /**
     * Whether descriptors are left for the log. Its first line may have the Java runtime read files, of time zones for
     * one, and classes that cannot read theirs fail for as long as the process lives.
     */
    static boolean isLogSafe(Resource descriptors) {
        return descriptors.limit() == null || descriptors.limit() - descriptors.used() >= LOG_DESCRIPTORS;
    }

    private void report(Map<Kind, Resource> kinds) {
        kinds.forEach((kind, resource) -> {
            if (resource.scarce() && reported.add(kind) && LINES.begin(kind, this)) {
                LOG.log(System.Logger.Level.WARNING, "SMC is short of {0}: {1} of {2} in use; {3}", kind.text(),
                        text(kind, resource.used()), text(kind, resource.limit()), kind.lever());
            } else if (!resource.scarce() && reported.remove(kind) && LINES.end(kind, this)) {
                LOG.log(System.Logger.Level.INFO, "SMC has enough of {0} again: {1} of {2} in use", kind.text(),
                        text(kind, resource.used()), text(kind, resource.limit()));
            }
        });
    }

    /** The link group of either kind that is closest to its limit. */
    private LinkGroupUsage.Share fullest(LinkGroupUsage.Share known) {
        LinkGroupUsage.Share fullest = known;
        for (SmcSnapshot.LinkGroup group : rdma.linkGroups()) {
            long limit = group.smcr().maxConnections();
            if (group.connections() * fullest.limit() > fullest.used() * limit) {
                fullest = new LinkGroupUsage.Share(group.connections(), limit, group.connections());
            }
        }
        return fullest;
    }

    private void put(Map<Kind, Resource> kinds, Kind kind, Level level, Long limit) {
        put(kinds, kind, level.now(), limit, level.highest());
    }

    private void put(Map<Kind, Resource> kinds, Kind kind, LinkGroupUsage.Share share) {
        put(kinds, kind, share.used(), share.limit(), share.highest());
    }

    private void put(Map<Kind, Resource> kinds, Kind kind, long used, Long limit, long most) {
        long known = highest.merge(kind, Math.max(used, most), Math::max);
        boolean before = scarce.contains(kind);
        int percent = new Resource(used, limit, known, before).percent();
        boolean now = percent >= (before ? Math.max(1, warnAt - HYSTERESIS) : warnAt);
        Resource resource = new Resource(used, limit, known, now);
        kinds.put(kind, resource);
        if (now && !before) {
            scarce.add(kind);
            if (!closed && EVENTS.begin(kind, this)) {
                listener.scarce(kind, resource);
            }
        } else if (!now && before) {
            scarce.remove(kind);
            EVENTS.end(kind, this);
        }
    }

    private static String text(Kind kind, long amount) {
        return kind.isBytes() ? String.format(Locale.ROOT, "%d KB", amount / 1024) : Long.toString(amount);
    }

    private static Long limit(long limit) {
        return limit == -1 ? null : limit;
    }

    private static Long openFiles() {
        try {
            return limit(ResourceLimits.openFiles());
        } catch (OsException e) {
            return null;
        }
    }

    private static Long mostMappings() {
        try (InputStream file = Files.newInputStream(MAX_MAP_COUNT)) {
            // In one read: a second one of a sysctl finds the end, and what reads whole files begins with a byte.
            return Long.valueOf(new String(file.readNBytes(MOST_DIGITS), StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
