package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.PolicyTable.Decision;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.discovery.Discovery;
import io.smc4j.engine.events.EngineEvents;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcr.Rdma;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Begins the negotiations of an engine, and ends with it those that are under way. Thread-safe. */
public final class Negotiations implements AutoCloseable {

    final SmcConfig config;
    final Gid gid;
    final ControlLoop loop;
    final SmcdLinkGroups linkGroups;
    final Rdma rdma;
    final Discovery discovery;
    final Statistics statistics;
    final Spinner.Policy spinPolicy;
    private final PolicyTable policy;
    private final AdaptiveRules adaptiveRules;
    private final KernelSmc kernelSmc;
    private final PlainConnections plainConnections = new PlainConnections(this);
    private final Set<Negotiation> underway = ConcurrentHashMap.newKeySet();
    /** What cuts off connections that outlive their channels. */
    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;

    /** Begins with the policy of the settings. */
    public Negotiations(SmcConfig config, Gid gid, ControlLoop loop, SmcdLinkGroups linkGroups, Rdma rdma,
            Discovery discovery,
            Statistics statistics, Spinner.Policy spinPolicy) {
        this.config = config;
        this.gid = gid;
        this.loop = loop;
        this.linkGroups = linkGroups;
        this.rdma = rdma;
        this.discovery = discovery;
        this.statistics = statistics;
        this.spinPolicy = spinPolicy;
        this.policy = new PolicyTable(config.policy());
        policy.onChange(EngineEvents.get()::policyChanged);
        this.adaptiveRules = new AdaptiveRules(config.adaptive(), policy, System::nanoTime);
        this.kernelSmc = new KernelSmc(this);
    }

    /** The policy in force. */
    public PolicyTable policy() {
        return policy;
    }

    /** What puts rules in force for listeners that SMC does not pay with. */
    public AdaptiveRules adaptiveRules() {
        return adaptiveRules;
    }

    /** The kernel's SMC, where it carries connections. */
    public KernelSmc kernelSmc() {
        return kernelSmc;
    }

    /** Connections that are not SMC because one side does not know of the other. */
    public PlainConnections plainConnections() {
        return plainConnections;
    }

    // ---- as client

    /** Decides about a listener that is being connected to; the policy counts that. */
    public ConnectPlan plan(InetSocketAddress remote) {
        return new ConnectPlan(this, remote, objectionTo(remote, policy::decideOutbound));
    }

    /** Whether SMC may come of a connect, as far as can be told without connecting. */
    public boolean mayLeadTo(InetSocketAddress remote) {
        return kernelSmc.carries(remote) || new ConnectPlan(this, remote, objectionTo(remote)).hasProspects();
    }

    /** Why no kind of SMC is tried with a listener; {@code null} if one may be. */
    FallbackReason objectionTo(InetSocketAddress remote) {
        return objectionTo(remote, policy::checkOutbound);
    }

    private FallbackReason objectionTo(InetSocketAddress remote, Function<InetSocketAddress, Decision> rules) {
        if (!config.clientEnabled() || refusing) {
            return FallbackReason.DISABLED;
        }
        if (rules.apply(remote).action() == Action.DENY) {
            return FallbackReason.POLICY;
        }
        return discovery.failures().isLeftAlone(remote) ? FallbackReason.RECENT_FAILURE : null;
    }

    /**
     * Why there can be no SMC with a peer with which no memory is shared; {@code null} if there may be. A host without
     * RDMA says so only where RDMA was wanted, or the peer may well be a neighbour that is not found.
     */
    FallbackReason objectionWithoutMemory(boolean local, boolean rdmaWanted) {
        FallbackReason objection = rdma.objection(local);
        if (objection == null || local || rdmaWanted || !config.sharedMemory().enabled()) {
            return objection;
        }
        return switch (config.rdma().provider()) {
            case VERBS, KERNEL -> objection;
            case AUTO, NONE -> switch (objection) {
                case NO_RDMA_LIBRARY, NO_RDMA_DEVICE, DISABLED, PEER_NOT_LOCAL -> discovery.directory().path() == null
                        ? FallbackReason.NO_SHARED_DIRECTORY : FallbackReason.NOT_IN_DIRECTORY;
                default -> objection;
            };
        };
    }

    // ---- as server

    /** Whether both sides have announced SMC, so that there is no choice but to negotiate. */
    public boolean isObligatory(int fd) {
        return discovery.announcer().answered(fd);
    }

    /**
     * Why there is no negotiation with a client; {@code null} if there is one. Also while SMC is refused: the client
     * may have sent a Proposal before it could know.
     */
    public FallbackReason objection(InetSocketAddress local, InetSocketAddress peer) {
        if (!config.serverEnabled()) {
            return FallbackReason.DISABLED;
        }
        if (refusing) {
            return null;
        }
        if (mayShareMemory(local, peer) || rdma.portFor(local.getAddress()) != null) {
            return null;
        }
        FallbackReason objection = objectionWithoutMemory(isLocal(local, peer), false);
        return objection == null ? FallbackReason.NO_SMCR_DEVICE : objection;
    }

    /** Whether a client may be one that shares memory with this process. */
    public boolean mayShareMemory(InetSocketAddress local, InetSocketAddress peer) {
        return config.sharedMemory().enabled() && (discovery.directory().isListening() || isLocal(local, peer));
    }

    private boolean isLocal(InetSocketAddress local, InetSocketAddress peer) {
        return peer.getAddress().equals(local.getAddress())
                || discovery.localAddresses().contains(peer.getAddress());
    }

    /**
     * Begins to look for a Proposal on an accepted socket.
     *
     * @param mustNegotiate {@link #isObligatory}
     */
    public Negotiation accept(Negotiable channel, int fd, InetSocketAddress local, InetSocketAddress peer,
            boolean mustNegotiate) {
        return ServerNegotiation.start(this, channel, fd, local, peer, mustNegotiate);
    }

    /** A Proposal that comes now is not answered. A client that has sent it will ask why. */
    void leaveUnanswered(int fd, InetSocketAddress local, boolean reset) {
        try {
            InetSocketAddress client = Sockets.remoteAddress(fd);
            if (client != null && mayShareMemory(local, client)) {
                linkGroups.inquiries().leaveUnanswered(client, local.getPort(), reset);
            }
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "client not known", e);
        }
    }

    // ---- all there are

    void begun(Negotiation negotiation) {
        underway.add(negotiation);
    }

    void ended(Negotiation negotiation) {
        underway.remove(negotiation);
    }

    /** A connection ends by itself, unless the engine closes before. */
    void ending(Runnable cutOff) {
        endings.add(cutOff);
    }

    void ended(Runnable cutOff) {
        endings.remove(cutOff);
    }

    /** From now on connections are made without SMC. */
    public void refuse() {
        refusing = true;
    }

    /** Whether {@link #refuse()} was called. */
    boolean isClosed() {
        return refusing;
    }

    /**
     * Brings those under way to an outcome, as they have no clock any more; after {@link #refuse()}, on the control
     * loop.
     */
    @Override
    public void close() {
        underway.forEach(Negotiation::engineClosed);
        endings.forEach(Runnable::run);
    }
}
