package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Processes;
import io.smc4j.engine.os.SocketDirectory;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The other engines in the directory. Who comes and goes shows by the directory's time of change. Lives on the control
 * loop, but for what says otherwise.
 */
final class Engines {

    /** Engines that are asked at most. */
    private static final int MOST_ENGINES = 256;
    /** Names that are looked at, of engines that live and of sockets that nobody has cleared away. */
    private static final int MOST_NAMES = 4096;
    /** Sockets that are tried in one turn of the control loop, which has others to serve. */
    private static final int BATCH = 32;
    /** How often the directory is looked at. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** Two changes within one tick of the kernel's clock have one time. */
    private static final long UNSETTLED_MILLIS = 50;
    /** How long the sockets of a user are not waited for, one of whom has hung. */
    private static final long DISTRUST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ControlLoop loop;
    private final SocketDirectory directory;
    private final SmcdLinkGroups linkGroups;
    private final int self = Processes.effectiveUserId();
    private final Map<Gid, Acquaintance> byName = new ConcurrentHashMap<>();
    private final Queue<Acquaintance> unmet = new ArrayDeque<>();
    private final Map<Integer, Long> distrusted = new HashMap<>();
    private volatile long looked = System.nanoTime() - LOOK_NANOS;
    private volatile FileTime settled;
    private volatile List<String> names = List.of();
    private boolean closed;

    Engines(ControlLoop loop, SocketDirectory directory, SmcdLinkGroups linkGroups) {
        this.loop = loop;
        this.directory = directory;
        this.linkGroups = linkGroups;
    }

    /** Their names; any thread. */
    List<String> names() {
        return names;
    }

    /** Whether somebody may have come or gone since the last look; asks now and then only. Any thread. */
    boolean mayHaveChanged() {
        long now = System.nanoTime();
        if (now - looked < LOOK_NANOS) {
            return false;
        }
        looked = now;
        try {
            return !directory.lastChange().equals(settled);
        } catch (IOException e) {
            return false;
        }
    }

    /** Looks who is there, and gets acquainted with who is new. */
    void look() {
        if (closed) {
            return;
        }
        try {
            FileTime change = directory.lastChange();
            settled = System.currentTimeMillis() - change.toMillis() < UNSETTLED_MILLIS ? null : change;
            update(directory.names(MOST_NAMES));
        } catch (IOException e) {
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "the directory is not to be read", e);
        }
        meet();
    }

    private void update(List<String> found) {
        Set<Gid> there = new HashSet<>();
        for (String name : found) {
            Gid gid = Gid.parse(name);
            if (gid != null && !gid.equals(linkGroups.gid())) {
                there.add(gid);
                byName.computeIfAbsent(gid, newcomer -> {
                    Acquaintance acquaintance = new Acquaintance(directory, newcomer, this::lost);
                    unmet.add(acquaintance);
                    return acquaintance;
                });
            }
        }
        if (found.size() < MOST_NAMES) {
            byName.values().stream().filter(a -> !there.contains(a.gid())).toList().forEach(this::drop);
        }
        tell();
    }

    private void drop(Acquaintance gone) {
        byName.remove(gone.gid());
        unmet.remove(gone);
        gone.close();
    }

    private void meet() {
        for (int tried = 0; tried < BATCH && !unmet.isEmpty(); tried++) {
            Acquaintance next = unmet.poll();
            if (living() < MOST_ENGINES) {
                next.meet(loop, linkGroups, self);
            }
        }
        tell();
        if (!unmet.isEmpty()) {
            loop.execute(this::meet);
        }
    }

    /** Finds out later whether it is still there. */
    private void lost(Acquaintance engine) {
        tell();
        loop.schedule(Acquaintance.AGAIN_NANOS, () -> {
            if (!closed && byName.get(engine.gid()) == engine && engine.isToBeTried()) {
                unmet.add(engine);
                meet();
            }
        });
    }

    private long living() {
        return byName.values().stream().filter(Acquaintance::isConnected).count();
    }

    private void tell() {
        names = byName.values().stream().filter(a -> !a.isDead() && !a.isLost()).map(a -> a.gid().toString()).toList();
    }

    /** All that can be asked. */
    List<Acquaintance> all() {
        for (Acquaintance busy : List.copyOf(byName.values())) {
            if (busy.isToBeTried() && !unmet.contains(busy)) {
                busy.meet(loop, linkGroups, self);
            }
        }
        return List.copyOf(byName.values());
    }

    /** Whether an engine is there to be asked; any thread. */
    boolean isMet(Gid gid) {
        Acquaintance engine = find(gid);
        return engine != null && engine.isConnected();
    }

    /** An engine; {@code null} if it is not there. Any thread. */
    Acquaintance find(Gid gid) {
        return gid == null ? null : byName.get(gid);
    }

    /** How long an engine's answer is worth to be waited for; 0 if not at all. */
    long patienceNanos(Acquaintance engine) {
        Long since = engine.isHeard() ? null : distrusted.get(engine.owner());
        return since != null && System.nanoTime() - since < DISTRUST_NANOS ? 0 : engine.patienceNanos();
    }

    /** An engine's answer has not come in time. */
    void tarries(Acquaintance engine) {
        engine.tarries();
        if (!engine.isHeard()) {
            distrusted.put(engine.owner(), System.nanoTime());
        }
    }

    void close() {
        closed = true;
        List.copyOf(byName.values()).forEach(Acquaintance::close);
        byName.clear();
        unmet.clear();
    }
}
