package io.smc4j.engine;

import java.util.Optional;

/**
 * Why a connection runs on TCP.
 *
 * <p>Where the Linux kernel has a diagnosis code for the same thing, {@link #code()} is that code, as sent in a CLC
 * Decline; reasons that never leave this process use the range {@code 0x0A00_xxxx}, which the kernel leaves free.
 */
public enum FallbackReason {

    /** The ring memory budget is used up. */
    MEMORY_LIMIT(0x01010000, "ring memory budget exhausted", "raise smc.memory.limit or lower smc.buffers.*"),
    /** The peer did not announce SMC. */
    PEER_WITHOUT_SMC(0x03010000, "peer did not announce SMC", "run smc4j on the other side as well"),
    /** The client gave up waiting for CONFIRM LINK, or the server for the answer. */
    CONFIRM_LINK_TIMEOUT(0x02010000, "no answer over RDMA",
            "check that RoCE traffic (UDP 4791) passes between the hosts"),
    /** No device that both sides can use. */
    NO_DEVICE(0x03030000, "no SMC device for this peer", "shared memory needs both processes on one host"),
    /** No RDMA device serves the connection's local address. */
    NO_SMCR_DEVICE(0x03030002, "no RDMA device for this address",
            "see smc.rdma.device, smc.rdma.gid-index and smc.rdma.pnet"),
    /** The Proposal lacks the v2 extension. */
    NO_V2_EXTENSION(0x03030004, "proposal without v2 extension", ""),
    /** The Proposal lacks the SMC-D v2 extension. */
    NO_SMCD_V2_EXTENSION(0x03030005, "proposal without SMC-D v2 extension", ""),
    /** No SMC-D device with the same CHID and a known GID. */
    NO_MATCHING_DEVICE(0x03030007, "peer's device is not known here", "both processes must share a network namespace"),
    /** No enterprise identifier in common. */
    NO_COMMON_EID(0x03030008, "no enterprise ID in common", "give both sides the same smc.rdma.ueid"),
    /** The peers do not agree on a release of version 2. */
    RELEASE_MISMATCH(0x03030009, "release negotiation failed", ""),
    /** The peers do not agree on how many connections a link group may have. */
    MAX_CONNECTIONS_MISMATCH(0x0303000A, "maximum of connections not agreed on", ""),
    /** The peers do not agree on how many links a link group may have. */
    MAX_LINKS_MISMATCH(0x0303000B, "maximum of links not agreed on", ""),
    /** The Accept chose what was not proposed. */
    MODE_UNSUPPORTED(0x03040000, "peer chose a mode that was not proposed", ""),
    /** The peer insists on eyecatchers in its RMBs. */
    EYECATCHERS(0x03050000, "peer wants eyecatchers in RMBs", ""),
    /** Version 1 only: the peers share no IP subnet. */
    DIFFERENT_PREFIX(0x03070000, "no IP subnet in common",
            "SMC-R version 1 needs one; give both sides the same smc.rdma.ueid"),
    /** The client does not know the link that the server named. */
    NO_SERVER_LINK(0x030B0000, "unknown link of a link group", "the next connection makes a new link group"),
    /** The two sides disagree about their link group. */
    OUT_OF_SYNC(0x04000000, "link group out of sync", "the next connection makes a new link group"),
    /** The peer sent a CLC Decline. */
    PEER_DECLINED(0x05000000, "peer declined", "see the peer's diagnosis code and its own log"),
    /** Anything unexpected. */
    INTERNAL_ERROR(0x09990000, "internal error", "see the log"),

    /** The peer's RMB could not be taken over. */
    RTOKEN(0x09990001, "no place for the peer's buffer", ""),
    /** A queue pair could not be brought into its next state. */
    LINK_NOT_READY(0x09990002, "queue pair not ready", "see the log"),
    /** An RMB could not be registered, or the peer did not confirm it. */
    BUFFER_NOT_REGISTERED(0x09990003, "buffer not registered", "raise the limit of locked memory (ulimit -l)"),

