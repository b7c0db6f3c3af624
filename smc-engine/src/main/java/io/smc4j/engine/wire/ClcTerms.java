package io.smc4j.engine.wire;

import java.util.Optional;

/**
 * What the server decided besides the {@linkplain ClcAcceptBody buffer}: the part of an Accept that the client's
 * Confirm repeats.
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param firstContact whether a new link group is made; if not, the sender names one that exists
 * @param eid the enterprise ID in common; exactly in version 2
 * @param extension the first-contact extension; exactly in version 2 at first contact
 */
public record ClcTerms(int version, boolean firstContact, Optional<Eid> eid, Optional<FirstContact> extension) {

    /**
     * Checks that what belongs to the version is there, and nothing else.
     *
     * @throws IllegalArgumentException if not
     */
    public ClcTerms {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.require(eid.isPresent() == (version == Clc.V2), "an EID belongs to version 2, and only to it");
        Fields.require(extension.isPresent() == (version == Clc.V2 && firstContact),
                "a first-contact extension belongs to first contact in version 2, and only to it");
    }

    /** Terms of version 1. */
    public static ClcTerms v1(boolean firstContact) {
        return new ClcTerms(Clc.V1, firstContact, Optional.empty(), Optional.empty());
    }

    /** Terms of version 2 at first contact. */
    public static ClcTerms v2FirstContact(Eid eid, FirstContact extension) {
        return new ClcTerms(Clc.V2, true, Optional.of(eid), Optional.of(extension));
    }

    /** Terms of version 2 in an existing link group. */
    public static ClcTerms v2LaterContact(Eid eid) {
        return new ClcTerms(Clc.V2, false, Optional.of(eid), Optional.empty());
    }
}
