package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.FirstContact;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A connection in the making, as server: made when the Proposal has come. */
final class SmcrServerContact extends SmcrContact implements ServerContact {

    /** A client may not listen yet when the first request comes, and drops a second one if it does. */
    private static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int LINK = 1;

    /** How long a link group in the making is waited for; a kernel as client waits six seconds for the Accept. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final RdmaPort port;
    private final ProposedTerms proposed;
    private SmcrAcceptBody peer;
    private ControlLoop.Timer resend;

    SmcrServerContact(VerbsRdma owner, RdmaPort port, ProposedTerms proposed, BufferSizes sizes) {
        super(owner, sizes);
        this.port = port;
        this.proposed = proposed;
    }

    /** Connections that a client begins at once are to share a link group: all but the first wait until it is made. */
    @Override
    public void prepare(Consumer<FallbackReason> done) {
        SmcrLinkGroup making = owner.find(SmcSnapshot.Role.SERVER, group -> group.isInTheMakingFor(proposed));
        if (making == null) {
            findLinkGroup(done);
            return;
        }
        AtomicBoolean waiting = new AtomicBoolean(true);
        making.gate().whenOpen(() -> {
            if (waiting.getAndSet(false)) {
                prepare(done);
            }
        });
        owner.loop().schedule(PATIENCE_NANOS, () -> {
            if (waiting.getAndSet(false)) {
                findLinkGroup(done);
            }
        });
    }

    private void findLinkGroup(Consumer<FallbackReason> done) {
        if (isOver()) {
            return;
        }
        try {
            SmcrLinkGroup known =
                    owner.find(SmcSnapshot.Role.SERVER, group -> group.isFor(proposed) && group.hasRoom());
            RdmaLink link = known == null ? null : known.activeLink();
            if (link == null) {
                makeLinkGroup();
            } else {
                join(known, link, false);
            }
        } catch (DeclineException e) {
            done.accept(e.reason());
            return;
        }
        nameKeys(done);
    }

    private void makeLinkGroup() throws DeclineException {
        boolean second = proposed.maxLinks() > 1 && owner.alternative(port, proposed.version()) != null;
        SmcrLinkGroup made = owner.create(SmcSnapshot.Role.SERVER, new SmcrLinkGroup.Terms(proposed.version(),
                proposed.release(), proposed.peerId(), proposed.eid(), proposed.maxConnections(), second ? 2 : 1));
        made.gate().close(proposed.gid());
        RdmaLink link = owner.addLink(made, port);
        link.setNumber(LINK);
        join(made, link, true);
    }

    @Override
    public ClcAccept accept() {
        SmcrAcceptBody own = body(link().port().mtuCode());
        if (group().terms().version() == Clc.V1) {
            return new ClcAccept(ClcTerms.v1(isFirst()), own);
        }
        if (!isFirst()) {
            return new ClcAccept(ClcTerms.v2LaterContact(eid()), own);
        }
        boolean limits = proposed.release() > 0;
        FirstContact extension = new FirstContact(true, Clc.OS_LINUX, proposed.release(), owner.hostname(),
                limits ? group().terms().maxConnections() : 0, limits ? group().terms().maxLinks() : 0, 0,
                ResumeAgreement.options(proposed.resumable()));
        return new ClcAccept(ClcTerms.v2FirstContact(eid(), extension), own);
    }

    @Override
    public void confirmed(ClcConfirm confirm) throws DeclineException {
        ClcTerms terms = confirm.terms();
        if (!(confirm.body() instanceof SmcrAcceptBody body) || terms.version() != group().terms().version()) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        if (terms.firstContact() != isFirst() || terms.version() == Clc.V2 && !terms.eid().orElseThrow()
                .equals(eid())) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        if (!isFirst() && (body.qpn() != link().peerQpn() || !body.gid().equals(link().peerGid()))) {
            throw new DeclineException(FallbackReason.NO_SERVER_LINK);
        }
        if (isFirst() && terms.version() == Clc.V2) {
            check(terms.extension().orElseThrow());
        }
        peer = body;
        take(body);
    }

    private void check(FirstContact theirs) throws DeclineException {
        if (theirs.release() != proposed.release()) {
            throw new DeclineException(FallbackReason.RELEASE_MISMATCH);
        }
        if (proposed.release() > 0 && theirs.maxConnections() != group().terms().maxConnections()) {
            throw new DeclineException(FallbackReason.MAX_CONNECTIONS_MISMATCH);
        }
        if (proposed.release() > 0 && theirs.maxLinks() != group().terms().maxLinks()) {
            throw new DeclineException(FallbackReason.MAX_LINKS_MISMATCH);
        }
        group().setPeerHost(theirs.hostname());
        group().setResumable(proposed.resumable() && ResumeAgreement.isAgreed(theirs));
    }

    /**
     * Who has the Accept may have sent the Confirm, and in a link group that exists counts the connection as made then.
     */
    @Override
    public boolean takeBack() {
        return false;
    }

    @Override
    public void complete(Consumer<FallbackReason> done) {
        if (!isFirst()) {
            stands();
            done.accept(null);
            return;
        }
        link().connect(owner.setup(), peer, failure -> {
            if (!isOver()) {
                connected(failure, done);
            }
        });
    }

    private void connected(VerbsException failure, Consumer<FallbackReason> done) {
        try {
            if (failure != null) {
                throw failure;
            }
            link().toReadyToSend();
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "queue pair not ready", e);
            done.accept(FallbackReason.LINK_NOT_READY);
            return;
        }
        LlcConfirmLink request = LlcConfirmLink.request(group().terms().version(), link().port().mac(), link().ownGid(),
                link().qpn(), link().number(), group().id() << 8 | link().number(), group().terms().maxLinks(), group()
                .terms().maxConnections());
        resend = owner.loop().schedule(RESEND_NANOS, () -> link().send(request));
        group().flows().request(link(), request, answer -> answer instanceof LlcConfirmLink && answer.isResponse(),
                answer -> {
            resend.cancel();
            if (isOver()) {
                return;
            }
            LlcConfirmLink response = (LlcConfirmLink) answer;
            if (response == null || !response.noEyecatchers()) {
                done.accept(response == null ? FallbackReason.CONFIRM_LINK_TIMEOUT : FallbackReason.EYECATCHERS);
                return;
            }
            group().links().activate(link());
            group().gate().open();
            stands();
            done.accept(null);
            group().llc().addition().offer();
        });
    }
}
