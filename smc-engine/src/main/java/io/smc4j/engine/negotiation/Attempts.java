package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.os.OsException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * What one connect tries with a listener: SMC with the process that was found there, and once more if that has ended
 * and another has come after it. What fails is remembered, or every connection would fail, or wait for as long.
 */
final class Attempts {

    private final Negotiations owner;
    private final InetSocketAddress listener;
    private Prospects prospects;
    private boolean second;

    Attempts(Negotiations owner, InetSocketAddress listener, Prospects prospects) {
        this.owner = owner;
        this.listener = listener;
        this.prospects = prospects;
    }

    InetSocketAddress listener() {
        return listener;
    }

    /** Whether this is the attempt with the process that has come after the first one. */
    boolean isSecond() {
        return second;
    }

    /** Whether the listener's process has left a marker, so that it speaks CLC. */
    boolean hasMarker() {
        return prospects.link() != null;
    }

    /** What to propose over a connection; see {@link Prospects#offer}. */
    Offer offer(int fd, boolean expected) throws DeclineException, OsException {
        return prospects.offer(owner.linkGroups, owner.rdma, fd, expected);
    }

    /** Asks the listener's process about a connection; see {@link Inquiry#begin}. */
    Inquiry inquire(int fd, Consumer<Boolean> answer) throws OsException {
        return Inquiry.begin(owner.linkGroups.inquiries(), prospects.group(), fd, listener.getPort(), answer);
    }

    /**
     * Goes on to the process that has come after the one that has ended; returns {@code false} if there is none to try.
     */
    boolean next() {
        Prospects next = second ? null : prospects.ofSuccessor(owner.linkGroups, owner.discovery.markers(), listener);
        if (next == null) {
            return false;
        }
        second = true;
        prospects = next;
        return true;
    }

    void failed(FallbackReason reason) {
        owner.discovery.failures().remember(listener, prospects.peer(), reason);
    }

    void succeeded() {
        owner.discovery.failures().forget(listener);
    }
}
