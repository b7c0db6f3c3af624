package io.smc4j.engine.rdma;

import io.smc4j.engine.wire.ClcConfirm;

/** A connection in the making, as client: made when the Accept has come. */
public abstract class ClientContact extends Contact {

    ClientContact() {
    }

    /** The Confirm, for when {@link #prepare} is done. */
    public abstract ClcConfirm confirm();
}