    /** SMC is switched off on this side. */
    DISABLED(0x0A000001, "switched off",
            "see smc.enabled, smc.client.enabled, smc.server.enabled and smc.rdma.provider"),
    /** A rule of the policy denies SMC for this peer. */
    POLICY(0x0A000002, "denied by policy", "see smc.policy"),
    /** The process or machine cannot run the engine. */
    UNAVAILABLE(0x0A000003, "engine not available", "needs Java 22 or later on Linux"),
    /** The peer is on another host and no RDMA path exists. */
    PEER_NOT_LOCAL(0x0A000004, "peer is on another host", "shared memory needs both processes on one host"),
    /** The listener's marker belongs to another user. */
    FOREIGN_USER(0x0A000005, "peer runs as another user",
            "run both processes as the same user, or give them one directory; see smc.shared-memory.users"),
    /** The peer did not answer in time. */
    TIMEOUT(0x0A000006, "no answer within the handshake time", "raise smc.handshake.timeout if the peer is only slow"),
    /** The peer sent something that is no valid CLC message. */
    MALFORMED(0x0A000007, "malformed CLC message", "the peer may not be an SMC implementation"),
    /** The accepting side sent application data before the client's Proposal was there. */
    SERVER_SPOKE_FIRST(0x0A000008, "server sent data before the handshake",
            "a protocol in which the server speaks first stays on TCP"),
    /** An earlier attempt with this peer failed; it is tried again later. */
    RECENT_FAILURE(0x0A000009, "a recent attempt with this peer failed",
            "SMC is tried again after smc.handshake.retry-after"),
    /** The peer ended during the handshake. */
    PEER_LOST(0x0A00000A, "peer ended during the handshake", ""),
    /** No descriptor or mapping left for a link group. */
    NO_RESOURCES(0x0A00000B, "no descriptors or mappings left", "raise ulimit -n"),
    /** All connection slots of the link group are in use. */
    LINK_GROUP_FULL(0x0A00000C, "link group is full", ""),
    /** There is no libibverbs. */
    NO_RDMA_LIBRARY(0x0A00000D, "no libibverbs", "install libibverbs1 and ibverbs-providers (rdma-core)"),
    /** The host has no RDMA device. */
    NO_RDMA_DEVICE(0x0A00000E, "no RDMA device", "see ibv_devinfo and rdma link"),
    /** The process may not use the RDMA device. */
    RDMA_NOT_PERMITTED(0x0A00000F, "no permission on /dev/infiniband",
            "give the process /dev/infiniband/uverbs* (group rdma, or a device plugin)"),
    /** The process may not lock enough memory. */
    MEMORY_LOCK_LIMIT(0x0A000010, "limit of locked memory too low", "raise ulimit -l (LimitMEMLOCK, CAP_IPC_LOCK)"),
    /** The kernel has no AF_SMC. */
    NO_KERNEL_SMC(0x0A000011, "kernel without AF_SMC", "load the module smc (modprobe smc smc_diag)"),
    /** The process may not announce SMC in TCP's handshake, so that no other host can know of it. */
    NOT_ANNOUNCED(0x0A000013, "SMC not announced in TCP's handshake",
            "give the process CAP_BPF and CAP_NET_ADMIN, or set smc.discovery.http on both sides, or name the "
                    + "listener in the client's smc.peers.include"),
    /** The listener's process has as many link groups with this process, or with this user, as it allows. */
    TOO_MANY_LINK_GROUPS(0x0A000014, "too many link groups with this process or its user",
            "use fewer engines (application contexts) in a process, or fewer processes"),
    /** The peer is not in this network namespace, and no directory is in use by which it could be found. */
    NO_SHARED_DIRECTORY(0x0A000015, "no directory in which to find the peer",
            "if it runs on this host, give both processes one directory (smc.shared-memory.directory, or /run/smc4j); "
                    + "if not, this needs RDMA"),
    /** No engine in the directory has this connection. */
    NOT_IN_DIRECTORY(0x0A000016, "no engine in the shared directory has this connection",
            "the peer is on another host, a proxy or source NAT is in between, or its process does not use smc4j or "
                    + "does not see the directory"),
    /** An engine of the directory may not be connected to. */
    ACCESS_REFUSED(0x0A000017, "no access to the peer's socket in the shared directory",
            "give both containers one SELinux level or AppArmor profile, and the directory mode 1777 or one group"),
    /** The peer's engine is of another version. */
    OTHER_VERSION(0x0A000018, "peer's engine is of another version", "run one version of smc4j on both sides"),
    /** The connection was SMC until a rule of the policy came that denies it, and that applies to open connections. */
    MOVED(0x0A000019, "moved from SMC to TCP while open", "see the rules of smc.policy that apply to open connections"),
    /** The connection was SMC until the peer moved it to TCP. */
    MOVED_BY_PEER(0x0A00001A, "moved from SMC to TCP by the peer while open", "see the policy of the peer"),
    /** The connection was SMC until its last RDMA link was lost. */
    PATH_LOST(0x0A00001B, "moved from SMC to TCP as the last RDMA link was lost",
            "see the log for the link and why it was lost"),
    /** The kernel's SMC has gone to TCP for a reason this table does not know. */
    KERNEL_FALLBACK(0x0A000012, "the kernel's SMC went to TCP", "see smcss and the peer's diagnosis code");

    private final int code;
    private final String text;
    private final String hint;

    FallbackReason(int code, String text, String hint) {
        this.code = code;
        this.text = text;
        this.hint = hint;
    }

    /** The reason that has a code; empty if none has. */
    public static Optional<FallbackReason> ofCode(int code) {
        for (FallbackReason reason : values()) {
            if (reason.code == code) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    /** A diagnosis code as text, such as {@code 0x03010000}. */
    public static String codeText(int code) {
        return String.format("0x%08X", code);
    }

    /** The numeric diagnosis code, as {@code smcss} prints it. */
    public int code() {
        return code;
    }

    /** Whether such a connection was SMC before, so that it counts as one that came to SMC. */
    public boolean isMove() {
        return this == MOVED || this == MOVED_BY_PEER || this == PATH_LOST;
    }

    /** What happened, in a few words. */
    public String text() {
        return text;
    }

    /** What an operator can do about it; empty where there is nothing to do. */
    public String hint() {
        return hint;
    }
}
