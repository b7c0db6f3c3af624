package io.smc4j.engine.negotiation;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;

/** What one technology, SMC-D or SMC-R, does in a {@link ClientNegotiation}. All with the negotiation's lock held. */
interface ClientMethod {

    /** Readies what a Proposal takes, then has it {@linkplain ClientNegotiation#propose proposed}; at once or later. */
    void begin() throws IOException;

    ClcProposal proposal() throws IOException;

    /**
     * Follows an Accept, up to the {@linkplain ClientNegotiation#confirm Confirm}; at once or later.
     *
     * @throws DeclineException if that is not possible
     */
    void accepted(ClcAccept accept) throws IOException, DeclineException;

    /** The Confirm is on its way: looks whether the connection stands, or has that told. */
    void confirmed() throws IOException;

    /** After the Confirm, the socket has news. */
    void look() throws IOException;

    /** The peer has declined, as the two sides disagree about their link group. */
    void outOfSync();

    /** Gives up what is not needed any more, also a connection that was not handed out; can be called at any time. */
    void release();
}
