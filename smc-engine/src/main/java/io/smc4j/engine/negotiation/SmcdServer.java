package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.smcd.SmcdPeerRing;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;

/** SMC-D as server: the connection stands when the Confirm was taken. For the client it does since it has bound the ring. */
final class SmcdServer implements ServerMethod {

    private final ServerNegotiation negotiation;
    private final SmcdLinkGroup group;
    private SmcdLocalRing ring;

    /** @throws DeclineException if a Proposal cannot be followed by SMC-D */
    SmcdServer(ServerNegotiation negotiation, ClcProposal proposal) throws DeclineException {
        this.negotiation = negotiation;
        SmcdClc.Proposer proposer = SmcdClc.proposer(proposal);
        if (proposer.objection() != null) {
            throw new DeclineException(proposer.objection());
        }
        group = negotiation.engine.linkGroups().forProposal(proposer.gid());
        if (group == null) {
            throw new DeclineException(FallbackReason.NO_MATCHING_DEVICE);
        }
        ring = negotiation.allocate(group);
    }

    @Override
    public void begin() throws IOException {
        negotiation.accept(negotiation.engine.clc().accept(ring));
    }

    @Override
    public void confirmed(ClcConfirm confirm) throws DeclineException {
        SmcdAcceptBody buffer = SmcdClc.buffer(confirm.terms(), confirm.body());
        if (buffer == null) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        boolean ofThisGroup = SmcdClc.owner(buffer).equals(group.peerGid()) && buffer.linkId() == group.peerLinkGroupId();
        SmcdPeerRing peerRing = ofThisGroup ? group.bind(buffer.token(), buffer.bufferSize(), null) : null;
        if (peerRing == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        SmcdLocalRing mine = ring;
        ring = null;
        negotiation.succeed(negotiation.connect(mine, peerRing));
    }

    @Override
    public void outOfSync() {
        // A link group of two live processes cannot be: it ends with either.
    }

    /** A client that has bound the ring counts the connection as made, and is to see it end. */
    @Override
    public void release() {
        if (ring == null) {
            return;
        }
        SmcdLocalRing mine = ring;
        ring = null;
        SmcdPeerRing peerRing = mine.revoke() ? null : group.bindOpposite(mine);
        if (peerRing == null) {
            mine.free();
        } else {
            negotiation.connect(mine, peerRing).close(!negotiation.isClosedInOrder());
        }
    }
}
