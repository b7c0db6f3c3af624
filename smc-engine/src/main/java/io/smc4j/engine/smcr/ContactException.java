package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;

/** SMC-R is not possible for this connection; the peer is to be sent a Decline with the reason's code. */
public final class ContactException extends Exception {

    private static final long serialVersionUID = 1L;
    private final FallbackReason reason;

    ContactException(FallbackReason reason) {
        super(reason.text(), null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public FallbackReason reason() {
        return reason;
    }
}
