package io.smc4j.engine.negotiation;

/** How far a {@link ClientNegotiation} is. */
enum ClientState {
    /** TCP connects. */
    CONNECTING,
    /** The offer readies what a Proposal takes. */
    BEGUN,
    PROPOSED,
    /** What came in place of an answer may be the application's, if the listener's process says so. */
    IN_DOUBT,
    /** The contact readies what the Confirm takes. */
    PREPARING,
    /** The Confirm is being sent. */
    CONFIRMED,
    /** The contact makes the connection. */
    COMPLETING,
    /** The server does not establish the connection; it may be about to say why. */
    UNANSWERED,
    /** On TCP, where a Decline may still come. */
    GATED,
    /** TCP connects anew, to be nothing else. */
    RECONNECTING
}
