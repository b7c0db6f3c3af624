package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import java.util.function.Consumer;

/**
 * One connection in the making: what happens in shared memory or over RDMA between the CLC messages. A callback may
 * come before the method that was given it returns; one that comes later comes on the control loop. There all methods
 * are called, too; but a server's contact over shared memory, which is ready at once, may be made and prepared by any
 * thread.
 */
public interface Contact {

    /** The ring to receive into; {@code null} before {@link #prepare} is done. */
    LocalRing localRing();

    /** The ring to send into, once the peer's Accept or Confirm was taken. */
    PeerRing peerRing();

    /**
     * Does what has to precede this side's own CLC message.
     *
     * @param done told {@code null}, or why the connection cannot be
     */
    void prepare(Consumer<FallbackReason> done);

    /**
     * Does what has to follow the Confirm; as client call it when that was sent, as server when it was taken.
     *
     * @param done told {@code null}: the connection stands; or why it cannot be
     */
    void complete(Consumer<FallbackReason> done);

    /**
     * Gives up what there is; no callback comes any more. Not to be called once the connection stands.
     *
     * @return {@code false} if the peer counts the connection as made already: then both rings are there, and it has to
     *        be made
     *         and closed, so that the peer sees it end
     */
    boolean abandon();

    /**
     * The peer's Decline says that the two sides disagree about their link group, which should end. After
     * {@link #abandon}.
     */
    void outOfSync();
}
