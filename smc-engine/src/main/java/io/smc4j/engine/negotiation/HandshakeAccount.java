package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.events.EngineEvents;

/**
 * What is counted and recorded of a handshake, but only if the two sides have spoken to each other. Guarded by the
 * negotiation's lock.
 */
final class HandshakeAccount {

    private static final EngineEvents EVENTS = EngineEvents.get();

    private final Negotiation negotiation;
    private EngineEvents.Handshake recorded;
    private boolean exchanged;

    HandshakeAccount(Negotiation negotiation) {
        this.negotiation = negotiation;
    }

    /** It takes time from now on. */
    void begin() {
        if (recorded == null) {
            recorded = EVENTS.beginHandshake();
        }
    }

    /** From now on the outcome counts. */
    void exchanged() {
        exchanged = true;
        begin();
    }

    void succeeded(SmcConnection connection) {
        count(HandshakeOutcome.SMC);
        record(HandshakeOutcome.SMC, connection.mode(), connection.group().id(), null, 0);
    }

    void failed() {
        count(HandshakeOutcome.FAILED);
        record(HandshakeOutcome.FAILED, null, 0, null, 0);
    }

    /** The fallback itself is counted by who goes on with TCP. */
    void fellBack(FallbackReason reason, int peerDiagnosis) {
        record(HandshakeOutcome.FALLBACK, SmcMode.TCP, 0, reason, peerDiagnosis);
    }

    private void count(HandshakeOutcome outcome) {
        if (exchanged) {
            negotiation.owner.statistics.handshake(negotiation.role, outcome);
        }
    }

    private void record(HandshakeOutcome outcome, SmcMode mode, int linkGroup, FallbackReason reason,
            int peerDiagnosis) {
        if (exchanged && recorded != null) {
            recorded.over(negotiation.role, negotiation.peer, outcome, mode, linkGroup, reason, peerDiagnosis);
        }
        recorded = null;
    }
}
