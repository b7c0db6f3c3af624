package io.smc4j.engine.smcr;

import java.util.Objects;
import java.util.Set;

/** How the connections of a link group go on over another link when theirs is lost. On the control loop. */
final class Failover {

    private final SmcrLinkGroup group;
    private final RdmaLinks links;
    private final RmbTable rmbs;
    private final Set<SmcrPeerRing> leaving;
    private boolean hasLostLink;

    /** @param leaving of connections that are over, but whose last message may not have come */
    Failover(SmcrLinkGroup group, RdmaLinks links, RmbTable rmbs, Set<SmcrPeerRing> leaving) {
        this.group = group;
        this.links = links;
        this.rmbs = rmbs;
        this.leaving = leaving;
    }

    /** Has the connections of a link that is down go on over another. */
    void replace(RdmaLink link, RdmaLink other) {
        hasLostLink = true;
        for (SmcrLocalRing rmb : rmbs.all()) {
            if (rmb.sender() != null && rmb.sender().link() == link) {
                move(rmb, link, other);
            }
        }
        for (SmcrPeerRing ring : leaving) {
            // The peer keeps its ring for ever if it is not told the end.
            if (ring.link() == link && ring.isUnderWay() && ring.rtokens().has(other.number())) {
                ring.moveTo(other);
            }
        }
        group.removeLink(link);
    }

    private static void move(SmcrLocalRing rmb, SmcrPeerRing.Path link, RdmaLink other) {
        SmcrPeerRing ring = rmb.sender();
        ring.rtokens().remove(link.number());
        if (ring.rtokens().has(other.number())) {
            ring.moveTo(other);
        } else {
            ring.endOver(other);
            rmb.lost("no key for the other link");
        }
    }

    /** If the link of a connection in the making has been lost, has it go on over another. */
    void carryOver(SmcrLocalRing rmb) {
        RdmaLink other = group.activeLink();
        if (other != null && links.all().stream().noneMatch(link -> link == rmb.sender().link())) {
            move(rmb, rmb.sender().link(), other);
        }
    }

    /** The peer has moved a connection; what came over its former link is to count when it asks whether that has. */
    void peerHasMoved(SmcrLocalRing rmb, RdmaLink now) {
        links.all().stream().map(link -> link.port().device()).distinct().forEach(RdmaDevice::completions);
        leave(rmb, now);
    }

    /**
     * The link that the peer has left is lost. It must not take anything any more: what a kernel hears of deliveries
     * over it spoils its account of the connection.
     */
    private void leave(SmcrLocalRing rmb, RdmaLink now) {
        SmcrPeerRing ring = rmb.sender();
        links.all().stream().filter(link -> ring != null && ring.link() == link && link != now
                && link.state() == RdmaLink.State.ACTIVE).findFirst().ifPresent(link -> link.fail("left by the peer"));
    }

    /** Once a second. */
    void tick() {
        if (hasLostLink) {
            rmbs.all().stream().map(SmcrLocalRing::sender).filter(Objects::nonNull).forEach(SmcrPeerRing::askIfStuck);
        }
    }
}
