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
 * @param handshakes ended negotiations by outcome
 * @param fallbacks connections that went to TCP, by reason
 * @param bytes payload bytes by mode, of open and closed connections
 * @param ringMemoryInUse bytes of receive rings handed out
 * @param ringMemoryLimit the budget these count against
 */
public record SmcSnapshot(
        String gid,
        List<Connection> connections,
        List<LinkGroup> linkGroups,
        Map<HandshakeOutcome, Long> handshakes,
        Map<FallbackReason, Long> fallbacks,
        Map<SmcMode, Traffic> bytes,
        long ringMemoryInUse,
        long ringMemoryLimit) {

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
     * @param mode {@code null} while it is still being negotiated
     * @param state the state's name in protocol terms, e.g. {@code ACTIVE}
     * @param sendBufferSize bytes that may be under way to the peer; 0 unless SMC
     * @param receiveBufferSize size of this side's ring in bytes; 0 unless SMC
     * @param fallbackReason {@code null} unless the mode is TCP
     * @param peerDiagnosis the code in the peer's Decline, or 0
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
            Instant since) {
    }

    /**
     * The memory shared with one peer process.
     *
     * @param id this side's link group number
     * @param peerGid the peer engine's GID, 32 hexadecimal digits
     * @param peerPid the peer's process id as seen from here
     * @param connections connections that use it now
     * @param ringMemory bytes of this side's rings handed out in it
     */
    public record LinkGroup(int id, Role role, String peerGid, int peerPid, int connections, long ringMemory) {
    }

    /** Payload bytes in both directions. */
    public record Traffic(long sent, long received) {
    }
}
