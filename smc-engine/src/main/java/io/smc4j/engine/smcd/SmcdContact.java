package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.Contact;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import java.util.function.Consumer;

/** What client and server do alike when a connection over shared memory comes about. */
abstract class SmcdContact implements Contact {

    final Gid gid;
    final SmcdLinkGroup group;
    final SmcdLocalRing ring;
    /** Whether both sides can move the connection to TCP. */
    final boolean movable;
    /** {@code null} before it is bound. */
    SmcdPeerRing peerRing;

    /**
     * Has a ring, which is freed with it.
     *
     * @param gid this engine's
     * @param movable whether the peer can move the connection to TCP, as this side can
     */
    SmcdContact(Gid gid, SmcdLinkGroup group, SmcdLocalRing ring, boolean movable) {
        this.gid = gid;
        this.group = group;
        this.ring = ring;
        this.movable = movable;
    }

    /** Takes a ring that was bound; {@code null} if none was. */
    final void bound(SmcdPeerRing bound) {
        peerRing = bound;
        if (movable && bound != null) {
            bound.agreeToMove();
        }
    }

    @Override
    public final LocalRing localRing() {
        return ring;
    }

    @Override
    public final PeerRing peerRing() {
        return peerRing;
    }

    @Override
    public final void complete(Consumer<FallbackReason> done) {
        done.accept(null);
    }

    /** A ring that the peer may know serves until the peer has seen that the connection is over. */
    @Override
    public boolean abandon() {
        if (peerRing != null) {
            return false;
        }
        ring.free();
        return true;
    }

    @Override
    public final void outOfSync() {
        // A link group of two live processes cannot be: it ends with either.
    }
}
