package io.smc4j.engine;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the monitor of an engine sees. Immutable.
 *
 * @param enabled whether it looks
 * @param modes how bytes flow by mode; all modes present
 * @param peers how they flow by peer: one entry for each link group in which bytes have flowed of late
 * @param slowReaders connections of this side whose reader has taken nothing for long while bytes wait
 * @param slowReaderEpisodes how often that began
 */
public record SmcMonitor(boolean enabled, Map<SmcMode, SmcFlow> modes, List<Peer> peers, List<SlowReader> slowReaders,
        long slowReaderEpisodes) {

    /** Nobody looks. */
    public static final SmcMonitor OFF = new SmcMonitor(false, Map.of(), List.of(), List.of(), 0);

    /** Copies and completes the collections. */
    public SmcMonitor {
        Map<SmcMode, SmcFlow> all = new EnumMap<>(SmcMode.class);
        for (SmcMode mode : SmcMode.values()) {
            all.put(mode, modes.getOrDefault(mode, SmcFlow.NONE));
        }
        modes = Collections.unmodifiableMap(all);
        peers = List.copyOf(peers);
        slowReaders = List.copyOf(slowReaders);
    }

    /**
     * How bytes flow between this process and one peer.
     *
     * @param linkGroup number of the link group
     * @param mode its kind
     * @param flow of all of its connections
     */
    public record Peer(int linkGroup, SmcMode mode, SmcFlow flow) {
    }

    /**
     * A reader that has taken nothing for long while bytes wait.
     *
     * @param connection the connection's id
     * @param mode how its bytes travel
     * @param local this end, whose application does not read
     * @param peer the other end
     * @param since from when on it has taken nothing
     * @param unread bytes that wait
     */
    public record SlowReader(long connection, SmcMode mode, InetSocketAddress local, InetSocketAddress peer,
            Instant since, long unread) {
    }
}
