package io.smc4j.engine;

import io.smc4j.engine.link.LinkGroup;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an engine looks like at one moment: the one source of every view (endpoint, health, meters, command line).
 *
 * <p>Immutable. Counters run from the start of the engine and never decrease.
 *
 * @param gid this engine's GID, 32 hexadecimal digits
 * @param connections every open connection made through the engine's channels
 * @param linkGroups one entry per peer process that shares memory with this one
 * @param handshakes what became of connections; as many fallbacks as {@code fallbacks} has, with or without a handshake
 * @param fallbacks connections that went to TCP, by reason
 * @param bytes payload bytes by mode, of open and closed connections
 * @param ringMemoryInUse bytes of receive rings handed out
 * @param ringMemoryLimit the budget these count against
 * @param rdma what this engine has of RDMA
 */
public record SmcSnapshot(
        String gid,
        List<Connection> connections,
        List<LinkGroup> linkGroups,
        Map<HandshakeOutcome, Long> handshakes,
        Map<FallbackReason, Long> fallbacks,
        Map<SmcMode, Traffic> bytes,
        long ringMemoryInUse,
        long ringMemoryLimit,
        Rdma rdma) {

    /** Copies the collections. */
    public SmcSnapshot {
        connections = List.copyOf(connections);
        linkGroups = List.copyOf(linkGroups);
        handshakes = Map.copyOf(handshakes);
        fallbacks = Map.copyOf(fallbacks);
        bytes = Map.copyOf(bytes);
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
     * One open connection.
     *
     * @param id unique within the engine
     * @param mode {@code null} while it is still being negotiated, or if the kernel negotiates and does not tell
     * @param state the state's name in protocol terms, e.g. {@code ACTIVE}
     * @param sendBufferSize bytes that may be under way to the peer; 0 unless SMC
     * @param receiveBufferSize size of this side's ring in bytes; 0 unless SMC
     * @param fallbackReason {@code null} unless the mode is TCP
     * @param peerDiagnosis the code in the peer's Decline, or 0
     * @param linkGroup number of its link group, or 0
     * @param link number of its link in the link group, or 0 where there are no links
     */
    public record Connection(
            long id,
            Role role,
            InetSocketAddress local,
            InetSocketAddress peer,
            SmcMode mode,
            String state,
            int sendBufferSize,
            int receiveBufferSize,
            long bytesSent,
            long bytesReceived,
            FallbackReason fallbackReason,
            int peerDiagnosis,
            int linkGroup,
            int link,
            Instant since) {
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
     * @param type as {@code smcr} names it: {@code SINGLE}, {@code SYM}, {@code ASYMP} or {@code ASYML}
     * @param eid the negotiated EID; empty in version 1
     * @param peerHost the peer's host name, as it says; may be empty
     * @param maxConnections connections it can take
     * @param links one entry for each link
     */
    public record Smcr(int version, String type, String eid, String peerHost, int maxConnections, List<Link> links) {

        /** Copies the list. */
        public Smcr {
            links = List.copyOf(links);
        }
    }

    /**
     * One link of a link group: a pair of queue pairs.
     *
     * @param number in the link group
     * @param state as {@code smcr} names it: {@code ACTIVATING} or {@code ACTIVE}
     * @param device this side's RDMA device
     * @param port the device's port
     * @param gid this side's GID, in groups of four hexadecimal digits
     * @param peerGid the peer's GID
     * @param qpn this side's queue pair number
     * @param peerQpn the peer's queue pair number
     * @param connections connections on it now
     */
    public record Link(
            int number, String state, String device, int port, String gid, String peerGid, int qpn, int peerQpn,
            int connections) {
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
