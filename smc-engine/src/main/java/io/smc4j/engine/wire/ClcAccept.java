package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * CLC Accept: the server's choice among what the Proposal offers.
 *
 * <p>68 bytes for SMC-R version 1; 108, or 160 at first contact, for version 2. 48 bytes for SMC-D version 1; 78, or at
 * first contact 114 in release 0 and 130 from release 1 on, for version 2. Layout: {@link SmcrAcceptBody},
 * {@link SmcdAcceptBody} and {@link FirstContact}.
 *
 * @param terms what the server decided
 * @param body where the server receives: SMC-R or SMC-D
 */
public record ClcAccept(ClcTerms terms, ClcAcceptBody body) implements ClcMessage {

    /**
     * Checks that terms and body fit each other.
     *
     * @throws IllegalArgumentException if the body has what the version lacks
     */
    public ClcAccept {
        new ClcAcceptConfirm(Clc.ACCEPT, terms, body, List.of());
    }

    @Override
    public int version() {
        return terms.version();
    }

    @Override
    public int length() {
        return format().length();
    }

    @Override
    public void encode(ByteBuffer target) {
        format().encode(target);
    }

    static ClcAccept read(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcAcceptConfirm message = ClcAcceptConfirm.read(header, in);
        return new ClcAccept(message.terms(), message.body());
    }

    private ClcAcceptConfirm format() {
        return new ClcAcceptConfirm(Clc.ACCEPT, terms, body, List.of());
    }
}
