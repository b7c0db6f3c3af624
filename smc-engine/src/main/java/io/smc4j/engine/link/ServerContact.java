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

    /**
     * Takes the Accept back if the client cannot count the connection as made yet; then the contact is given up. Any
     * thread.
     *
     * @return {@code false} if the client can: then the connection is to be made, at once if both rings are there
     */
    boolean takeBack();
}
