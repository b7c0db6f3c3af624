package io.smc4j.engine.smcr;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.LlcAddLink;
import io.smc4j.engine.wire.LlcAddLinkContinuation;
import io.smc4j.engine.wire.LlcAddLinkExtension;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.LlcConfirmRkey;
import io.smc4j.engine.wire.LlcMessage;
import io.smc4j.engine.wire.LlcRequestAddLink;
import io.smc4j.engine.wire.LlcRkeyPair;
import io.smc4j.engine.wire.LlcRtoken;
import io.smc4j.engine.wire.RoceGid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How a link group gets its second link: the server offers one (ADD LINK), both name their RMBs' keys for it, and the
 * server has it confirmed. On the control loop.
 */
final class LinkAddition {

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** After the peer was not reached in time, for the first time; twice as long after each further one. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** After a port has come up, whose addresses may come later. */
    private static final long SOON_RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SmcrLinkGroup group;
    private final LlcReceiver llc;
    /** The link in the making, and the one over which it is agreed. */
    private RdmaLink added;
    private RdmaLink over;
    private ControlLoop.Timer deadline;
    /** Version 1: keys still to be named, by either side. */
    private ArrayDeque<LlcRkeyPair> unnamed;
    private int peerRemaining;
    private boolean refused;
    private long lastAttempt = System.nanoTime() - RETRY_NANOS;
    private long lastFailure = System.nanoTime();
    /** How long after a failure it is tried again; 0 if the last attempt did not fail. */
    private long pause;
    private long lastHint = System.nanoTime() - SOON_NANOS;
    /** RMBs that were named for the link in the making. */
    private final Set<SmcrLocalRing> named = new HashSet<>();

    LinkAddition(SmcrLinkGroup group, LlcReceiver llc) {
        this.group = group;
        this.llc = llc;
    }

    /** A port of this side is up. */
    void portUp(RdmaDevice device) {
        RdmaLink link = group.activeLink();
        RdmaPort port = link == null ? null : group.owner().alternative(link.port(), group.terms().version());
        // Its addresses may come later.
        if (port == null || port.device() == device) {
            pause = 0;
            soon();
        }
    }

    /** A second link may be possible now. */
    void soon() {
        lastHint = System.nanoTime();
    }

    /**
     * Whether a second link should be tried now: a server offers one now and then, a client asks for one if it has a
     * port.
     */
    boolean isDue(long now) {
        if (added != null || group.links().count() != 1 || group.terms().maxLinks() < 2) {
            return false;
        }
        if (pause > 0) {
            return now - lastFailure > pause;
        }
        return now - lastHint < SOON_NANOS ? now - lastAttempt > SOON_RETRY_NANOS
                : group.role() == SmcSnapshot.Role.SERVER && now - lastAttempt > RETRY_NANOS;
    }

    /** Tries it. */
    void attempt() {
        if (group.role() == SmcSnapshot.Role.SERVER) {
            offer();
        } else {
            ask();
        }
    }

    // ---- as server

    /** Offers a second link, if there is a port for it and the peer has agreed to have two. */
    void offer() {
        lastAttempt = System.nanoTime();
        RdmaLink first = group.activeLink();
        if (first == null) {
            return;
        }
        RdmaPort port = group.terms().maxLinks() < 2 ? null
                : group.owner().alternative(first.port(), group.terms().version());
        if (port == null) {
            refuse(first);
            return;
        }
        if (!begin(first, port)) {
            return;
        }
        added.setNumber(freeNumber());
        RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: offers {1}", group, added);
        group.flows().request(first,
                LlcAddLink.request(port.mac(), added.ownGid(), added.qpn(), added.number(), port.mtuCode(),
                added.psn(), extension()), answer -> answer instanceof LlcAddLink && answer.isResponse(),
                this::answered);
    }

    /** Before release 1 a client waits for an offer; one without a path MTU it declines at once. */
    private void refuse(RdmaLink first) {
        if (group.terms().release() > 0 || refused) {
            return;
        }
        refused = true;
        Optional<LlcAddLinkExtension> extension = group.terms().version() == Clc.V1 ? Optional.empty()
                : Optional.of(new LlcAddLinkExtension(true, first.ownGid(), List.of()));
        group.flows().request(first, LlcAddLink.request(first.port().mac(), first.ownGid(), 0, 0, 0, 0, extension),
                answer -> answer instanceof LlcAddLink && answer.isResponse(), answer -> { });
    }

