package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcr.Rdma;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * Whether and how SMC is tried with a listener. Decided before TCP connects, as the first segment may have to announce
 * SMC; what a Proposal then offers shows when the connection stands. For one thread.
 */
public final class ConnectPlan {

    private final Negotiations owner;
    private final InetSocketAddress remote;
    private final long begun = System.nanoTime();
    private final boolean local;
    private final boolean searchable;
    private FallbackReason objection;
    private boolean announced;

    /** @param toAny why no kind of SMC is tried; {@code null} if one may be */
    ConnectPlan(Negotiations owner, InetSocketAddress remote, FallbackReason toAny) {
        this.owner = owner;
        this.remote = remote;
        this.local = owner.discovery.localAddresses().contains(remote.getAddress());
        this.searchable = toAny == null && owner.discovery.directory().mayFind(remote);
        this.objection = toAny != null || mayBeOnThisHost() ? toAny
                : owner.objectionWithoutMemory(local, owner.discovery.isKnown(remote));
    }

    /** Whether something may come of it, as far as can be told without connecting. */
    boolean hasProspects() {
        if (objection != null) {
            return false;
        }
        return usesMarkers() && owner.discovery.markers().find(remote) != null
                || searchable
                || isKnown()
                || mayHaveRdma() && owner.discovery.announcer().isPermitted();
    }

    /** Why SMC is not tried; {@code null} if it may be. */
    public FallbackReason objection() {
        return objection;
    }

    /** Whether memory may come to be shared with the listener's process. */
    public boolean mayBeOnThisHost() {
        return usesMarkers() || searchable;
    }

    /** Whether a marker may tell of the listener, which is in this network namespace then. */
    private boolean usesMarkers() {
        return local && owner.config.sharedMemory().enabled();
    }

    /** Whether the listener may be sent a Proposal that it has not announced. */
    private boolean isKnown() {
        return owner.rdma.objection() == null && owner.discovery.isKnown(remote);
    }

    /** Announces SMC if that may help; before the socket connects. */
    public void announce(int fd) {
        announced = objection == null && mayHaveRdma() && owner.discovery.announcer().announce(fd);
    }

    /**
     * Which port it would be shows when the local address is known: an address of this host's, too, may be reached by a
     * wire. Only from a loopback address one connects to itself for certain.
     */
    private boolean mayHaveRdma() {
        Rdma rdma = owner.rdma;
        return rdma.objection() == null
                && (!remote.getAddress().isLoopbackAddress() || rdma.portFor(remote.getAddress()) != null);
    }

    /** Nothing comes of it: the socket is to be closed, or used as it is. */
    public void giveUp(int fd) {
        if (announced) {
            announced = false;
            owner.discovery.announcer().forget(fd);
        }
    }

    /**
     * Begins a negotiation for a socket that is connecting.
     *
     * @param connected whether it has connected already
     * @return {@code null} if there is nothing to be tried: {@link #objection()} then says why
     */
    public Negotiation start(Negotiable channel, int fd, boolean connected) throws OsException {
        // Not before the connect: the marker must be that of whoever listened then.
        CompletableFuture<SmcdLinkGroup> link = usesMarkers() ? owner.discovery.markers().known(remote) : null;
        // Who had the last connection is asked for this one: it may be another's, which knows nothing of SMC.
        boolean met = link == null && owner.discovery.directory().mayHave(remote);
        boolean ready = connected && !announced && (met || link != null && link.isDone());
        if (link == null && usesMarkers() && !met) {
            link = owner.discovery.markers().find(remote);
        }
        boolean known = isKnown();
        boolean search = met || link == null && searchable;
        if (link == null && !known && !announced && !search) {
            objection = local || owner.discovery.announcer().isPermitted() ? FallbackReason.PEER_WITHOUT_SMC
                    : FallbackReason.NOT_ANNOUNCED;
            return null;
        }
        return ClientNegotiation.start(owner, channel, fd, remote,
                new Prospects(link, announced, known, search, begun, null), ready);
    }
}
