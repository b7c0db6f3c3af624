package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.rdma.ClientContact;
import io.smc4j.engine.rdma.ContactException;
import io.smc4j.engine.rdma.Rdma;
import io.smc4j.engine.rdma.RdmaOffer;
import io.smc4j.engine.rdma.RdmaPort;
import io.smc4j.engine.rdma.ServerContact;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** What negotiations want of {@link Rdma}, which says what each method does; an engine may also have none. */
interface RdmaAccess extends AutoCloseable {

    /** Makes what an engine has of RDMA. */
    interface Opener {
        /** @param loop on which it is closed */
        RdmaAccess open(ControlLoop loop, RdmaConfig config, MemoryBudget budget);
    }

    /** {@link FallbackReason#DISABLED} if none is wanted, another reason if there is none; {@code null} if there is. */
    FallbackReason objection();

    RdmaPort portFor(InetAddress local);

    RdmaOffer offer(RdmaPort port);

    ClientContact accepted(RdmaPort port, ClcAccept accept, int receiveSize, int sendLimit) throws ContactException;

    ServerContact proposed(RdmaPort port, InetAddress local, ClcProposal proposal, int receiveSize, int sendLimit)
            throws ContactException;

    void suspect(int linkGroup);

    SmcSnapshot.Rdma snapshot();

    Collection<SmcSnapshot.LinkGroup> linkGroups();

    @Override
    void close();

    /** Why a connection cannot be SMC-R; {@code null} if not for want of RDMA on this side. */
    default FallbackReason objection(boolean peerIsLocal) {
        FallbackReason objection = objection();
        return objection == FallbackReason.DISABLED && !peerIsLocal ? FallbackReason.PEER_NOT_LOCAL : objection;
    }

    /** Verbs, if they are wanted. */
    static RdmaAccess open(ControlLoop loop, RdmaConfig config, MemoryBudget budget) {
        return switch (config.provider()) {
            case AUTO, VERBS -> new Verbs(new Rdma(loop, config, budget));
            case KERNEL, NONE -> new None();
        };
    }

    /** No RDMA. */
    final class None implements RdmaAccess {

        @Override
        public FallbackReason objection() {
            return FallbackReason.DISABLED;
        }

        @Override
        public RdmaPort portFor(InetAddress local) {
            return null;
        }

        @Override
        public RdmaOffer offer(RdmaPort port) {
            throw new IllegalStateException("no RDMA");
        }

        @Override
        public ClientContact accepted(RdmaPort port, ClcAccept accept, int receiveSize, int sendLimit) {
            throw new IllegalStateException("no RDMA");
        }

        @Override
        public ServerContact proposed(RdmaPort port, InetAddress local, ClcProposal proposal, int receiveSize, int sendLimit) {
            throw new IllegalStateException("no RDMA");
        }

        @Override
        public void suspect(int linkGroup) {
            // There is none.
        }

        @Override
        public SmcSnapshot.Rdma snapshot() {
            return new SmcSnapshot.Rdma(RdmaConfig.Provider.NONE, objection(), List.of());
        }

        @Override
        public Collection<SmcSnapshot.LinkGroup> linkGroups() {
            return List.of();
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }

    /** The engine's own RDMA. */
    record Verbs(Rdma rdma) implements RdmaAccess {

        @Override
        public FallbackReason objection() {
            return rdma.objection();
        }

        @Override
        public RdmaPort portFor(InetAddress local) {
            return rdma.portFor(local);
        }

        @Override
        public RdmaOffer offer(RdmaPort port) {
            return rdma.offer(port);
        }

        @Override
        public ClientContact accepted(RdmaPort port, ClcAccept accept, int receiveSize, int sendLimit)
                throws ContactException {
            return rdma.accepted(port, accept, receiveSize, sendLimit);
        }

        @Override
        public ServerContact proposed(RdmaPort port, InetAddress local, ClcProposal proposal, int receiveSize, int sendLimit)
                throws ContactException {
            return rdma.proposed(port, local, proposal, receiveSize, sendLimit);
        }

        @Override
        public void suspect(int linkGroup) {
            rdma.suspect(linkGroup);
        }

        @Override
        public SmcSnapshot.Rdma snapshot() {
            return rdma.snapshot();
        }

        @Override
        public Collection<SmcSnapshot.LinkGroup> linkGroups() {
            return rdma.linkGroups();
        }

        @Override
        public void close() {
            rdma.close();
        }
    }
}
