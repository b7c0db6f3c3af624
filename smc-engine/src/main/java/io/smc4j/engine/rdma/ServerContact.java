package io.smc4j.engine.rdma;

import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;

/** A connection in the making, as server: made when the Proposal has come. */
public abstract class ServerContact extends Contact {

    ServerContact() {
    }

    /** The Accept, for when {@link #prepare} is done. */
    public abstract ClcAccept accept();

    /**
     * Takes the client's Confirm.
     *
     * @throws ContactException if it does not fit the Accept
     */
    public abstract void confirmed(ClcConfirm confirm) throws ContactException;
}
