package io.smc4j.engine.smcr;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.events.EngineEvents;
import io.smc4j.engine.wire.RoceGid;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** The links of one link group. Changed on the control loop, looked at by any thread. */
final class RdmaLinks {

    private static final EngineEvents EVENTS = EngineEvents.get();

    private final SmcrLinkGroup group;
    private final List<RdmaLink> links = new CopyOnWriteArrayList<>();

    RdmaLinks(SmcrLinkGroup group) {
        this.group = group;
    }

    /** From now on a link carries connections. */
    void activate(RdmaLink link) {
        link.activate();
        group.established();
        EVENTS.linkUp(group.id(), () -> link.snapshot(0));
    }

    void add(RdmaLink link) {
        links.add(link);
    }

    void remove(RdmaLink link) {
        if (links.remove(link)) {
            tellEnd(link, link.failure());
        }
    }

    boolean contains(RdmaLink link) {
        return links.contains(link);
    }

    int count() {
        return links.size();
    }

    List<RdmaLink> all() {
        return links;
    }

    /**
     * Takes all of them out.
     *
     * @param reason why, for those that have not failed
     */
    List<RdmaLink> drain(String reason) {
        List<RdmaLink> all = List.copyOf(links);
        links.clear();
        all.forEach(link -> tellEnd(link, link.failure() != null ? link.failure() : reason));
        return all;
    }

    private void tellEnd(RdmaLink link, String reason) {
        if (link.wasActive()) {
            EVENTS.linkDown(group.id(), () -> link.snapshot(0), reason);
        }
    }

    boolean use(RdmaDevice device) {
        return links.stream().anyMatch(link -> link.port().device() == device);
    }

    private Stream<RdmaLink> active() {
        return links.stream().filter(link -> link.state() == RdmaLink.State.ACTIVE);
    }

    void forEachActive(Consumer<RdmaLink> action) {
        active().forEach(action);
    }

    /** The active link with the fewest connections, or {@code null}. */
    RdmaLink leastUsed(ToIntFunction<RdmaLink> connections) {
        return active().min(Comparator.comparingInt(connections)).orElse(null);
    }

    /** Whether an active link leads to a peer's port; for a server, which is told the port in a Proposal. */
    boolean leadTo(RoceGid gid) {
        return active().anyMatch(link -> link.peerGid().equals(gid));
    }

    /**
     * The active link to a peer's queue pair, or {@code null}; for a client, which is told the queue pair in an Accept.
     */
    RdmaLink to(RoceGid gid, int qpn) {
        return active().filter(link -> link.peerQpn() == qpn && link.peerGid().equals(gid)).findFirst().orElse(null);
    }

    /** The link of a number, unless it is down; else {@code null}. */
    RdmaLink numbered(int number) {
        return links.stream().filter(link -> link.number() == number && link.state() != RdmaLink.State.DOWN).findFirst()
                .orElse(null);
    }

    /** Whether each side has as many ports as links, as the kernel names it. */
    SmcSnapshot.LinkGroupType type() {
        long own = links.stream().map(RdmaLink::ownGid).distinct().count();
        long theirs = links.stream().map(RdmaLink::peerGid).distinct().count();
        if (links.size() < 2) {
            return SmcSnapshot.LinkGroupType.SINGLE;
        }
        if (own == theirs) {
            return SmcSnapshot.LinkGroupType.SYM;
        }
        return own > theirs ? SmcSnapshot.LinkGroupType.ASYMP : SmcSnapshot.LinkGroupType.ASYML;
    }
}