    private int freeNumber() {
        int number = 1;
        while (group.links().numbered(number) != null) {
            number++;
        }
        return number;
    }

    private void answered(LlcMessage message) {
        if (added == null) {
            return;
        }
        if (!(message instanceof LlcAddLink answer) || answer.isRejected()) {
            give();
            return;
        }
        connect(answer, () -> {
            try {
                added.toReadyToSend();
            } catch (VerbsException e) {
                fail(e);
                return;
            }
            if (group.terms().version() == Clc.V1) {
                unnamed = new ArrayDeque<>(pairs());
                giveUpInTime();
                sendPart(false);
            } else {
                confirm();
            }
        }, () -> { });
    }

    private void confirm() {
        RdmaLink link = added;
        cancelDeadline();
        group.flows().request(link,
                LlcConfirmLink.request(group.terms().version(), link.port().mac(), link.ownGid(), link.qpn(),
                link.number(), group.id() << 8 | link.number(), group.terms().maxLinks(), group.terms()
                .maxConnections()),
                answer -> answer instanceof LlcConfirmLink && answer.isResponse(), answer -> {
                    if (added != link) {
                        return;
                    }
                    if (answer == null) {
                        RdmaLink first = over;
                        give();
                        // The peer may have taken it for confirmed.
                        llc.announceLoss(link, first);
                    } else {
                        done();
                    }
                });
    }

    // ---- as client

