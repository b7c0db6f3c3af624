package io.smc4j.engine.link;

import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;

/** A connection in the making, as server: made when the Proposal has come. */
public interface ServerContact extends Contact {

    /** The Accept, for when {@link #prepare} is done. */
    ClcAccept accept();

    /**
     * Takes the client's Confirm.
     *
     * @throws DeclineException if it does not fit the Accept
     */
    void confirmed(ClcConfirm confirm) throws DeclineException;
}
