package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.discovery.Discovery;
import io.smc4j.engine.discovery.directory.Finding;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.smcr.SmcrOffer;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * What a client can try with a listener.
 *
 * @param link the link group with the listener's process; {@code null} if it left no marker
 * @param announced whether the socket has announced SMC
 * @param known whether the listener may be sent a Proposal that it has not announced
 * @param search whether engines in the shared directory are to be asked for the connection
 * @param begun when the connect began, by {@link System#nanoTime()}
 * @param finding what came of that; {@code null} if they were not asked, or not found
 */
record Prospects(CompletableFuture<SmcdLinkGroup> link, boolean announced, boolean known, boolean search,
        long begun, Finding finding) {

    /** What there is to be tried with the engine that was found. */
    Prospects of(Finding found) {
        return new Prospects(found.link(), announced, known, false, begun, found);
    }

    /** Whether it is certain that the listener's process speaks CLC: an engine in the directory may only say so. */
    boolean isCertain() {
        return link != null && (finding == null || finding.proven());
    }

    /** Whether the listener's marker may turn out to be another user's. */
    boolean mayBeAnotherUsers() {
        return link != null && finding == null && group() == null;
    }

    /** The link group, once there is one; else {@code null}. */
    SmcdLinkGroup group() {
        return link != null && link.isDone() && !link.isCompletedExceptionally() ? link.join() : null;
    }

    /** The engine that owns the listener's marker, if it shares memory with this one; else {@code null}. */
    Gid peer() {
        SmcdLinkGroup group = group();
        return group == null ? null : group.peerGid();
    }

    /**
     * What to propose over a connection.
     *
     * @param expected whether the server waits for a Proposal
     * @throws DeclineException if there is nothing
     */
    Offer offer(SmcdLinkGroups linkGroups, Rdma rdma, int fd, boolean expected) throws DeclineException, OsException {
        if (link != null) {
            return linkGroups.offer(link);
        }
        if (!expected && !known) {
            throw new DeclineException(FallbackReason.PEER_WITHOUT_SMC);
        }
        Offer offer = SmcrOffer.of(rdma, Sockets.localAddress(fd).getAddress());
        if (offer == null) {
            throw new DeclineException(FallbackReason.NO_SMCR_DEVICE);
        }
        return offer;
    }

    /**
     * What there is to be tried with the process that has come after the one that has ended; {@code null} if there is
     * none.
     */
    Prospects ofSuccessor(SmcdLinkGroups linkGroups, Discovery discovery, InetSocketAddress listener) {
        Gid gone = peer();
        if (gone == null || linkGroups.isKnown(gone)) {
            return null;
        }
        CompletableFuture<SmcdLinkGroup> next = discovery.markers().find(listener);
        boolean searchable = next == null && discovery.directory().mayFind(listener);
        return next == null && !searchable ? null
                : new Prospects(next, false, false, searchable, System.nanoTime(), null);
    }
}
