package io.smc4j.engine.core;

import io.smc4j.engine.SmcResources.Kind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who finds scarce what all engines of the process have in common. The first to find it speaks for all, and the last to
 * find that there is enough again. Thread-safe.
 */
final class Episodes {

    private final Map<Kind, Set<Object>> open = new EnumMap<>(Kind.class);

    /** Returns whether nobody else has found so yet. */
    synchronized boolean begin(Kind kind, Object who) {
        Set<Object> all = open.computeIfAbsent(kind, none -> Collections.newSetFromMap(new IdentityHashMap<>()));
        return all.add(who) && all.size() == 1;
    }

    /** Returns whether nobody else finds so any more. */
    synchronized boolean end(Kind kind, Object who) {
        Set<Object> all = open.get(kind);
        return all != null && all.remove(who) && all.isEmpty();
    }

    /** Says nothing of it from now on. */
    synchronized void leave(Object who) {
        open.values().forEach(all -> all.remove(who));
    }
}
