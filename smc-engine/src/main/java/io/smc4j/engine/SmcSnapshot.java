package io.smc4j.engine;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What an engine looks like at one moment: the one source of every view (endpoint, health, meters, command line).
 *
 * <p>Immutable. Counters run from the start of the engine and never decrease.
 *
 * @param gid this engine's GID, 32 hexadecimal digits; {@code null} if there is no engine
 * @param connections every open connection made through the engine's channels, in the order in which they were opened
 * @param linkGroups one entry per peer process that shares memory with this one
 * @param handshakes what became of connections, all outcomes present; as many fallbacks as {@code fallbacks} has, with
 *        or without a handshake
 * @param fallbacks connections that went to TCP, by reason, the most frequent first; only reasons that have occurred
 * @param bytes payload bytes by mode, of open and closed connections, all modes present
 * @param resources what is used of what is bounded
 * @param sharedMemory where this engine meets others of this host that do not share its network namespace
 * @param rdma what this engine has of RDMA
 * @param learnedListeners listeners that have told by HTTP that they understand SMC
 * @param statistics what was counted, since the start and since the last reset
 * @param monitor how bytes flow, and whose readers are slow
 */
public record SmcSnapshot(
        String gid,
        List<Connection> connections,
        List<LinkGroup> linkGroups,
        Map<HandshakeOutcome, Long> handshakes,
        Map<FallbackReason, Long> fallbacks,
        Map<SmcMode, Traffic> bytes,
        SmcResources resources,
        SharedMemory sharedMemory,
        Rdma rdma,
        List<InetSocketAddress> learnedListeners,
        SmcStatistics.Report statistics,
        SmcMonitor monitor) {

    /** Copies, sorts and completes the collections. */
    public SmcSnapshot {
        connections = connections.stream().sorted(Comparator.comparingLong(Connection::id)).toList();
        linkGroups = List.copyOf(linkGroups);
        learnedListeners = List.copyOf(learnedListeners);
        handshakes = complete(HandshakeOutcome.class, handshakes, () -> 0L);
        fallbacks = sorted(fallbacks);
        bytes = complete(SmcMode.class, bytes, () -> new Traffic(0, 0));
    }

    private static <E extends Enum<E>, V> Map<E, V> complete(Class<E> keys, Map<E, V> some, Supplier<V> none) {
        Map<E, V> all = new EnumMap<>(keys);
        for (E key : keys.getEnumConstants()) {
            all.put(key, some.containsKey(key) ? some.get(key) : none.get());
        }
        return Collections.unmodifiableMap(all);
    }

    private static Map<FallbackReason, Long> sorted(Map<FallbackReason, Long> counts) {
        Map<FallbackReason, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<FallbackReason, Long>comparingByValue().reversed()
                        .thenComparing(entry -> FallbackReason.codeText(entry.getKey().code())))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(sorted);
    }

    /** What there is to see without an engine: nothing but the budget. */
    public static SmcSnapshot none(long ringMemoryLimit) {
        return new SmcSnapshot(null, List.of(), List.of(), Map.of(), Map.of(), Map.of(),
                SmcResources.ofRingMemory(0, ringMemoryLimit), SharedMemory.NONE,
                new Rdma(RdmaConfig.Provider.NONE, null, List.of()), List.of(), SmcStatistics.Report.NONE,
                SmcMonitor.OFF);
    }

    /** Bytes of receive rings handed out. */
    public long ringMemoryInUse() {
        return resources.of(SmcResources.Kind.RING_MEMORY).used();
    }

    /** The budget these count against. */
    public long ringMemoryLimit() {
        return resources.of(SmcResources.Kind.RING_MEMORY).limit();
    }

    /** Open connections whose mode stands, by mode; all modes present. */
    public Map<SmcMode, Long> connectionsByMode() {
        Map<SmcMode, Long> counts = new EnumMap<>(SmcMode.class);
        for (Connection connection : connections) {
            if (connection.mode() != null) {
                counts.merge(connection.mode(), 1L, Long::sum);
            }
        }
        return complete(SmcMode.class, counts, () -> 0L);
    }

    /** Which end of the connection this process is. */
    public enum Role {
        /** The TCP active opener. */
        CLIENT,
        /** The TCP passive opener. */
        SERVER
    }

    /** How a negotiation ended. */
    public enum HandshakeOutcome {
        /** The connection runs on SMC. */
        SMC,
        /** The connection runs on TCP, with a reason. */
        FALLBACK,
        /** The connection could not be made at all. */
        FAILED
    }

    /**
     * One open connection. Made with {@link #builder}.
     *
     * @param id unique within the engine
     * @param role which end this process is
     * @param local this end; {@code null} if there is none yet
     * @param peer the other end; {@code null} if there is none yet
     * @param mode {@code null} while it is still being negotiated, or if the kernel negotiates and does not tell
     * @param state where it stands in its life
     * @param sendBufferSize bytes that may be under way to the peer; 0 unless SMC
     * @param receiveBufferSize size of this side's ring in bytes; 0 unless SMC
     * @param bytesSent payload bytes sent
     * @param bytesReceived payload bytes that the application has received
     * @param fallbackReason {@code null} unless the mode is TCP
     * @param peerDiagnosis the code in the peer's Decline, or 0
     * @param linkGroup number of its link group, or 0
     * @param link number of its link in the link group, or 0 where there are no links
     * @param since when it was made
     * @param flow how its bytes flow; {@code null} if no monitor has looked
     * @param slowSince from when on its reader takes nothing while bytes wait; {@code null} if it reads
     */
    public record Connection(
            long id,
            Role role,
            InetSocketAddress local,
            InetSocketAddress peer,
            SmcMode mode,
            SmcState state,
            int sendBufferSize,
            int receiveBufferSize,
            long bytesSent,
            long bytesReceived,
            FallbackReason fallbackReason,
            int peerDiagnosis,
            int linkGroup,
            int link,
            Instant since,
            SmcFlow flow,
            Instant slowSince) {

        /** Begins the description of a connection, which is under negotiation unless said otherwise. */
        public static Builder builder(long id, Role role, Instant since) {
            return new Builder(id, role, since);
        }

        /** Collects what there is to say of a connection; not thread-safe. */
        public static final class Builder {

            private final long id;
            private final Role role;
            private final Instant since;
            private InetSocketAddress local;
            private InetSocketAddress peer;
            private SmcMode mode;
            private SmcState state = SmcState.INIT;
            private int sendBufferSize;
            private int receiveBufferSize;
            private long bytesSent;
            private long bytesReceived;
            private FallbackReason fallbackReason;
            private int peerDiagnosis;
            private int linkGroup;
            private int link;
            private SmcFlow flow;
            private Instant slowSince;

            private Builder(long id, Role role, Instant since) {
                this.id = id;
                this.role = role;
                this.since = since;
            }

            /** Both ends. */
            public Builder addresses(InetSocketAddress localEnd, InetSocketAddress peerEnd) {
                local = localEnd;
                peer = peerEnd;
                return this;
            }

            /** How its bytes travel, and where it stands in its life. */
            public Builder mode(SmcMode value, SmcState now) {
                mode = value;
                state = now;
                return this;
            }

            /** Bytes under way to the peer at most, and of this side's ring. */
            public Builder bufferSizes(int send, int receive) {
                sendBufferSize = send;
                receiveBufferSize = receive;
                return this;
            }

            /** Payload bytes in both directions. */
            public Builder traffic(long sent, long received) {
                bytesSent = sent;
                bytesReceived = received;
                return this;
            }

            /** Why it is on TCP, and the code in the peer's Decline, or 0. */
            public Builder fallback(FallbackReason reason, int diagnosis) {
                fallbackReason = reason;
                peerDiagnosis = diagnosis;
                return this;
            }

            /** What it shares with others; 0 where there is nothing. */
            public Builder linkGroup(int group, int linkNumber) {
                linkGroup = group;
                link = linkNumber;
                return this;
            }

            /** What the monitor has seen of it. */
            public Builder flow(SmcFlow seen, Instant slow) {
                flow = seen;
                slowSince = slow;
                return this;
            }

            /** The description. */
            public Connection build() {
                return new Connection(id, role, local, peer, mode, state, sendBufferSize, receiveBufferSize, bytesSent,
                        bytesReceived, fallbackReason, peerDiagnosis, linkGroup, link, since,
                        flow, slowSince);
            }
        }
    }

    /**
     * What the connections with one peer share.
     *
     * @param id this side's link group number
     * @param mode {@link SmcMode#SMCD} or {@link SmcMode#SMCR}
     * @param peerGid the peer's GID, 32 hexadecimal digits
     * @param peerPid the peer's process id as seen from here; 0 if it is on another host
     * @param connections connections that use it now
     * @param ringMemory bytes of this side's rings handed out in it
     * @param smcr what only SMC-R has; {@code null} for SMC-D
     */
    public record LinkGroup(
            int id, SmcMode mode, Role role, String peerGid, int peerPid, int connections, long ringMemory, Smcr smcr) {
    }

    /**
     * What only link groups of SMC-R have.
     *
     * @param version 1 or 2
     * @param type between how many ports its links run
     * @param eid the negotiated EID; empty in version 1
     * @param peerHost the peer's host name, as it says; may be empty
     * @param maxConnections connections it can take
     * @param links one entry for each link
     */
    public record Smcr(int version, LinkGroupType type, String eid, String peerHost, int maxConnections,
            List<Link> links) {

        /** Copies the list. */
        public Smcr {
            links = List.copyOf(links);
        }
    }

    /** Kinds of link groups of SMC-R, as {@code smcr} names them. */
    public enum LinkGroupType {
        /** One link. */
        SINGLE,
        /** Two links, between two ports on either side. */
        SYM,
        /** Two links; only the peer's are on one port. */
        ASYMP,
        /** Two links; only this side's are on one port. */
        ASYML
    }

    /** States of links, as {@code smcr} names them. */
    public enum LinkState {
        /** Being made. */
        ACTIVATING,
        /** Carries connections. */
        ACTIVE,
        /** Carries nothing any more. */
        DOWN
    }

    /**
     * One link of a link group: a pair of queue pairs.
     *
     * @param number in the link group
     * @param state whether it carries connections
     * @param device this side's RDMA device
     * @param port the device's port
     * @param gid this side's GID, in groups of four hexadecimal digits
     * @param peerGid the peer's GID
     * @param qpn this side's queue pair number
     * @param peerQpn the peer's queue pair number
     * @param connections connections on it now
     */
    public record Link(
            int number, LinkState state, String device, int port, String gid, String peerGid, int qpn, int peerQpn,
            int connections) {
    }

    /**
     * The directory in which an engine meets others.
     *
     * @param directory its path; {@code null} if none is in use
     * @param objection why none is in use, or what stands against its use, in one line; {@code null} if nothing does,
     *        or none is wanted
     * @param engines the names of the other engines in it: their GIDs
     */
    public record SharedMemory(String directory, String objection, List<String> engines) {

        /** No directory, and no objection. */
        public static final SharedMemory NONE = new SharedMemory(null, null, List.of());

        /** Copies the list. */
        public SharedMemory {
            engines = List.copyOf(engines);
        }
    }

    /**
     * What an engine has of RDMA.
     *
     * @param provider what carries SMC-R now: {@code VERBS}, {@code KERNEL} or {@code NONE}
     * @param objection why there is none; {@code null} if there is
     * @param devices the ports that can be used
     */
    public record Rdma(RdmaConfig.Provider provider, FallbackReason objection, List<Device> devices) {

        /** Copies the list. */
        public Rdma {
            devices = List.copyOf(devices);
        }
    }

    /**
     * A port of an RDMA device.
     *
     * @param name the device's name
     * @param port the port's number
     * @param netdev the network interface on it; may be empty
     * @param active whether it can carry traffic now
     * @param gids its GIDs, with their index and type, such as {@code 1 v2 0000:...}
     * @param links links that use it now
     */
    public record Device(String name, int port, String netdev, boolean active, List<String> gids, int links) {

        /** Copies the list. */
        public Device {
            gids = List.copyOf(gids);
        }
    }

    /** Payload bytes in both directions. */
    public record Traffic(long sent, long received) {
    }
}
