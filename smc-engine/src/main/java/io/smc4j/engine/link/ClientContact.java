package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.wire.ClcConfirm;
import java.util.function.Consumer;

/** A connection in the making, as client: made when the Accept has come. */
public interface ClientContact extends Contact {

    /**
     * {@inheritDoc}
     *
     * @param done told {@link FallbackReason#PEER_LOST} if the server has taken its Accept back: then no Decline is due
     */
    @Override
    void prepare(Consumer<FallbackReason> done);

    /** The Confirm, for when {@link #prepare} is done. */
    ClcConfirm confirm();
}
