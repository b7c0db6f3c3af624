package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The channel that a negotiation is about. Exactly one of {@link #onSmc}, {@link #onTcp} and {@link #onFailure} is
 * called, and after a gated {@link #onTcp} one of {@link #onGateOpened}, {@link #onGateLeft} and {@link #onFailure}; on
 * any thread and with the negotiation's lock held: the channel must not wait for anything there.
 */
public interface Negotiable {

    /** Bytes that its receive rings may grow to. */
    int receiveSize();

    /** Bytes that may be under way to the peer. */
    int sendSize();

    /** The channel's write lock. */
    ReentrantLock writeLock();

    /**
     * TCP has connected; the outcome shows later. Not told for a socket that was connected before, or not at all on its
     * own.
     */
    void onConnected();

    /**
     * The connection runs on SMC.
     *
     * @param resumption how it goes on over TCP when its path is lost; {@code null} if it does not
     */
    void onSmc(SmcConnection connection, Resumption resumption);

    /**
     * The peer has reset the connection, and the socket tells nobody else any more. What came before can still be read.
     * Before {@link #onTcp} or {@link #onGateOpened}.
     */
    void onReset();

    /**
     * The connection runs on TCP.
     *
     * @param peerDiagnosis the code in the peer's Decline, or 0
     * @param gated whether nothing may be read before {@link #onGateOpened()}
     */
    void onTcp(FallbackReason reason, int peerDiagnosis, boolean gated);

    /** There is no connection, or none any more. */
    void onFailure(IOException cause);

    /** The application's bytes begin here. */
    void onGateOpened();

    /** Whoever reads has to ask the gate whether the application's bytes begin here: nobody else looks any more. */
    void onGateLeft(UnattendedGate gate);

    /** Something about the established connection has changed that its readiness depends on. */
    void onLinkDown();

    /**
     * Throws the socket away and connects a new one, like the first.
     *
     * @return the new descriptor, connecting
     */
    int reconnect() throws IOException;
}
