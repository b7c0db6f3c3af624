package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * CLC Confirm: the client's acknowledgement of an Accept, in the same format, with the client's own buffer.
 *
 * <p>Lengths are those of {@link ClcAccept}, except SMC-R version 2 at first contact: there a list of the client's GIDs
 * follows, 164 bytes and 16 for each GID.
 *
 * @param terms what the server decided, repeated; the first-contact extension is the client's
 * @param body where the client receives: SMC-R or SMC-D
 * @param gids the client's GIDs, at most eight; empty except in SMC-R version 2 at first contact, where a Linux client
 *        lists at least the one in use
 */
public record ClcConfirm(ClcTerms terms, ClcAcceptBody body, List<RoceGid> gids) implements ClcMessage {

    /**
     * Checks that terms, body and GIDs fit each other.
     *
     * @throws IllegalArgumentException if something is there that the version or the type lacks
     */
    public ClcConfirm {
        gids = new ClcAcceptConfirm(Clc.CONFIRM, terms, body, gids).gids();
    }

    /** A Confirm without a list of GIDs. */
    public ClcConfirm(ClcTerms terms, ClcAcceptBody body) {
        this(terms, body, List.of());
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

    static ClcConfirm read(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcAcceptConfirm message = ClcAcceptConfirm.read(header, in);
        return new ClcConfirm(message.terms(), message.body(), message.gids());
    }

    private ClcAcceptConfirm format() {
        return new ClcAcceptConfirm(Clc.CONFIRM, terms, body, gids);
    }
}
