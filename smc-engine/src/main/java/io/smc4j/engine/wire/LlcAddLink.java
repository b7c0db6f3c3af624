package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * LLC ADD LINK: the server offers a further link to the group, and the client joins in or rejects. In version 1 a
 * client may suggest one, by a request with queue pair number 0.
 *
 * <pre>
 * off  size  field
 *   2     1  bits 3-0 reason of a rejection (version 1 only)
 *   3     1  flags: 0x80 response, 0x40 rejected
 *   4     6  MAC address of the sender's port
 *  10     2  reserved
 *  12    16  GID of the sender's port
 *  28     3  sender's queue pair number
 *  31     1  number of the new link
 *  32     1  bits 3-0 path MTU code
 *  33     3  sender's initial packet sequence number
 *  36     8  reserved
 * </pre>
 * Version 2 goes on with {@link LlcAddLinkExtension}, except in a rejection.
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param isResponse whether this is an answer
 * @param isRejected whether this is a response that declines the link; the rest is then the request's
 * @param rejectReason why, such as {@link Llc#NO_ALTERNATE_PATH}, 0 to 15; 0 in version 2 and if not rejected
 * @param mac MAC address of the sender's port
 * @param gid GID of the sender's port
 * @param qpn the sender's queue pair number, 24 bits
 * @param linkNumber number of the new link, chosen by the server; 0 to 255
 * @param pathMtuCode path MTU: 1 = 256 bytes, each further step doubles it; 0 to 15, with 0 the link cannot be
 * @param psn initial packet sequence number of the sender's send queue, 24 bits
 * @param extension there in version 2, unless rejected
 */
public record LlcAddLink(
        int version, boolean isResponse, boolean isRejected, int rejectReason, MacAddress mac, RoceGid gid, int qpn,
        int linkNumber, int pathMtuCode, int psn, Optional<LlcAddLinkExtension> extension) implements LlcMessage {

    /** Bytes of the longest message. */
    static final int MAX_LENGTH = LlcAddLinkExtension.endOffset(Llc.MAX_RKEYS);

    private static final int MAC_OFFSET = 4;
    private static final int GID_OFFSET = 12;
    private static final int QPN_OFFSET = 28;
    private static final int LINK_NUMBER_OFFSET = 31;
    private static final int PATH_MTU_OFFSET = 32;
    private static final int PSN_OFFSET = 33;

    private static final int REJECTED = 0x40;
    private static final int QPN_BITS = 24;
    private static final int PSN_BITS = 24;

    /**
     * Checks the ranges, and that the extension is there when it has to be.
     *
     * @throws IllegalArgumentException if something does not fit
     */
    public LlcAddLink {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.require(isResponse || !isRejected, "a request cannot be a rejection");
        Fields.requireInRange("reason of rejection", rejectReason, 0, version == Clc.V1 && isRejected ? 15 : 0);
        Fields.requireUnsigned("queue pair number", qpn, QPN_BITS);
        Fields.requireUnsigned("link number", linkNumber, Byte.SIZE);
        Fields.requireUnsigned("path MTU code", pathMtuCode, 4);
        Fields.requireUnsigned("packet sequence number", psn, PSN_BITS);
        Fields.require(extension.isPresent() == (version == Clc.V2 && !isRejected),
                "the extension belongs to version 2, except in a rejection");
    }

    /** A request, of version 2 if there is an extension, else of version 1. */
    public static LlcAddLink request(MacAddress mac, RoceGid gid, int qpn, int linkNumber, int pathMtuCode, int psn,
            Optional<LlcAddLinkExtension> extension) {
        int version = extension.isPresent() ? Clc.V2 : Clc.V1;
        return new LlcAddLink(version, false, false, 0, mac, gid, qpn, linkNumber, pathMtuCode, psn, extension);
    }

    /**
     * The response that takes part in the link this request offers; link number and version are the request's.
     *
     * @throws IllegalArgumentException if the extension is missing in version 2, or given in version 1
     */
    public LlcAddLink response(MacAddress ownMac, RoceGid ownGid, int ownQpn, int ownPathMtuCode, int ownPsn,
            Optional<LlcAddLinkExtension> ownExtension) {
        return new LlcAddLink(version, true, false, 0, ownMac, ownGid, ownQpn, linkNumber, ownPathMtuCode, ownPsn,
                ownExtension);
    }

    /** The response that rejects this request as there is no other path: a copy of it, without the extension. */
    public LlcAddLink reject() {
        int reason = version == Clc.V1 ? Llc.NO_ALTERNATE_PATH : 0;
        return new LlcAddLink(version, true, true, reason, mac, gid, qpn, linkNumber, pathMtuCode, psn,
                Optional.empty());
    }

    @Override
    public int length() {
        return extension.map(LlcAddLinkExtension::endOffset).orElse(Llc.LENGTH);
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE) | LlcHeader.flag(isRejected, REJECTED);
        ByteBuffer out = new LlcHeader(Llc.ADD_LINK, version, rejectReason, flags).begin(target, length());
        Fields.putU48(out, MAC_OFFSET, mac.bits());
        gid.write(out, GID_OFFSET);
        Fields.putU24(out, QPN_OFFSET, qpn);
        Fields.putU8(out, LINK_NUMBER_OFFSET, linkNumber);
        Fields.putU8(out, PATH_MTU_OFFSET, pathMtuCode);
        Fields.putU24(out, PSN_OFFSET, psn);
        extension.ifPresent(e -> e.write(out));
    }

    static LlcAddLink read(LlcHeader header, ByteBuffer in) throws LlcFormatException {
        boolean rejected = header.has(LlcHeader.RESPONSE | REJECTED);
        Optional<LlcAddLinkExtension> extension = header.version() == Clc.V2 && !rejected
                ? Optional.of(LlcAddLinkExtension.read(in))
                : Optional.empty();
        return new LlcAddLink(
                header.version(),
                header.isResponse(),
                rejected,
                rejected ? header.rejectReason() : 0,
                new MacAddress(Fields.getU48(in, MAC_OFFSET)),
                RoceGid.read(in, GID_OFFSET),
                Fields.getU24(in, QPN_OFFSET),
                Fields.getU8(in, LINK_NUMBER_OFFSET),
                Fields.lowNibble(Fields.getU8(in, PATH_MTU_OFFSET)),
                Fields.getU24(in, PSN_OFFSET),
                extension);
    }
}
