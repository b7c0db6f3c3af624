package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.net.InetAddress;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/** What an engine has of RDMA: devices and link groups over them, or nothing. Thread-safe where not said otherwise. */
public interface Rdma extends AutoCloseable {

    /** Makes what an engine has of RDMA. */
    interface Opener {
        /** @param loop on which it is closed */
        Rdma open(ControlLoop loop, RdmaConfig config, MemoryBudget budget);
    }

    /** A port of a device, as it serves one local address. */
    interface Port {

        /** What a Proposal through the port is to say. */
        RdmaOffer offer();

        /**
         * As client, makes of an Accept what its answer needs. On the control loop.
         *
         * @throws DeclineException if the Accept cannot be followed; nothing is left behind then
         */
        ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException;

        /**
         * As server, makes of a Proposal what its answer needs. On the control loop.
         *
         * @throws DeclineException if SMC-R cannot be had by the Proposal; nothing is left behind then
         */
        ServerContact proposed(ClcProposal proposal, BufferSizes sizes) throws DeclineException;
    }

    /** {@link FallbackReason#DISABLED} if none is wanted, another reason if there is none; {@code null} if there is. */
    FallbackReason objection();

    /** The port that serves a local address; {@code null} if none does. */
    Port portFor(InetAddress local);

    /** A connection's TCP has ended unannounced: finds out whether the peer still lives, and ends the link if not. */
    void suspect(int linkGroup);

    /** What there is of devices. */
    SmcSnapshot.Rdma snapshot();

    /** What there is of link groups. */
    Collection<SmcSnapshot.LinkGroup> linkGroups();

    /** Ends all link groups and gives the devices back. On the control loop. */
    @Override
    void close();

    /** Why a connection cannot be SMC-R; {@code null} if not for want of RDMA on this side. */
    default FallbackReason objection(boolean peerIsLocal) {
        FallbackReason objection = objection();
        return objection == FallbackReason.DISABLED && !peerIsLocal ? FallbackReason.PEER_NOT_LOCAL : objection;
    }

    /**
     * Verbs, if they are wanted.
     *
     * @param kernel whether the kernel has SMC of its own, which carries connections if that is wanted
     */
    static Rdma open(ControlLoop loop, RdmaConfig config, MemoryBudget budget, BooleanSupplier kernel) {
        return switch (config.provider()) {
            case AUTO, VERBS -> new VerbsRdma(loop, config, budget);
            case KERNEL -> new NoRdma(kernel.getAsBoolean() ? FallbackReason.DISABLED : FallbackReason.NO_KERNEL_SMC);
            case NONE -> new NoRdma(FallbackReason.DISABLED);
        };
    }
}
