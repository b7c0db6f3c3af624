package io.smc4j.engine.core;

import io.smc4j.engine.SmcResources.Kind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who finds what scarce. Where all engines of the process have it in common, the first to find it speaks for all, and
 * so does the last to find that there is enough again. Thread-safe.
 */
final class Episodes {

    private static final Set<Kind> IN_COMMON = EnumSet.of(Kind.SEGMENTS, Kind.MAPPINGS, Kind.REGISTERED_MEMORY,
            Kind.LOCKED_MEMORY, Kind.DESCRIPTORS, Kind.PROCESS_DESCRIPTORS);

    private final Map<Kind, Set<Object>> open = new EnumMap<>(Kind.class);

    /** Returns whether it speaks: nobody else has found so yet. */
    synchronized boolean begin(Kind kind, Object who) {
        if (!IN_COMMON.contains(kind)) {
            return true;
        }
        Set<Object> all = open.computeIfAbsent(kind, none -> Collections.newSetFromMap(new IdentityHashMap<>()));
        return all.add(who) && all.size() == 1;
    }

    /** Returns whether it speaks: nobody else finds so any more. */
    synchronized boolean end(Kind kind, Object who) {
        if (!IN_COMMON.contains(kind)) {
            return true;
        }
        Set<Object> all = open.get(kind);
        return all != null && all.remove(who) && all.isEmpty();
    }

    /** Says nothing of it from now on. */
    synchronized void leave(Object who) {
        open.values().forEach(all -> all.remove(who));
    }
}
