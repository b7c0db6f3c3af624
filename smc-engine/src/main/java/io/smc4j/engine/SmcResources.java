package io.smc4j.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an engine uses of what is bounded. Immutable.
 *
 * @param warnAt percent of a limit from which on a resource counts as scarce
 * @param kinds the resources that are counted
 */
public record SmcResources(int warnAt, Map<Kind, Resource> kinds) {

    /** Kinds of resources. Descriptors, segments and registered memory are those of all engines of the process. */
    public enum Kind {
        /** Memory of receive rings handed out, and of what writers keep. */
        RING_MEMORY("ring memory", true,
                "raise smc.memory.limit, lower smc.buffers.receive-size, or look for readers that do not read"),
        /** Segments of this process, a memfd each. */
        SEGMENTS("segments", false, "fewer peers"),
        /** Mappings of segments, its own and its peers', against what the kernel lets a process have of all kinds. */
        MAPPINGS("mappings of segments", false, "raise the sysctl vm.max_map_count"),
        /** Memory registered with RDMA devices, once for each device. */
        REGISTERED_MEMORY("registered memory", true, "lower smc.buffers.rdma-size"),
        /** Memory that the process has locked or pinned; no limit with the right to lock any. */
        LOCKED_MEMORY("locked memory of the process", true, "raise ulimit -l (LimitMEMLOCK)"),
        /** Descriptors that engines have opened. */
        DESCRIPTORS("descriptors", false, "fewer connections or peers"),
        /** All descriptors of the process. */
        PROCESS_DESCRIPTORS("descriptors of the process", false, "raise ulimit -n (LimitNOFILE)"),
        /** Link groups by shared memory, also those that are being made. */
        LINK_GROUPS("link groups", false, "fewer processes that connect to each other"),
        /** Link groups with the user that has most. */
        LINK_GROUPS_OF_USER("link groups with one user", false, "fewer processes of that user, or several users"),
        /** Link groups with the process that has most. */
        LINK_GROUPS_OF_PROCESS("link groups with one process", false, "fewer application contexts in one process"),
        /** Connections in the fullest link group. */
        CONNECTIONS_OF_LINK_GROUP("connections in one link group", false,
                "fewer connections between two processes"),
        /** Messages that wait for the peer that is slowest to take them. */
        CONTROL_QUEUE("control messages for one peer", false, "find out why that process stands still");

        private final String text;
        private final boolean bytes;
        private final String lever;

        Kind(String text, boolean bytes, String lever) {
            this.text = text;
            this.bytes = bytes;
            this.lever = lever;
        }

        /** What people call it. */
        public String text() {
            return text;
        }

        /** Whether it is counted in bytes. */
        public boolean isBytes() {
            return bytes;
        }

        /** What to do if it becomes scarce. */
        public String lever() {
            return lever;
        }
    }

    /**
     * One resource.
     *
     * @param used now
     * @param limit {@code null} if there is none, or none is known
     * @param highest the most that was used at a time
     * @param scarce whether it has reached the part of its limit that is worth a warning, and not fallen well below
     */
    public record Resource(long used, Long limit, long highest, boolean scarce) {

        /** Percent of the limit, rounded down; 0 without a limit. */
        public int percent() {
            if (limit == null) {
                return 0;
            }
            return limit > 0 ? (int) Math.min(Integer.MAX_VALUE, used * 100.0 / limit) : used > 0 ? 100 : 0;
        }
    }

    /** Copies the map. */
    public SmcResources {
        Map<Kind, Resource> sorted = new EnumMap<>(Kind.class);
        sorted.putAll(kinds);
        kinds = Collections.unmodifiableMap(sorted);
    }

    /** Nothing but ring memory. */
    public static SmcResources ofRingMemory(long used, long limit) {
        return new SmcResources(MonitorConfig.DEFAULT_WARN_AT,
                Map.of(Kind.RING_MEMORY, new Resource(used, limit, used, false)));
    }

    /** A resource; {@code null} if it is not counted. */
    public Resource of(Kind kind) {
        return kinds.get(kind);
    }

    /** What is scarce now. */
    public Set<Kind> scarce() {
        return kinds.entrySet().stream().filter(entry -> entry.getValue().scarce()).map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
