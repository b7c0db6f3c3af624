package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.discovery.Discovery;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcr.Rdma;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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
    private final KernelSmc kernelSmc;
    private final Set<Negotiation> underway = ConcurrentHashMap.newKeySet();
    /** What cuts off connections that outlive their channels. */
    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
    private volatile SmcPolicy policy;
    private volatile boolean refusing;

    /** Has the policy of the settings, until another is {@linkplain #setPolicy set}. */
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
        this.policy = config.policy();
        this.kernelSmc = new KernelSmc(this);
    }

    /** The policy in force. */
    public SmcPolicy policy() {
        return policy;
    }

    /** Replaces the policy for connections from now on. */
    public void setPolicy(SmcPolicy value) {
        policy = value;
    }

    /** The kernel's SMC, where it carries connections. */
    public KernelSmc kernelSmc() {
        return kernelSmc;
    }

    // ---- as client

    /** Decides about a listener. */
    public ConnectPlan plan(InetSocketAddress remote) {
        return new ConnectPlan(this, remote);
    }

    /** Whether SMC may come of a connect, as far as can be told without connecting. */
    public boolean mayLeadTo(InetSocketAddress remote) {
        return kernelSmc.carries(remote) || plan(remote).hasProspects();
    }

    /** Why no kind of SMC is tried with a listener; {@code null} if one may be. */
    FallbackReason objectionTo(InetSocketAddress remote) {
        if (!config.clientEnabled() || refusing) {
            return FallbackReason.DISABLED;
        }
        if (!policy.allowsOutbound(remote)) {
            return FallbackReason.POLICY;
        }
        return discovery.failures().isLeftAlone(remote) ? FallbackReason.RECENT_FAILURE : null;
    }

    // ---- as server

    /** Whether both sides have announced SMC, so that there is no choice but to negotiate. */
    public boolean isObligatory(int fd) {
        return discovery.announcer().answered(fd);
    }

    /** Why SMC is not offered to a client; {@code null} if it is. */
    public FallbackReason objection(InetSocketAddress local, InetSocketAddress peer) {
        if (!config.serverEnabled() || refusing) {
            return FallbackReason.DISABLED;
        }
        boolean peerIsLocal = peer.getAddress().equals(local.getAddress())
                || discovery.localAddresses().contains(peer.getAddress());
        if (peerIsLocal && config.sharedMemory().enabled() || rdma.portFor(local.getAddress()) != null) {
            return null;
        }
        FallbackReason objection = rdma.objection(peerIsLocal);
        return objection == null ? FallbackReason.NO_SMCR_DEVICE : objection;
    }

    /**
     * Begins to look for a Proposal on an accepted socket.
     *
     * @param mustNegotiate {@link #isObligatory}
     */
    public Negotiation accept(Negotiable channel, int fd, InetSocketAddress local, InetAddress peer,
            boolean mustNegotiate) throws OsException {
        return ServerNegotiation.start(this, channel, fd, local, peer, mustNegotiate);
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
