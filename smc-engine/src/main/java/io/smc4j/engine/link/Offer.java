package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.util.function.Consumer;

/** What a client can propose for one connection: SMC-D, or SMC-R. */
public interface Offer {

    /**
     * Readies what the Proposal takes.
     *
     * @param done told {@code null}, or why nothing can be proposed; at once, or later on the control loop
     */
    void prepare(Consumer<FallbackReason> done);

    /** The Proposal, for when {@link #prepare} is done. */
    ClcProposal proposal();

    /**
     * Makes of the server's Accept what its answer needs. On the control loop.
     *
     * @throws DeclineException if the Accept cannot be followed; nothing is left behind then
     */
    ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException;
}
