package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.discovery.directory.Finding;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcd.Inquiries;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What one connect tries with a listener: SMC with the process that was found there, and once more if that has ended
 * and another has come after it. What fails is remembered, or every connection would fail, or wait for as long.
 */
final class Attempts {

    /** How long an engine has to prove itself that has only said that the connection is its own. */
    private static final long PROOF_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Negotiations owner;
    private final InetSocketAddress listener;
    private Prospects prospects;
    private boolean announcing;
    private boolean second;

    Attempts(Negotiations owner, InetSocketAddress listener, Prospects prospects) {
        this.owner = owner;
        this.listener = listener;
        this.prospects = prospects;
        this.announcing = prospects.announced();
    }

    InetSocketAddress listener() {
        return listener;
    }

    /** Whether the socket announces SMC. */
    boolean isAnnouncing() {
        return announcing;
    }

    /** Whether the server has announced SMC as well, and so waits for a Proposal. */
    boolean isAnnouncementAnswered(int fd) {
        return announcing && owner.discovery.announcer().peerAnnounced(fd);
    }

    /** The socket announces no more. */
    void endAnnouncement(int fd) {
        if (announcing) {
            announcing = false;
            owner.discovery.announcer().forget(fd);
        }
    }

    /** Whether this is the attempt with the process that has come after the first one. */
    boolean isSecond() {
        return second;
    }

    /** Whether it is certain that the listener's process speaks CLC. */
    boolean isCertain() {
        return prospects.isCertain();
    }

    /** Whether the listener's process speaks CLC, and its engine lives. */
    boolean speaksClc() {
        SmcdLinkGroup group = prospects.group();
        return isCertain() && group != null && group.isActive();
    }

    /** Whether the directory was asked, or is to be. */
    boolean isSearched() {
        return prospects.search() || prospects.finding() != null;
    }

    /** How long the listener's process is waited for. */
    long patienceNanos() {
        long whole = owner.config.handshakeTimeout().toNanos();
        return isSearched() && !isCertain() ? Math.min(PROOF_NANOS, whole) : whole;
    }

    /** An engine in the directory has the connection. */
    void found(Finding finding) {
        prospects = prospects.of(finding);
    }

    /** What to propose over a connection; see {@link Prospects#offer}. */
    Offer offer(int fd, boolean expected) throws DeclineException, OsException {
        if (!prospects.search()) {
            Offer offer = prospects.offer(owner.linkGroups, owner.rdma, fd, expected);
            return prospects.mayBeAnotherUsers() && owner.discovery.directory().mayFindUserOf(listener)
                    ? new SearchedOffer(owner, this, Sockets.localAddress(fd), prospects.begun(), offer, null) : offer;
        }
        Offer otherwise = null;
        if (expected || prospects.known()) {
            try {
                otherwise = prospects.offer(owner.linkGroups, owner.rdma, fd, expected);
            } catch (DeclineException e) {
                // There is a chance left.
                otherwise = null;
            }
        }
        return new SearchedOffer(owner, this, Sockets.localAddress(fd), prospects.begun(), null, otherwise);
    }

    /** Asks the listener's process about a connection; see {@link Inquiry#begin}. */
    Inquiry inquire(int fd, Consumer<Inquiries.Answer> answer) throws OsException {
        // Who has only said that it has the connection would say so again.
        SmcdLinkGroup asked = isCertain() ? prospects.group() : null;
        int port = prospects.finding() == null ? listener.getPort() : prospects.finding().server().getPort();
        return Inquiry.begin(owner.linkGroups.inquiries(), asked, fd, port, answer);
    }

    /**
     * Goes on to the process that has come after the one that has ended; returns {@code false} if there is none to try.
     */
    boolean next() {
        Prospects next = second ? null : prospects.ofSuccessor(owner.linkGroups, owner.discovery, listener);
        if (next == null) {
            return false;
        }
        second = true;
        prospects = next;
        return true;
    }

    void failed(FallbackReason reason) {
        if (prospects.known()) {
            owner.discovery.learnedListeners().failed(listener);
        }
        Finding finding = prospects.finding();
        if (finding != null && !finding.proven()) {
            owner.discovery.directory().failed(finding);
        }
        // An engine that may have lied must not have this forgotten by its end.
        owner.discovery.failures().remember(listener, finding == null || finding.proven() ? prospects.peer() : null,
                reason);
    }

    /** The application had a connection: that none can be had in its place is its loss, and no connect that failed. */
    SocketException loss(FallbackReason why, IOException cause) {
        String text = "SMC handshake with " + listener + ": " + why.text() + "; TCP in its place failed";
        SocketException reset = new SocketException("Connection reset");
        reset.initCause(new IOException(text, Negotiation.forOwner(cause)));
        return reset;
    }

    /** TCP does not connect. Returns why. */
    IOException unreachable(IOException cause) {
        owner.discovery.learnedListeners().forget(listener);
        return cause;
    }

    /** Returns the connection that has come of it. */
    SmcConnection succeeded(SmcConnection connection) {
        owner.discovery.failures().forget(listener);
        if (prospects.known()) {
            owner.discovery.learnedListeners().confirm(listener, connection.group()::isActive);
        }
        if (prospects.finding() != null) {
            owner.discovery.directory().succeeded(prospects.finding());
        }
        return connection;
    }
}
