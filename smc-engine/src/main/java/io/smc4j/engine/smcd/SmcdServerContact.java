package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.util.function.Consumer;

/**
 * SMC-D as server: the connection stands when the Confirm was taken. For the client it does since it has bound the
 * ring.
 */
final class SmcdServerContact extends SmcdContact implements ServerContact {

    private SmcdServerContact(Gid gid, SmcdLinkGroup group, SmcdLocalRing ring, boolean movable) {
        super(gid, group, ring, movable);
    }

    static SmcdServerContact of(SmcdLinkGroups linkGroups, ClcProposal proposal, BufferSizes sizes)
            throws DeclineException {
        SmcdClc.Proposer proposer = SmcdClc.proposer(proposal);
        if (proposer.objection() != null) {
            throw new DeclineException(proposer.objection());
        }
        SmcdLinkGroup group = linkGroups.forProposal(proposer.gid());
        if (group == null) {
            throw new DeclineException(FallbackReason.NO_MATCHING_DEVICE);
        }
        return new SmcdServerContact(linkGroups.gid(), group, group.allocate(sizes.initial(), sizes.receive()),
                SmcdClc.offersMove(proposal));
    }

    @Override
    public void prepare(Consumer<FallbackReason> done) {
        done.accept(null);
    }

    @Override
    public ClcAccept accept() {
        return SmcdClc.accept(gid, ring, movable);
    }

    @Override
    public void confirmed(ClcConfirm confirm) throws DeclineException {
        SmcdAcceptBody buffer = SmcdClc.buffer(confirm.terms(), confirm.body());
        if (buffer == null) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        boolean ofThisGroup = SmcdClc.owner(buffer).equals(group.peerGid())
                && buffer.linkId() == group.peerLinkGroupId();
        bound(ofThisGroup ? group.bind(buffer.token(), buffer.bufferSize(), null) : null);
        if (peerRing == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
    }

    /** A client that has bound the ring counts the connection as made, and is to see it end. */
    @Override
    public boolean abandon() {
        if (peerRing == null) {
            bound(ring.revoke() ? null : group.bindOpposite(ring));
        }
        return super.abandon();
    }

    @Override
    public boolean takeBack() {
        return abandon();
    }
}
