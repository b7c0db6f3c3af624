package io.smc4j.engine.nio;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.negotiation.AdaptiveRules;
import java.net.InetSocketAddress;

/** Tells the adaptive rules how a client fares with SMC. */
final class AdaptiveAccount {

    private final AdaptiveRules rules;
    private final boolean client;
    /** When the connect began, and when the outcome was known; by {@link System#nanoTime}. */
    private volatile long begunNanos;
    private volatile long decidedNanos;

    AdaptiveAccount(AdaptiveRules rules, SmcSnapshot.Role role) {
        this.rules = rules;
        this.client = role == SmcSnapshot.Role.CLIENT;
    }

    void begun() {
        begunNanos = System.nanoTime();
    }

    void decided() {
        decidedNanos = System.nanoTime();
    }

    /**
     * The peer's reader has taken nothing for long, while the writer waits.
     *
     * @param connection {@code null} if it is none of SMC
     */
    void peerStalled(InetSocketAddress peer, SmcConnection connection) {
        if (client && connection != null) {
            rules.readerStalled(peer);
        }
    }

    /**
     * The connection is closed.
     *
     * @param connection {@code null} if it is none of SMC
     */
    void ended(InetSocketAddress peer, SmcConnection connection) {
        if (client && connection != null) {
            rules.ended(peer, decidedNanos - begunNanos, System.nanoTime() - decidedNanos,
                    connection.figures().bytesSent() + connection.figures().bytesReceived());
        }
    }
}
