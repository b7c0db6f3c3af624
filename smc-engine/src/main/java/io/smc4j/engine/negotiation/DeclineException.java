package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.LinkGroup.NoRingException;

/** The peer's message can only be answered by a Decline. */
final class DeclineException extends Exception {

    private static final long serialVersionUID = 1L;
    private final FallbackReason reason;

    DeclineException(FallbackReason reason) {
        super(reason.text(), null, false, false);
        this.reason = reason;
    }

    DeclineException(NoRingException cause) {
        this(cause.reason());
    }

    /** Why. */
    FallbackReason reason() {
        return reason;
    }
}
