package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.Contact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.wire.ClcAcceptBody;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.LlcConfirmRkey;
import io.smc4j.engine.wire.LlcRtoken;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.util.List;
import java.util.function.Consumer;

/** What client and server do alike when a connection comes about. On the control loop. */
abstract class SmcrContact implements Contact {

    final VerbsRdma owner;
    private final BufferSizes sizes;
    private SmcrLinkGroup group;
    private RdmaLink link;
    private boolean first;
    private SmcrLocalRing rmb;
    private int rkey;
    private SmcrPeerRing ring;
    private boolean over;

    SmcrContact(VerbsRdma owner, BufferSizes sizes) {
        this.owner = owner;
        this.sizes = sizes;
    }

    /**
     * Takes an RMB in a link group.
     *
     * @param isFirst whether the link group is made for this contact, and ends with it
     * @throws DeclineException if there is no RMB; nothing is left behind then
     */
    final void join(SmcrLinkGroup joined, RdmaLink over, boolean isFirst) throws DeclineException {
        try {
            rmb = joined.allocate(sizes.fixedReceive());
        } catch (DeclineException e) {
            if (isFirst) {
                owner.end(joined, "the first contact failed");
            }
            throw new DeclineException(e.reason());
        }
        group = joined;
        link = over;
        rkey = rmb.rkey(over);
        first = isFirst;
    }

    final SmcrLinkGroup group() {
        return group;
    }

    final RdmaLink link() {
        return link;
    }

    final boolean isFirst() {
        return first;
    }

    @Override
    public final LocalRing localRing() {
        return rmb;
    }

    @Override
    public final PeerRing peerRing() {
        return ring;
    }

    /** Names the RMB to the peer where the CLC message does not. */
    final void nameKeys(Consumer<FallbackReason> done) {
        List<RdmaLink> others = group.links().all().stream()
                .filter(other -> other != link && other.state() == RdmaLink.State.ACTIVE).toList();
        if (first || others.isEmpty()) {
            // The key goes with the CLC message; over other links there is nothing to name.
            done.accept(null);
            return;
        }
        List<LlcRtoken> named = others.stream()
                .map(other -> new LlcRtoken(other.number(), rmb.rkey(other), rmb.buffer().address())).toList();
        group.flows()
                .request(link, LlcConfirmRkey.request(group.terms().version(), rkey, rmb.buffer().address(), named),
                answer -> answer instanceof LlcConfirmRkey && answer.isResponse(), answer -> {
                    if (!over) {
                        boolean confirmed = answer instanceof LlcConfirmRkey response && !response.isNegative();
                        done.accept(confirmed ? null : FallbackReason.BUFFER_NOT_REGISTERED);
                    }
                });
    }

    @Override
    public final boolean abandon() {
        if (!over) {
            over = true;
            if (group != null) {
                group.free(rmb);
            }
            if (group != null && first) {
                owner.end(group, "the first contact failed");
            }
        }
        return true;
    }

    @Override
    public final void outOfSync() {
        if (group != null) {
            group.down("the peer does not know the link group");
        }
    }

    final boolean isOver() {
        return over;
    }

    /** What this side says of itself in an Accept or Confirm. */
    final SmcrAcceptBody body(int mtuCode) {
        return new SmcrAcceptBody(owner.peerId(), link.ownGid(), link.port().mac(), link.qpn(), rkey, 1, rmb.token(),
                ClcAcceptBody.sizeCode(rmb.size()), mtuCode, rmb.buffer().address(), link.psn());
    }

    /**
     * Takes what the peer says of itself.
     *
     * @throws DeclineException if there is no place for its key or no buffer to send from
     */
    final void take(SmcrAcceptBody peer) throws DeclineException {
        if (peer.rmbeIndex() == 0) {
            throw new DeclineException(FallbackReason.RTOKEN);
        }
        long size = peer.bufferSize();
        // One RMB may hold several elements, as the RFC allows.
        long address = peer.rmbAddress() + size * (peer.rmbeIndex() - 1);
        Rtokens tokens = group.llc().rtokens().put(link.number(), peer.rkey(), address);
        if (tokens == null) {
            throw new DeclineException(FallbackReason.RTOKEN);
        }
        try {
            ring = group.sendTo(rmb, link, tokens, peer.alertToken(), (int) size, sizes.fixedSend());
            // A peer that has sent its Confirm is past the way back to TCP.
            group.failover().carryOver(rmb);
        } catch (DeclineException e) {
            throw new DeclineException(e.reason());
        }
    }

    final Eid eid() {
        return group.terms().eid();
    }

    /** The connection stands: it is nobody's to abandon any more. */
    final void stands() {
        over = true;
    }
}
