package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.FirstContact;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.util.List;
import java.util.function.Consumer;

/** A connection in the making, as client: made when the Accept has come. */
final class SmcrClientContact extends SmcrContact implements ClientContact {

    private static final int MIN_MAX_CONNECTIONS = 16;

    private final ClcTerms terms;
    private final SmcrAcceptBody peer;
    private ControlLoop.Timer deadline;
    private Consumer<FallbackReason> done;

    private SmcrClientContact(VerbsRdma owner, ClcAccept accept, SmcrAcceptBody peer, BufferSizes sizes) {
        super(owner, sizes);
        this.terms = accept.terms();
        this.peer = peer;
    }

    static SmcrClientContact of(VerbsRdma owner, RdmaPort port, ClcAccept accept, BufferSizes sizes)
            throws DeclineException {
        if (!(accept.body() instanceof SmcrAcceptBody peer) || port.gid(accept.version()) == null) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        ClcTerms terms = accept.terms();
        if (terms.version() == Clc.V2 && !owner.eids().contains(terms.eid().orElseThrow())) {
            throw new DeclineException(FallbackReason.NO_COMMON_EID);
        }
        SmcrClientContact contact = new SmcrClientContact(owner, accept, peer, sizes);
        if (terms.firstContact()) {
            contact.makeLinkGroup(port, accept.version());
        } else {
            contact.findLinkGroup();
        }
        return contact;
    }

    private void findLinkGroup() throws DeclineException {
        SmcrLinkGroup known = owner.find(SmcSnapshot.Role.CLIENT, g -> g.terms().peerId() == peer.peerId()
                && g.terms().version() == terms.version() && g.links().leadTo(peer.gid()));
        RdmaLink link = known == null ? null : known.links().to(peer.gid(), peer.qpn());
        if (link == null) {
            throw new DeclineException(known == null ? FallbackReason.OUT_OF_SYNC : FallbackReason.NO_SERVER_LINK);
        }
        join(known, link, false);
    }

    private void makeLinkGroup(RdmaPort port, int version) throws DeclineException {
        FirstContact extension = terms.extension().orElse(null);
        int maxConnections = 255;
        int maxLinks = owner.config().maxLinks();
        if (extension != null && extension.release() > VerbsRdma.RELEASE) {
            throw new DeclineException(FallbackReason.RELEASE_MISMATCH);
        }
        if (extension != null && extension.release() > 0) {
            maxConnections = extension.maxConnections();
            maxLinks = extension.maxLinks();
            if (maxConnections < MIN_MAX_CONNECTIONS || maxConnections > owner.config().maxConnections()) {
                throw new DeclineException(FallbackReason.MAX_CONNECTIONS_MISMATCH);
            }
            if (maxLinks < 1 || maxLinks > owner.config().maxLinks()) {
                throw new DeclineException(FallbackReason.MAX_LINKS_MISMATCH);
            }
        }
        SmcrLinkGroup made = owner.create(SmcSnapshot.Role.CLIENT, new SmcrLinkGroup.Terms(version,
                extension == null ? 0 : extension.release(), peer.peerId(), terms.eid().orElse(null), maxConnections,
                maxLinks));
        if (extension != null) {
            made.setPeerHost(extension.hostname());
            made.setResumable(ResumeAgreement.isAgreed(extension));
        }
        join(made, owner.addLink(made, port), true);
    }

    @Override
    public void prepare(Consumer<FallbackReason> taker) {
        if (isFirst()) {
            link().connect(owner.setup(), peer, failure -> {
                if (failure != null) {
                    RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "queue pair not ready to receive", failure);
                }
                if (!isOver()) {
                    taker.accept(failure == null ? null : FallbackReason.LINK_NOT_READY);
                }
            });
            return;
        }
        try {
            take(peer);
        } catch (DeclineException e) {
            taker.accept(e.reason());
            return;
        }
        nameKeys(taker);
    }

    @Override
    public ClcConfirm confirm() {
        SmcrAcceptBody own = body(Math.min(link().port().mtuCode(), Math.max(1, peer.pathMtuCode())));
        if (terms.version() == Clc.V1) {
            return new ClcConfirm(ClcTerms.v1(isFirst()), own);
        }
        if (!isFirst()) {
            return new ClcConfirm(ClcTerms.v2LaterContact(eid()), own);
        }
        FirstContact theirs = terms.extension().orElseThrow();
        FirstContact ours = new FirstContact(theirs.direct(), Clc.OS_LINUX, theirs.release(), owner.hostname(),
                theirs.maxConnections(), theirs.maxLinks(), 0,
                ResumeAgreement.options(group().isResumable()));
        List<RoceGid> gids = List.of(link().ownGid());
        return new ClcConfirm(ClcTerms.v2FirstContact(eid(), ours), own, gids);
    }

    @Override
    public void complete(Consumer<FallbackReason> taker) {
        if (!isFirst()) {
            stands();
            taker.accept(null);
            return;
        }
        done = taker;
        deadline = owner.loop().schedule(LlcFlows.TIMEOUT_NANOS, () -> settle(FallbackReason.CONFIRM_LINK_TIMEOUT));
        group().llc().awaitConfirmation(link(), this::confirmed);
    }

    private void confirmed(LlcConfirmLink request) {
        if (isOver() || done == null) {
            return;
        }
        if (!request.noEyecatchers()) {
            settle(FallbackReason.EYECATCHERS);
            return;
        }
        try {
            link().setNumber(request.linkNumber());
            take(peer);
            link().toReadyToSend();
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "queue pair not ready to send", e);
            settle(FallbackReason.LINK_NOT_READY);
            return;
        } catch (DeclineException e) {
            settle(e.reason());
            return;
        }
        link().send(request.response(link().port().mac(), link().ownGid(), link().qpn(),
                group().id() << 8 | link().number()));
        group().links().activate(link());
        settle(null);
    }

    private void settle(FallbackReason reason) {
        Consumer<FallbackReason> taker = done;
        if (taker == null || isOver()) {
            return;
        }
        done = null;
        deadline.cancel();
        if (reason == null) {
            stands();
        }
        taker.accept(reason);
    }
}
