package io.smc4j.engine;

import java.util.List;

/**
 * What comes of a connection to a peer, step by step.
 *
 * @param peer as asked for
 * @param mode how bytes would travel; {@code null} if there is no connection
 * @param steps those that were gone, in order; the last one may have failed
 * @param verdict all of it in one line
 * @param lever what can be done about the step that failed; empty if none did, or nothing helps
 */
public record PeerCheck(String peer, SmcMode mode, List<Step> steps, String verdict, String lever) {

    /** Copies the list. */
    public PeerCheck {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param name stable, for scripts
     * @param passed whether SMC could go on from here
     * @param found what was found, for people
     */
    public record Step(String name, boolean passed, String found) {
    }
}
