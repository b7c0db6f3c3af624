package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SmcdLinkGroup;
import io.smc4j.engine.link.SmcdLinkGroups.LinkException;
import io.smc4j.engine.link.SmcdLocalRing;
import io.smc4j.engine.link.SmcdPeerRing;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdDmb;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * SMC-D as client. The connection stands with the server's sign in the shared memory that it took the Confirm. Until that
 * sign the server may still decline, so the connection is not handed out before: declines cannot cross.
 */
final class SmcdClient implements ClientMethod, Doorbell.Listener, LinkGroup.Member {

    private final ClientNegotiation negotiation;
    private final SmcEngine engine;
    private final CompletableFuture<SmcdLinkGroup> link;
    private SmcdLinkGroup group;
    private SmcdLocalRing ring;
    private SmcdPeerRing peerRing;
    private DoorbellSlot slot;
    private boolean confirmed;

    /** @param link the link group with the process that left a marker */
    SmcdClient(ClientNegotiation negotiation, CompletableFuture<SmcdLinkGroup> link) {
        this.negotiation = negotiation;
        this.engine = negotiation.engine;
        this.link = link;
    }

    @Override
    public void begin() {
        link.whenComplete((result, problem) ->
                engine.loop().execute(() -> negotiation.resume(() -> linked(result, problem))));
    }

    private void linked(SmcdLinkGroup result, Throwable problem) throws IOException {
        if (result != null) {
            negotiation.propose();
            return;
        }
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        negotiation.leaveTcp(cause instanceof LinkException e ? e.reason() : FallbackReason.INTERNAL_ERROR);
    }

    @Override
    public ClcProposal proposal() {
        return engine.peer().proposal();
    }

    @Override
    public void accepted(ClcAccept accept) throws IOException, DeclineException {
        SmcdDmb buffer = ClcPeer.buffer(accept.terms(), accept.body());
        if (buffer == null) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        // There may be several, and behind a shared port another process than the marker's. The token proves it.
        group = engine.linkGroups().forAccept(ClcPeer.owner(buffer), buffer.linkId());
        if (group == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        try {
            ring = negotiation.allocate(group);
        } catch (LinkGroup.NoRingException e) {
            throw new DeclineException(e);
        }
        peerRing = group.bind(buffer.token(), buffer.bufferSize());
        slot = peerRing == null ? null : engine.loop().doorbell().slot(group);
        if (slot == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        // Before the Confirm, or the server's sign could go by unnoticed.
        ring.ringAt(slot, this);
        ring.attach(this);
        confirmed = true;
        negotiation.confirm(engine.peer().confirm(ring));
    }

    @Override
    public void confirmed() {
        // The server's sign may have come already: the look for what has come with the Accept finds it.
    }

    @Override
    public void look() throws IOException {
        if (SmcConnection.isEstablished(ring)) {
            ring.silence(slot);
            negotiation.succeed(connect());
        } else if (group.isActive()) {
            negotiation.lookForDecline(true);
        } else {
            negotiation.startOver(FallbackReason.PEER_LOST);
        }
    }

    private SmcConnection connect() {
        SmcdLocalRing mine = ring;
        ring = null;
        return negotiation.connect(mine, peerRing);
    }

    /** The server's sign may have come. */
    @Override
    public void rung() {
        negotiation.resume(() -> {
            if (confirmed && ring != null) {
                look();
            }
        });
    }

    @Override
    public void linkDown() {
        engine.loop().execute(this::rung);
    }

    @Override
    public void peerClosed() {
        // The server closes what it has established, so its sign is there.
    }

    @Override
    public boolean tryRelease() {
        return false;
    }

    @Override
    public void outOfSync() {
        // A link group of two live processes cannot be: it ends with either.
    }

    /**
     * Takes the Confirm back. If the server has taken it already, it sees the connection reset; if not, it must not be
     * touched any more: its ring may serve another connection by now.
     */
    @Override
    public void release() {
        if (ring == null) {
            return;
        }
        if (confirmed) {
            ring.silence(slot);
            if (!ring.revoke()) {
                connect().close(true);
                return;
            }
        }
        ring.free();
        ring = null;
    }
}
