package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.discovery.Discovery;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SmcDiag;
import io.smc4j.engine.os.Sockets;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The kernel's SMC in the place of SMC-R of our own: {@link RdmaConfig.Provider#KERNEL}. Channels then stand on AF_SMC
 * sockets, which negotiate in the kernel; the engine reads back what came of it. Peers on this host that have left a
 * marker are still reached by shared memory, over plain TCP.
 *
 * <p>Thread-safe.
 */
public final class KernelSmc {

    private final Negotiations owner;
    private final boolean available;
    private final AtomicBoolean silent = new AtomicBoolean();

    KernelSmc(Negotiations owner) {
        this.owner = owner;
        this.available = owner.config.rdma().provider() == RdmaConfig.Provider.KERNEL
                && owner.rdma.objection() != FallbackReason.NO_KERNEL_SMC;
    }

    /** Whether the kernel has SMC; says so if not. To ask loads the module, if that is permitted. */
    public static boolean probe() {
        try {
            Sockets.close(Sockets.openSmcStream(false));
            return true;
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.WARNING, "{0}, so connections run on TCP: {1}. {2}",
                    FallbackReason.NO_KERNEL_SMC.text(), e.getMessage(), FallbackReason.NO_KERNEL_SMC.hint());
            return false;
        }
    }

    /** Whether the settings ask for it and the kernel has it. */
    public boolean isAvailable() {
        return available;
    }

    /**
     * Whether a connection to a listener is the kernel's to negotiate: SMC may be tried, and there is no shared memory.
     */
    public boolean carries(InetSocketAddress remote) {
        return available && owner.objectionTo(remote) == null && !isInSharedMemory(remote);
    }

    /** Looks after an AF_SMC socket that is connecting; if it comes to stand, the kernel says what it is. */
    public Negotiation start(Negotiable channel, int fd, InetSocketAddress remote) throws OsException {
        owner.policy().decideOutbound(remote);
        return KernelNegotiation.start(owner, channel, fd, remote);
    }

    private boolean isInSharedMemory(InetSocketAddress remote) {
        Discovery discovery = owner.discovery;
        return owner.config.sharedMemory().enabled() && discovery.localAddresses().contains(remote.getAddress())
                && discovery.markers().find(remote) != null;
    }

    /**
     * Whether listeners are AF_SMC sockets. They answer every client that announces SMC, whatever the policy says of
     * it: the handshake is over before the connection is accepted.
     */
    public boolean listens() {
        return available && owner.config.serverEnabled() && !owner.isClosed();
    }

    /** The host's AF_SMC sockets by their inodes; none if the kernel does not tell, which is said once. */
    public Map<Long, SmcDiag.KernelSocket> sockets() {
        if (!available) {
            return Map.of();
        }
        try {
            return SmcDiag.dump();
        } catch (OsException e) {
            if (silent.compareAndSet(false, true)) {
                Negotiation.LOG.log(System.Logger.Level.WARNING,
                        "the modes of AF_SMC sockets are not known: {0}; load the module smc_diag", e.getMessage());
            }
            return Map.of();
        }
    }

    /** What is shown of it where it is available. */
    public SmcSnapshot.Rdma snapshot() {
        return new SmcSnapshot.Rdma(RdmaConfig.Provider.KERNEL, null, List.of());
    }
}
