package io.smc4j.engine.link;

import io.smc4j.engine.wire.ClcConfirm;

/** A connection in the making, as client: made when the Accept has come. */
public interface ClientContact extends Contact {

    /** The Confirm, for when {@link #prepare} is done. */
    ClcConfirm confirm();
}
