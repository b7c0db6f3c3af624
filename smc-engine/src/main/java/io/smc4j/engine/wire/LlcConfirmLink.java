package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * LLC CONFIRM LINK: proves that a link carries messages both ways. The server requests, the client responds, both on
 * the link in question. A link counts only if both say {@code noEyecatchers}.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response, 0x03 no eyecatchers in RMB elements
 *   4     6  sender's MAC address
 *  10    16  sender's GID
 *  26     3  sender's queue pair number
 *  29     1  link number
 *  30     4  link user id
 *  34     1  most links
 *  35     1  most connections
 *  36     8  reserved
 * </pre>
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param isResponse whether this is the client's answer
 * @param noEyecatchers whether the sender's RMB elements hold nothing but data; anything else is not supported by Linux
 * @param mac MAC address of the sender's port
 * @param gid GID of the sender's port
 * @param qpn the sender's queue pair number, 24 bits
 * @param linkNumber number of the link in its group, chosen by the server; 0 to 255
 * @param linkUserId the sender's name for the link, for people to read
 * @param maxLinks most links of the link group, 0 to 255
 * @param maxConnections most connections of the link group, 0 to 255; 0 before version 2.1
 */
public record LlcConfirmLink(
        int version, boolean isResponse, boolean noEyecatchers, MacAddress mac, RoceGid gid, int qpn, int linkNumber,
        int linkUserId, int maxLinks, int maxConnections) implements LlcMessage {

    private static final int MAC_OFFSET = 4;
    private static final int GID_OFFSET = 10;
    private static final int QPN_OFFSET = 26;
    private static final int LINK_NUMBER_OFFSET = 29;
    private static final int LINK_USER_ID_OFFSET = 30;
    private static final int MAX_LINKS_OFFSET = 34;
    private static final int MAX_CONNECTIONS_OFFSET = 35;

    private static final int NO_EYECATCHERS = 0x03;
    private static final int QPN_BITS = 24;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field
     */
    public LlcConfirmLink {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.requireUnsigned("queue pair number", qpn, QPN_BITS);
        Fields.requireUnsigned("link number", linkNumber, Byte.SIZE);
        Fields.requireUnsigned("most links", maxLinks, Byte.SIZE);
        Fields.requireUnsigned("most connections", maxConnections, Byte.SIZE);
    }

    /** A server's request, without eyecatchers. */
    public static LlcConfirmLink request(int version, MacAddress mac, RoceGid gid, int qpn, int linkNumber,
            int linkUserId, int maxLinks, int maxConnections) {
        return new LlcConfirmLink(
                version, false, true, mac, gid, qpn, linkNumber, linkUserId, maxLinks, maxConnections);
    }

    /** The client's response to this request, without eyecatchers; link number and limits are the request's. */
    public LlcConfirmLink response(MacAddress ownMac, RoceGid ownGid, int ownQpn, int ownLinkUserId) {
        return new LlcConfirmLink(
                version, true, true, ownMac, ownGid, ownQpn, linkNumber, ownLinkUserId, maxLinks, maxConnections);
    }

    @Override
    public int length() {
        return Llc.LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE) | LlcHeader.flag(noEyecatchers, NO_EYECATCHERS);
        ByteBuffer out = new LlcHeader(Llc.CONFIRM_LINK, version, flags).begin(target, length());
        Fields.putU48(out, MAC_OFFSET, mac.bits());
        gid.write(out, GID_OFFSET);
        Fields.putU24(out, QPN_OFFSET, qpn);
        Fields.putU8(out, LINK_NUMBER_OFFSET, linkNumber);
        out.putInt(LINK_USER_ID_OFFSET, linkUserId);
        Fields.putU8(out, MAX_LINKS_OFFSET, maxLinks);
        Fields.putU8(out, MAX_CONNECTIONS_OFFSET, maxConnections);
    }

    static LlcConfirmLink read(LlcHeader header, ByteBuffer in) {
        return new LlcConfirmLink(
                header.version(),
                header.isResponse(),
                header.has(NO_EYECATCHERS),
                new MacAddress(Fields.getU48(in, MAC_OFFSET)),
                RoceGid.read(in, GID_OFFSET),
                Fields.getU24(in, QPN_OFFSET),
                Fields.getU8(in, LINK_NUMBER_OFFSET),
                in.getInt(LINK_USER_ID_OFFSET),
                Fields.getU8(in, MAX_LINKS_OFFSET),
                Fields.getU8(in, MAX_CONNECTIONS_OFFSET));
    }
}
