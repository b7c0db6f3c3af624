package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.discovery.Markers;
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
 */
record Prospects(CompletableFuture<SmcdLinkGroup> link, boolean announced, boolean known) {

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
    Prospects ofSuccessor(SmcdLinkGroups linkGroups, Markers markers, InetSocketAddress listener) {
        Gid gone = peer();
        if (gone == null || linkGroups.isKnown(gone)) {
            return null;
        }
        CompletableFuture<SmcdLinkGroup> next = markers.find(listener);
        return next == null ? null : new Prospects(next, false, false);
    }
}
