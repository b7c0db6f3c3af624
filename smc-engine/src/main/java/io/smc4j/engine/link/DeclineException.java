package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;

/**
 * A connection cannot be SMC. A peer that waits for a CLC message is sent a Decline with the reason's code (RFC 7609,
 * 3.5.2).
 */
public final class DeclineException extends Exception {

    private static final long serialVersionUID = 1L;
    private final FallbackReason reason;

    /** @param reason why */
    public DeclineException(FallbackReason reason) {
        super(reason.text(), null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public FallbackReason reason() {
        return reason;
    }
}
