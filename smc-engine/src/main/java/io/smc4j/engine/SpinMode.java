package io.smc4j.engine;

/** Whether a thread that waits for a ring polls for a moment before it sleeps. */
public enum SpinMode {
    /** Poll while recent waits were short and the peer runs on another processor. */
    ADAPTIVE,
    /** Sleep at once: the least CPU time at low rates, the highest latency. */
    NEVER,
    /** Poll for the whole limit at every wait. */
    ALWAYS
}
