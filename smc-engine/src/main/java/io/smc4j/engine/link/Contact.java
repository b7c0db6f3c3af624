package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import java.util.function.Consumer;

/**
 * One connection in the making: what happens over RDMA between the CLC messages. Lives on the control loop, where all its
 * methods are called and all callbacks come; a callback may come before the method that was given it returns.
 */
public interface Contact {

    /** The ring to receive into; {@code null} before {@link #prepare} is done. */
    LocalRing localRing();

    /** The ring to send into, once the peer's Accept or Confirm was taken. */
    PeerRing peerRing();

    /**
     * Does over RDMA what has to precede this side's own CLC message.
     *
     * @param done told {@code null}, or why the connection cannot be
     */
    void prepare(Consumer<FallbackReason> done);

    /**
     * Does over RDMA what has to follow the Confirm; as client call it when that is on its way, as server when it was taken.
     *
     * @param done told {@code null}: the connection stands; or why it cannot be
     */
    void complete(Consumer<FallbackReason> done);

    /** Gives up what there is; no callback comes any more. Not to be called once the connection stands. */
    void abandon();
}
