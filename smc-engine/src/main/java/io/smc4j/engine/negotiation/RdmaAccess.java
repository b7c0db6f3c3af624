package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.smcr.RdmaOffer;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import java.net.InetAddress;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * What negotiations want of RDMA: of {@link Rdma}, which says what each method does and where it may be called, or of nothing.
 */
interface RdmaAccess extends AutoCloseable {

    /** Makes what an engine has of RDMA. */
    interface Opener {
        /** @param loop on which it is closed */
        RdmaAccess open(ControlLoop loop, RdmaConfig config, MemoryBudget budget);
    }

    /** A port, as it serves one local address. */
    interface Port {

        RdmaOffer offer();

        ClientSide accepted(ClcAccept accept, int receiveSize, int sendLimit) throws DeclineException;

        ServerSide proposed(ClcProposal proposal, int receiveSize, int sendLimit) throws DeclineException;
    }

    /** See {@link io.smc4j.engine.smcr.Contact}. */
    interface Side {

        LocalRing localRing();

        PeerRing peerRing();

        void prepare(Consumer<FallbackReason> done);

        void complete(Consumer<FallbackReason> done);

        void abandon();
    }

    /** See {@link io.smc4j.engine.smcr.ClientContact}. */
    interface ClientSide extends Side {

        ClcConfirm confirm();
    }

    /** See {@link io.smc4j.engine.smcr.ServerContact}. */
    interface ServerSide extends Side {

        ClcAccept accept();

        void confirmed(ClcConfirm confirm) throws DeclineException;
    }

    /** {@link FallbackReason#DISABLED} if none is wanted, another reason if there is none; {@code null} if there is. */
    FallbackReason objection();

    /** {@code null} if no port serves the address. */
    Port portFor(InetAddress local);

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

    /** Verbs, if they are wanted. What the kernel carries is {@link KernelSmc}'s. */
    static RdmaAccess open(ControlLoop loop, RdmaConfig config, MemoryBudget budget) {
        return switch (config.provider()) {
            case AUTO, VERBS -> new VerbsAccess(new Rdma(loop, config, budget));
            case KERNEL -> new NoRdma(KernelSmc.probe() ? FallbackReason.DISABLED : FallbackReason.NO_KERNEL_SMC);
            case NONE -> new NoRdma(FallbackReason.DISABLED);
        };
    }
}
