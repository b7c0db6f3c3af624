package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.util.function.Consumer;

/**
 * SMC-D as client. The connection stands when the server's ring is bound and the Confirm sent: both sides share the
 * memory already, so the server has nothing left to decline for. Binding tells it in that memory which ring is the
 * client's, so that it can end the connection also if the Confirm does not come.
 */
final class SmcdClientContact extends SmcdContact implements ClientContact {

    private final SmcdAcceptBody buffer;

    private SmcdClientContact(Gid gid, SmcdLinkGroup group, SmcdAcceptBody buffer, SmcdLocalRing ring) {
        super(gid, group, ring, SmcdClc.agreesToMove(buffer));
        this.buffer = buffer;
    }

    static SmcdClientContact of(SmcdLinkGroups linkGroups, ClcAccept accept, BufferSizes sizes)
            throws DeclineException {
        SmcdAcceptBody buffer = SmcdClc.buffer(accept.terms(), accept.body());
        if (buffer == null) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        // There may be several, and behind a shared port another process than the marker's. The token proves it.
        SmcdLinkGroup group = linkGroups.forAccept(SmcdClc.owner(buffer), buffer.linkId());
        if (group == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        return new SmcdClientContact(linkGroups.gid(), group, buffer, group.allocate(sizes.initial(), sizes.receive()));
    }

    @Override
    public void prepare(Consumer<FallbackReason> done) {
        bound(group.bind(buffer.token(), buffer.bufferSize(), ring));
        if (peerRing != null) {
            done.accept(null);
        } else {
            done.accept(group.isWithdrawn(buffer.token()) ? FallbackReason.PEER_LOST : FallbackReason.OUT_OF_SYNC);
        }
    }

    @Override
    public ClcConfirm confirm() {
        return SmcdClc.confirm(gid, ring, movable);
    }
}
