package io.smc4j.spring.boot.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * SMC in this application at one moment, on any Java version. The {@code smc} endpoint shows it as JSON, field by field.
 *
 * <p>Immutable. Counters run from the start of the application and never decrease.
 *
 * @param available whether SMC channels are made
 * @param cause why not, in one line; {@code null} if available
 * @param java the Java version
 * @param os name, version and architecture of the operating system
 * @param gid the engine's GID, 32 hexadecimal digits; {@code null} if not available
 * @param configuration the settings in force
 * @param connections every open connection made through the engine's channels
 * @param linkGroups one entry per peer process that shares memory with this one, and per link group over RDMA
 * @param handshakes ended negotiations by outcome, all outcomes present
 * @param fallbacks reasons for which connections went to TCP, the most frequent first
 * @param bytes payload bytes by mode, of open and closed connections, all modes present
 * @param ringMemory memory of receive rings
 * @param rdma what carries SMC-R
 * @param devices ports of RDMA devices that can be used
 */
public record SmcReport(
        boolean available,
        String cause,
        String java,
        String os,
        String gid,
        Configuration configuration,
        List<Connection> connections,
        List<LinkGroup> linkGroups,
        Map<Outcome, Long> handshakes,
        List<Fallback> fallbacks,
        Map<Mode, Traffic> bytes,
        RingMemory ringMemory,
        Rdma rdma,
        List<Device> devices) {

    /** Open connections whose mode stands, by mode; all modes present. */
    public Map<Mode, Long> connectionsByMode() {
        Map<Mode, Long> result = new EnumMap<>(Mode.class);
        for (Mode mode : Mode.values()) {
            result.put(mode, 0L);
        }
        for (Connection connection : connections) {
            if (connection.mode() != null) {
                result.merge(connection.mode(), 1L, Long::sum);
            }
        }
        return result;
    }

    /** How the bytes of a connection travel, named as {@code smcss} names it. */
    public enum Mode {
        /** Rings in memory shared by two processes of one host. */
        SMCD,
        /** RDMA writes into the peer's ring. */
        SMCR,
        /** The TCP connection itself. */
        TCP
    }

    /** Which end of a connection this application is. */
    public enum Role {
        /** It connected. */
        CLIENT,
        /** It accepted. */
        SERVER
    }

    /** How a negotiation ended. */
    public enum Outcome {
        /** On SMC. */
        SMC,
        /** On TCP, with a reason. */
        FALLBACK,
        /** Without a connection. */
        FAILED
    }

    /**
     * The settings in force; sizes in bytes.
     *
     * @param enabled {@code smc.enabled}
     * @param clientEnabled {@code smc.client.enabled}
     * @param serverEnabled {@code smc.server.enabled}
     * @param sendBufferSize {@code smc.buffers.send-size}
     * @param receiveBufferSize {@code smc.buffers.receive-size}
     * @param initialBufferSize {@code smc.buffers.initial-size}
     * @param bufferIdleAfter {@code smc.buffers.idle-after}
     * @param memoryLimit {@code smc.memory.limit}
     * @param handshakeTimeout {@code smc.handshake.timeout}
     * @param retryAfter {@code smc.handshake.retry-after}
     * @param spinMode {@code smc.spin.mode}
     * @param spinLimit {@code smc.spin.limit}
     * @param sharedMemoryEnabled {@code smc.shared-memory.enabled}
     * @param rdma {@code smc.rdma}
     * @param synOption {@code smc.discovery.syn-option}
     * @param peers {@code smc.peers.include}
     * @param policy {@code smc.policy}, or what replaced it at run time
     */
    public record Configuration(
            boolean enabled,
            boolean clientEnabled,
            boolean serverEnabled,
            long sendBufferSize,
            long receiveBufferSize,
            long initialBufferSize,
            Duration bufferIdleAfter,
            long memoryLimit,
            Duration handshakeTimeout,
            Duration retryAfter,
            SmcProperties.SpinMode spinMode,
            Duration spinLimit,
            boolean sharedMemoryEnabled,
            SmcProperties.Rdma rdma,
            boolean synOption,
            List<String> peers,
            List<SmcProperties.PolicyRule> policy) {

        static Configuration of(SmcProperties properties, List<SmcProperties.PolicyRule> policy) {
            return new Configuration(properties.enabled(), properties.client().enabled(), properties.server().enabled(),
                    properties.buffers().sendSize().toBytes(), properties.buffers().receiveSize().toBytes(),
                    properties.buffers().initialSize().toBytes(), properties.buffers().idleAfter(),
                    properties.memory().limit().toBytes(), properties.handshake().timeout(),
                    properties.handshake().retryAfter(), properties.spin().mode(), properties.spin().limit(),
                    properties.sharedMemory().enabled(), properties.rdma(), properties.discovery().synOption(),
                    List.copyOf(properties.peers().include()), List.copyOf(policy));
        }
    }

    /**
     * One open connection; sizes in bytes.
     *
     * @param id unique within the application
     * @param role which end this application is
     * @param local this end, as {@code address:port}
     * @param peer the other end, as {@code address:port}
     * @param mode {@code null} while it is still being negotiated
     * @param state the state's name in protocol terms, such as {@code ACTIVE}
     * @param sendBufferSize bytes that may be under way to the peer; 0 unless SMC
     * @param receiveBufferSize size of this side's ring; 0 unless SMC
     * @param bytesSent payload bytes sent
     * @param bytesReceived payload bytes received
     * @param fallbackReason {@code null} unless the mode is TCP
     * @param peerDiagnosis the code in the peer's CLC Decline, such as {@code 0x03030000}; {@code null} if there was none
     * @param linkGroup number of its link group; {@code null} if it has none
     * @param link number of its link in the link group; {@code null} unless SMC-R
     * @param since when it was made
     */
    public record Connection(
            long id,
            Role role,
            String local,
            String peer,
            Mode mode,
            String state,
            int sendBufferSize,
            int receiveBufferSize,
            long bytesSent,
            long bytesReceived,
            Reason fallbackReason,
            String peerDiagnosis,
            Integer linkGroup,
            Integer link,
            Instant since) {
    }

    /**
     * What the connections with one peer share.
     *
     * @param id this side's link group number
     * @param mode {@link Mode#SMCD} or {@link Mode#SMCR}
     * @param role which end this application was when it was made
     * @param peerGid the peer engine's GID, 32 hexadecimal digits
     * @param peerPid the peer's process id as seen from here; {@code null} if it is on another host
     * @param connections connections that use it now
     * @param ringMemory bytes of this side's rings handed out in it
     * @param smcr what only SMC-R has; {@code null} for SMC-D
     */
    public record LinkGroup(int id, Mode mode, Role role, String peerGid, Integer peerPid, int connections,
            long ringMemory, Smcr smcr) {
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
    }

    /**
     * One link of a link group: a pair of queue pairs.
     *
     * @param number in the link group
     * @param state as {@code smcr} names it: {@code ACTIVATING} or {@code ACTIVE}
     * @param device this side's RDMA device
     * @param port the device's port
     * @param gid this side's GID
     * @param peerGid the peer's GID
     * @param qpn this side's queue pair number
     * @param peerQpn the peer's queue pair number
     * @param connections connections on it now
     */
    public record Link(int number, String state, String device, int port, String gid, String peerGid, int qpn,
            int peerQpn, int connections) {
    }

    /**
     * What carries SMC-R.
     *
     * @param provider {@code VERBS}, {@code KERNEL} or {@code NONE}
     * @param objection why there is none; {@code null} if there is, or SMC is off
     */
    public record Rdma(SmcProperties.RdmaProvider provider, Reason objection) {
    }

    /**
     * A port of an RDMA device.
     *
     * @param name the device's name, such as {@code mlx5_0}
     * @param port the port's number
     * @param netdev the network interface on it; may be empty
     * @param active whether it can carry traffic now
     * @param gids its GIDs, each with its index and type
     * @param links links that use it now
     */
    public record Device(String name, int port, String netdev, boolean active, List<String> gids, int links) {
    }

    /**
     * Why a connection runs on TCP.
     *
     * @param name the reason's name, such as {@code PEER_WITHOUT_SMC}
     * @param code the diagnosis code, such as {@code 0x03010000}
     * @param text what happened, in a few words
     * @param hint what an operator can do about it; empty where there is nothing to do
     */
    public record Reason(String name, String code, String text, String hint) {
    }

    /**
     * How often connections went to TCP for one reason.
     *
     * @param reason the reason
     * @param count connections since the start
     */
    public record Fallback(Reason reason, long count) {
    }

    /**
     * Payload bytes.
     *
     * @param sent bytes sent
     * @param received bytes received
     */
    public record Traffic(long sent, long received) {
    }

    /**
     * Memory of receive rings, in bytes.
     *
     * @param used handed out now
     * @param limit the budget
     */
    public record RingMemory(long used, long limit) {
    }
}
