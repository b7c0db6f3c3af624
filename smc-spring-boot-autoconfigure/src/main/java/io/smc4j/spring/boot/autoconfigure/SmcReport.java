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
 * @param linkGroups one entry per peer process that shares memory with this one
 * @param handshakes ended negotiations by outcome, all outcomes present
 * @param fallbacks reasons for which connections went to TCP, the most frequent first
 * @param bytes payload bytes by mode, of open and closed connections, all modes present
 * @param ringMemory memory of receive rings
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
        RingMemory ringMemory) {

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
     * @param memoryLimit {@code smc.memory.limit}
     * @param handshakeTimeout {@code smc.handshake.timeout}
     * @param retryAfter {@code smc.handshake.retry-after}
     * @param spinMode {@code smc.spin.mode}
     * @param spinLimit {@code smc.spin.limit}
     * @param policy {@code smc.policy}, or what replaced it at run time
     */
    public record Configuration(
            boolean enabled,
            boolean clientEnabled,
            boolean serverEnabled,
            long sendBufferSize,
            long receiveBufferSize,
            long memoryLimit,
            Duration handshakeTimeout,
            Duration retryAfter,
            SmcProperties.SpinMode spinMode,
            Duration spinLimit,
            List<SmcProperties.PolicyRule> policy) {

        static Configuration of(SmcProperties properties, List<SmcProperties.PolicyRule> policy) {
            return new Configuration(properties.enabled(), properties.client().enabled(), properties.server().enabled(),
                    properties.buffers().sendSize().toBytes(), properties.buffers().receiveSize().toBytes(),
                    properties.memory().limit().toBytes(), properties.handshake().timeout(),
                    properties.handshake().retryAfter(), properties.spin().mode(), properties.spin().limit(),
                    List.copyOf(policy));
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
            Instant since) {
    }

    /**
     * The memory shared with one peer process.
     *
     * @param id this side's link group number
     * @param role which end this application was when it was made
     * @param peerGid the peer engine's GID, 32 hexadecimal digits
     * @param peerPid the peer's process id as seen from here
     * @param connections connections that use it now
     * @param ringMemory bytes of this side's rings handed out in it
     */
    public record LinkGroup(int id, Role role, String peerGid, int peerPid, int connections, long ringMemory) {
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
