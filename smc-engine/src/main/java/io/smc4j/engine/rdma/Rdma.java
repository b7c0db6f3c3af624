package io.smc4j.engine.rdma;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** What an engine has of RDMA: devices, and link groups over them. Thread-safe where not said otherwise. */
public final class Rdma implements AutoCloseable {

    /** Looks for devices. Without any, {@link #objection()} says why. */
    public Rdma(ControlLoop loop, RdmaConfig config, MemoryBudget budget) {
    }

    /** Why there is no RDMA at all; {@code null} if there is. */
    public FallbackReason objection() {
        return FallbackReason.NO_RDMA_LIBRARY;
    }

    /** The port that serves a local address; {@code null} if none does. */
    public RdmaPort portFor(InetAddress local) {
        return null;
    }

    /** What a Proposal through a port is to say. */
    public RdmaOffer offer(RdmaPort port) {
        throw new UnsupportedOperationException();
    }

    /**
     * As client, makes of an Accept what its answer needs. On the control loop.
     *
     * @param port through which was proposed
     * @param receiveSize bytes of the RMB wished for, a ring size
     * @param sendLimit bytes that may be under way to the peer
     * @throws ContactException if the Accept cannot be followed; nothing is left behind then
     */
    public ClientContact accepted(RdmaPort port, ClcAccept accept, int receiveSize, int sendLimit) throws ContactException {
        throw new ContactException(FallbackReason.NO_SMCR_DEVICE);
    }

    /**
     * As server, makes of a Proposal what its answer needs. On the control loop.
     *
     * @param port that serves the connection's local address
     * @param local the connection's local address
     * @throws ContactException if SMC-R cannot be had by it; nothing is left behind then
     */
    public ServerContact proposed(RdmaPort port, InetAddress local, ClcProposal proposal, int receiveSize, int sendLimit)
            throws ContactException {
        throw new ContactException(FallbackReason.NO_SMCR_DEVICE);
    }

    /** A connection's TCP has ended unannounced: finds out whether the peer still lives, and ends the link if not. */
    public void suspect(int linkGroup) {
    }

    /** What there is of devices. */
    public SmcSnapshot.Rdma snapshot() {
        return new SmcSnapshot.Rdma(RdmaConfig.Provider.NONE, objection(), List.of());
    }

    /** What there is of link groups. */
    public Collection<SmcSnapshot.LinkGroup> linkGroups() {
        return List.of();
    }

    /** Ends all link groups and gives the devices back. On the control loop. */
    @Override
    public void close() {
    }
}
