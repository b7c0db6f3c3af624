package io.smc4j.engine.smcr;

import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.FirstContact;
import io.smc4j.engine.wire.VendorOptions;

/**
 * How two engines agree at first contact that the connections of a link group go on over TCP when its last link is
 * lost: by vendor options, which nobody else sets.
 */
final class ResumeAgreement {

    private static final int RESUMES = 2;
    /** In a Proposal of version 2. */
    static final VendorOptions OFFER = VendorOptions.ofSmc4j(RESUMES);
    private static final int AGREED = VendorOptions.wordOfSmc4j(RESUMES);

    private ResumeAgreement() {
    }

    /** Whether a client can. */
    static boolean isOffered(ClcProposal proposal) {
        return proposal.vendor().hasSmc4j(RESUMES);
    }

    /** The vendor options of a first contact, from release 1 on. */
    static int options(boolean agreed) {
        return agreed ? AGREED : 0;
    }

    /** Whether the peer agrees, which says so only if it was offered. */
    static boolean isAgreed(FirstContact theirs) {
        return theirs.vendorOptions() == AGREED;
    }
}
