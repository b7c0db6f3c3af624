package io.smc4j.engine.smcr;

import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcPrefixes;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcV2Extension;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Makes the Proposal of SMC-R: its header is of version 2, as Linux's is, whatever is offered. */
final class SmcrProposal {

    private static final int RELEASE = 1;
    private static final ClcPrefixes NO_PREFIXES = new ClcPrefixes(0, 0, List.of());

    private SmcrProposal() {
    }

    /** @param local the connection's local address, whose subnets version 1 wants to know */
    static ClcProposal of(RdmaOffer offer, InetAddress local) {
        ClcProposal proposal = new ClcProposal(Clc.V2, type(offer.hasV1()), type(offer.hasV2()), offer.peerId(),
                offer.v1Gid(), offer.mac(), Optional.empty(),
                offer.hasV1() ? Optional.of(Prefixes.of(local).orElse(NO_PREFIXES)) : Optional.empty(),
                offer.hasV2() ? Optional.of(extension(offer)) : Optional.empty());
        return offer.hasV2() ? proposal.withVendor(ResumeAgreement.OFFER) : proposal;
    }

    private static int type(boolean offered) {
        return offered ? Clc.SMC_TYPE_R : Clc.SMC_TYPE_N;
    }

    private static ClcV2Extension extension(RdmaOffer offer) {
        return new ClcV2Extension(offer.eids(), RELEASE, offer.v2Gid(), offer.maxConnections(), offer.maxLinks(), 0,
                Optional.empty());
    }
}
