package io.smc4j.engine.smcr;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.wire.Llc;
import io.smc4j.engine.wire.LlcAddLink;
import io.smc4j.engine.wire.LlcAddLinkContinuation;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.LlcConfirmRkey;
import io.smc4j.engine.wire.LlcDeleteLink;
import io.smc4j.engine.wire.LlcDeleteRkey;
import io.smc4j.engine.wire.LlcFormatException;
import io.smc4j.engine.wire.LlcMessage;
import io.smc4j.engine.wire.LlcRequestAddLink;
import io.smc4j.engine.wire.LlcRtoken;
import io.smc4j.engine.wire.LlcTestLink;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Answers the LLC messages of a link group's peer, at any time, and keeps what they say. On the control loop. */
final class LlcReceiver {

    private final SmcrLinkGroup group;
    private final RtokenTable rtokens = new RtokenTable();
    private final LinkAddition addition;
    private final Map<RdmaLink, Consumer<LlcConfirmLink>> confirmations = new HashMap<>();
    /** Requests to confirm a link that nobody has waited for yet: RDMA may be faster than TCP. */
    private final Map<RdmaLink, LlcConfirmLink> early = new HashMap<>();
    private final Map<RdmaLink, ControlLoop.Timer> probes = new HashMap<>();
    /** As client, the link that the server has had deleted. */
    private RdmaLink deleted;

    LlcReceiver(SmcrLinkGroup group) {
        this.group = group;
        this.addition = new LinkAddition(group, this);
    }

    RtokenTable rtokens() {
        return rtokens;
    }

    LinkAddition addition() {
        return addition;
    }

    void received(RdmaLink link, ByteBuffer bytes) {
        LlcMessage message;
        try {
            message = LlcMessage.decode(bytes);
        } catch (LlcFormatException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: LLC message ignored: {1}", group, e.getMessage());
            return;
        }
        RdmaDevice.LOG.log(System.Logger.Level.TRACE, "{0}: {1}: {2}", group, link, message);
        if (message.isResponse()) {
            if (message instanceof LlcTestLink || group.flows().answered(message)) {
                return;
            }
        }
        switch (message) {
            case LlcTestLink test when !test.isResponse() -> link.send(test.response());
            case LlcConfirmLink confirm when !confirm.isResponse() -> confirm(link, confirm);
            case LlcConfirmRkey confirm when !confirm.isResponse() -> confirmRkey(link, confirm);
            case LlcDeleteRkey delete when !delete.isResponse() -> deleteRkey(link, delete);
            case LlcDeleteLink delete when !delete.isResponse() -> deleteLink(link, delete);
            case LlcAddLink add when !add.isResponse() && isServer() -> addition.soon();
            case LlcAddLink add when !add.isResponse() -> addition.requested(link, add);
            case LlcAddLinkContinuation part -> addition.continued(link, part);
            case LlcRequestAddLink request when !request.isResponse() && isServer() -> {
                link.send(request.response());
                addition.soon();
            }
            case LlcRequestAddLink nothing when nothing.isResponse() -> {
                // An offer may follow.
            }
            default -> RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: unexpected LLC message: {1}", group,
                    message);
        }
    }

    private boolean isServer() {
        return group.role() == SmcSnapshot.Role.SERVER;
    }

    // ---- CONFIRM LINK

    /** As client: names who waits for the server to confirm a link. */
    void awaitConfirmation(RdmaLink link, Consumer<LlcConfirmLink> taker) {
        LlcConfirmLink come = early.remove(link);
        if (come != null) {
            taker.accept(come);
        } else {
            confirmations.put(link, taker);
        }
    }

    private void confirm(RdmaLink link, LlcConfirmLink message) {
        if (isServer() || link.state() != RdmaLink.State.ACTIVATING) {
            return;
        }
        Consumer<LlcConfirmLink> taker = confirmations.remove(link);
        if (taker != null) {
            taker.accept(message);
        } else {
            early.put(link, message);
        }
    }

    // ---- keys

    private void confirmRkey(RdmaLink link, LlcConfirmRkey message) {
        Rtokens tokens = rtokens.put(link.number(), message.rkey(), message.address());
        if (tokens == null) {
            link.send(message.refusal());
            return;
        }
        for (LlcRtoken other : message.others()) {
            if (group.links().numbered(other.linkNumber()) != null) {
                tokens.put(other.linkNumber(), other.rkey(), other.address());
            }
        }
        link.send(message.response());
    }

    private void deleteRkey(RdmaLink link, LlcDeleteRkey message) {
        Set<Integer> unknown = new HashSet<>();
        for (int rkey : message.rkeys()) {
            if (!rtokens.remove(link.number(), rkey)) {
                unknown.add(rkey);
            }
        }
        link.send(message.response(unknown));
    }

    // ---- DELETE LINK

    private void deleteLink(RdmaLink on, LlcDeleteLink message) {
        if (message.isAll()) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0}: ended by the peer, reason {1}", group,
                    Integer.toHexString(message.reason()));
            if (isServer()) {
                on.send(LlcDeleteLink.all(message.version(), true, message.reason()));
            }
            group.owner().end(group, "the peer has ended the link group");
            return;
        }
        RdmaLink link = group.links().numbered(message.linkNumber());
        if (isServer()) {
            // A client only proposes.
            if (link != null && link != on) {
                link.fail("given up by the peer");
            }
            return;
        }
        on.send(message.response(link == null ? Llc.UNKNOWN_LINK : Llc.DELETED));
        if (link != null) {
            deleted = link;
            link.fail("given up by the peer");
        }
    }

    /** Tells the peer that a link is gone. */
    void announceLoss(RdmaLink link, RdmaLink over) {
        rtokens.removeLink(link.number());
        if (link == deleted) {
            deleted = null;
            return;
        }
        LlcDeleteLink request = LlcDeleteLink.link(group.terms().version(), false, link.number(), Llc.LOST_PATH);
        if (isServer()) {
            group.flows().request(over, request, answer -> answer instanceof LlcDeleteLink && answer.isResponse(),
                    answer -> { });
        } else {
            over.send(request);
        }
    }

    // ---- TEST LINK

    /** Finds out whether a link still works; ends it if nothing comes over it in time. */
    void probe(RdmaLink link) {
        if (probes.containsKey(link) || link.state() != RdmaLink.State.ACTIVE) {
            return;
        }
        long asked = System.nanoTime();
        link.send(LlcTestLink.request(group.terms().version(), asked, 0));
        probes.put(link, group.owner().loop().schedule(LlcFlows.TIMEOUT_NANOS, () -> {
            probes.remove(link);
            if (link.lastReceived() - asked < 0) {
                link.fail("no answer to TEST LINK");
            }
        }));
    }

    // ---- end

    void linkDown(RdmaLink link) {
        confirmations.remove(link);
        early.remove(link);
        addition.linkDown(link);
        ControlLoop.Timer probe = probes.remove(link);
        if (probe != null) {
            probe.cancel();
        }
    }

    void end() {
        probes.values().forEach(ControlLoop.Timer::cancel);
        probes.clear();
        confirmations.clear();
        early.clear();
        addition.end();
    }
}