    private void ask() {
        lastAttempt = System.nanoTime();
        RdmaLink link = group.activeLink();
        RdmaPort port = link == null ? null : group.owner().alternative(link.port(), group.terms().version());
        if (port != null) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: asks for a link, having {1}", group, port);
            RoceGid gid = port.roceGid(group.terms().version());
            link.send(group.terms().version() == Clc.V1
                    ? LlcAddLink.request(port.mac(), gid, 0, 0, 0, 0, Optional.empty())
                    : LlcRequestAddLink.request(List.of(gid)));
        }
    }

    /** The server offers a link. */
    void requested(RdmaLink link, LlcAddLink offer) {
        RdmaPort port = isWelcome(link, offer) ? portFor(link, offer) : null;
        if (port == null || !begin(link, port)) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: link {1} declined", group, offer.linkNumber());
            link.send(offer.reject());
            return;
        }
        added.setNumber(offer.linkNumber());
        connect(offer, () -> {
            link.send(offer.response(port.mac(), added.ownGid(), added.qpn(), port.mtuCode(), added.psn(),
                    extension()));
            unnamed = new ArrayDeque<>(pairs());
            RdmaLink awaited = added;
            llc.awaitConfirmation(awaited, request -> confirmed(awaited, request));
            giveUpInTime();
        }, () -> link.send(offer.reject()));
    }

    private boolean isWelcome(RdmaLink link, LlcAddLink offer) {
        return group.role() == SmcSnapshot.Role.CLIENT && link.state() == RdmaLink.State.ACTIVE && added == null
                && group.links().count() == 1 && group.terms().maxLinks() > 1 && offer.pathMtuCode() != 0
                && group.links().numbered(offer.linkNumber()) == null;
    }

    /** Another port, or the same one if the server has another. */
    private RdmaPort portFor(RdmaLink link, LlcAddLink offer) {
        RdmaPort other = group.owner().alternative(link.port(), group.terms().version());
        return other != null ? other : offer.gid().equals(link.peerGid()) ? null : link.port();
    }

    private void confirmed(RdmaLink link, LlcConfirmLink request) {
        if (added != link) {
            return;
        }
        try {
            link.toReadyToSend();
        } catch (VerbsException e) {
            fail(e);
            return;
        }
        link.send(request.response(link.port().mac(), link.ownGid(), link.qpn(), request.linkUserId()));
        done();
    }

    // ---- both

    private boolean begin(RdmaLink first, RdmaPort port) {
        try {
            added = group.addLink(port);
            over = first;
            return true;
        } catch (VerbsException | DeclineException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "no second link", e);
            return false;
        }
    }

    /** Takes a while if the peer's address is not known yet. Nothing is done if the link is given up meanwhile. */
    private void connect(LlcAddLink peer, Runnable then, Runnable otherwise) {
        RdmaLink link = added;
        link.connect(group.owner().setup(), peer.qpn(), peer.psn(), peer.gid(), peer.mac(), peer.pathMtuCode(),
                failure -> {
            if (added != link) {
                return;
            }
            if (failure != null) {
                fail(failure);
                otherwise.run();
                return;
            }
            peer.extension().ifPresent(extension -> name(extension.rkeys()));
            then.run();
        });
    }

    /** The peer says how its RMBs are reached over the new link. */
    private void name(List<LlcRkeyPair> pairs) {
        for (LlcRkeyPair pair : pairs) {
            Rtokens tokens = llc.rtokens().find(over.number(), pair.knownRkey());
            if (tokens != null) {
                tokens.put(added.number(), pair.newRkey(), pair.newAddress());
            }
        }
    }

    private Optional<LlcAddLinkExtension> extension() {
        return group.terms().version() == Clc.V1 ? Optional.empty()
                : Optional.of(new LlcAddLinkExtension(true, added.ownGid(), pairs()));
    }

    private List<LlcRkeyPair> pairs() {
        List<LlcRkeyPair> pairs = new ArrayList<>();
        for (SmcrLocalRing rmb : group.rmbsInUse()) {
            named.add(rmb);
            pairs.add(new LlcRkeyPair(rmb.rkey(over), rmb.rkey(added), rmb.buffer().address()));
        }
        return pairs;
    }

    /** Version 1: the peer names keys, and this side its own in turn, the server first, until neither has any left. */
    void continued(RdmaLink link, LlcAddLinkContinuation part) {
        if (added == null || link != over || unnamed == null || part.linkNumber() != added.number()) {
            return;
        }
        name(part.rkeys());
        peerRemaining = Math.max(0, part.remaining() - part.rkeys().size());
        if (group.role() == SmcSnapshot.Role.CLIENT) {
            sendPart(true);
        } else if (!unnamed.isEmpty() || peerRemaining > 0) {
            sendPart(false);
        } else {
            unnamed = null;
            confirm();
        }
    }

    private void sendPart(boolean response) {
        int remaining = unnamed.size();
        List<LlcRkeyPair> part = new ArrayList<>();
        while (!unnamed.isEmpty() && part.size() < LlcAddLinkContinuation.MAX_RKEYS) {
            part.add(unnamed.poll());
        }
        over.send(new LlcAddLinkContinuation(response, added.number(), remaining, part));
    }

    private void done() {
        RdmaLink link = added;
        pause = 0;
        nameTheOthers();
        clear();
        group.links().activate(link);
        RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: second {1}", group, link);
    }

    /** Connections that have come about meanwhile know of one link only. */
    private void nameTheOthers() {
        for (SmcrLocalRing rmb : group.rmbsInUse()) {
            if (!named.contains(rmb)) {
                LlcRtoken other = new LlcRtoken(added.number(), rmb.rkey(added), rmb.buffer().address());
                group.flows().request(over, LlcConfirmRkey.request(group.terms().version(), rmb.rkey(over),
                        rmb.buffer().address(), List.of(other)),
                        answer -> answer instanceof LlcConfirmRkey && answer.isResponse(), answer -> { });
            }
        }
    }

    private void fail(VerbsException cause) {
        RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "no second link", cause);
        fail();
    }

    /** Gives the link in the making up for now. */
    private void fail() {
        lastFailure = System.nanoTime();
        pause = pause == 0 ? PAUSE_NANOS : Math.min(2 * pause, RETRY_NANOS);
        give();
    }

    private void giveUpInTime() {
        RdmaLink link = added;
        deadline = group.owner().loop().schedule(LlcFlows.TIMEOUT_NANOS, () -> {
            if (added == link) {
                fail();
            }
        });
    }

    /** Gives the link in the making up. */
    private void give() {
        RdmaLink link = added;
        clear();
        llc.rtokens().removeLink(link.number());
        group.removeLink(link);
    }

    private void clear() {
        added = null;
        over = null;
        unnamed = null;
        named.clear();
        cancelDeadline();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    void linkDown(RdmaLink link) {
        if (added != null && (link == added || link == over)) {
            give();
        }
    }

    void end() {
        cancelDeadline();
        added = null;
    }
}
