package io.smc4j.engine.negotiation;

import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroup;
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
     * What there is to be tried with the process that has come after the one that has ended; {@code null} if there is
     * none.
     */
    Prospects ofSuccessor(SmcEngine engine, InetSocketAddress listener) {
        Gid gone = peer();
        if (gone == null || engine.linkGroups().isKnown(gone)) {
            return null;
        }
        CompletableFuture<SmcdLinkGroup> next = engine.discovery().markers().find(listener);
        return next == null ? null : new Prospects(next, false, false);
    }
}
