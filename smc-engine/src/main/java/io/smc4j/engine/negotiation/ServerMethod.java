package io.smc4j.engine.negotiation;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.wire.ClcConfirm;
import java.io.IOException;

/** What one technology, SMC-D or SMC-R, does in a {@link ServerNegotiation}. All with the negotiation's lock held. */
interface ServerMethod {

    /** Readies the {@linkplain ServerNegotiation#accept Accept}; at once or later. */
    void begin() throws IOException;

    /**
     * Takes the Confirm, and makes the connection; at once or later.
     *
     * @throws DeclineException if that is not possible
     */
    void confirmed(ClcConfirm confirm) throws IOException, DeclineException;

    /** The peer has declined, as the two sides disagree about their link group. */
    void outOfSync();

    /** Gives up what is not needed any more; can be called at any time. */
    void release();
}
