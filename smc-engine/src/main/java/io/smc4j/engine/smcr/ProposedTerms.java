package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcV2Extension;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.RoceGid;
import java.net.InetAddress;

/**
 * What of a Proposal is taken up.
 *
 * @param gid the client's
 * @param eid in version 2; {@code null} in version 1
 * @param release of version 2; 0 in version 1
 * @param resumable whether connections of a link group that is made for it can go on over TCP
 */
record ProposedTerms(int version, long peerId, RoceGid gid, Eid eid, int release, int maxConnections, int maxLinks,
        boolean resumable) {

    private static final int MAX_CONNECTIONS = 255;
    private static final int MIN_MAX_CONNECTIONS = 16;

    /**
     * Chooses: version 2 if both sides have it, else version 1.
     *
     * @param port that serves the local address
     * @throws DeclineException if neither can be
     */
    static ProposedTerms of(VerbsRdma owner, RdmaPort port, InetAddress local, ClcProposal proposal)
            throws DeclineException {
        FallbackReason objection = FallbackReason.NO_DEVICE;
        if (proposal.v2().isPresent() && Clc.includesSmcr(proposal.typeV2()) && port.v2() != null) {
            try {
                return v2(owner, proposal.peerId(), proposal.v2().get(), ResumeAgreement.isOffered(proposal));
            } catch (DeclineException e) {
                objection = e.reason();
            }
        }
        if (Clc.includesSmcr(proposal.typeV1()) && port.v1() != null && !proposal.roceGid().equals(RoceGid.ZERO)) {
            if (!Prefixes.isShared(proposal.prefixes().orElseThrow(), local)) {
                throw new DeclineException(FallbackReason.DIFFERENT_PREFIX);
            }
            return new ProposedTerms(Clc.V1, proposal.peerId(), proposal.roceGid(), null, 0, MAX_CONNECTIONS,
                    owner.config().maxLinks(), false);
        }
        throw new DeclineException(objection);
    }

    private static ProposedTerms v2(VerbsRdma owner, long peerId, ClcV2Extension offer, boolean resumable)
            throws DeclineException {
        Eid eid = offer.eids().stream().filter(owner.eids()::contains).findFirst()
                .orElseThrow(() -> new DeclineException(FallbackReason.NO_COMMON_EID));
        if (!offer.roceGid().isIpv4Mapped()) {
            throw new DeclineException(FallbackReason.NO_SMCR_DEVICE);
        }
        int release = Math.min(offer.release(), VerbsRdma.RELEASE);
        if (release == 0) {
            return new ProposedTerms(Clc.V2, peerId, offer.roceGid(), eid, 0, MAX_CONNECTIONS,
                    owner.config().maxLinks(), false);
        }
        int maxConnections = Math.min(offer.maxConnections(), owner.config().maxConnections());
        if (maxConnections < MIN_MAX_CONNECTIONS) {
            throw new DeclineException(FallbackReason.MAX_CONNECTIONS_MISMATCH);
        }
        int maxLinks = Math.min(offer.maxLinks(), owner.config().maxLinks());
        if (maxLinks < 1) {
            throw new DeclineException(FallbackReason.MAX_LINKS_MISMATCH);
        }
        return new ProposedTerms(Clc.V2, peerId, offer.roceGid(), eid, release, maxConnections, maxLinks,
                resumable);
    }
}
