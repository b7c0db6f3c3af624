package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * LLC DELETE LINK: ends one link, or all of a group. The server decides about one link: a client's request is a
 * proposal. To a request for all links there is no response, but a server sends a request of its own before it ends the
 * group.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response, 0x40 all links, 0x20 orderly
 *   4     1  link number
 *   5     4  reason
 *   9    35  reserved
 * </pre>
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param isResponse whether this is the client's answer
 * @param isAll whether the whole link group is meant
 * @param isOrderly whether the links still work and are given up in peace
 * @param linkNumber the link that is meant, 0 to 255; 0 if all are
 * @param reason why, such as {@link Llc#PROGRAM_INITIATED}; in a response, how it went, such as {@link Llc#DELETED}
 */
public record LlcDeleteLink(
        int version, boolean isResponse, boolean isAll, boolean isOrderly, int linkNumber, int reason)
        implements LlcMessage {

    private static final int LINK_NUMBER_OFFSET = 4;
    private static final int REASON_OFFSET = 5;

    private static final int ALL = 0x40;
    private static final int ORDERLY = 0x20;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field, or all links have a number
     */
    public LlcDeleteLink {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.requireInRange("link number", linkNumber, 0, isAll ? 0 : 0xFF);
    }

    /** A request to end the link group. */
    public static LlcDeleteLink all(int version, boolean orderly, int reason) {
        return new LlcDeleteLink(version, false, true, orderly, 0, reason);
    }

    /** A request to end one link. */
    public static LlcDeleteLink link(int version, boolean orderly, int linkNumber, int reason) {
        return new LlcDeleteLink(version, false, false, orderly, linkNumber, reason);
    }

    /** The response to this request: a copy of it with another reason, such as {@link Llc#UNKNOWN_LINK}. */
    public LlcDeleteLink response(int responseReason) {
        return new LlcDeleteLink(version, true, isAll, isOrderly, linkNumber, responseReason);
    }

    @Override
    public int length() {
        return Llc.LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE) | LlcHeader.flag(isAll, ALL)
                | LlcHeader.flag(isOrderly, ORDERLY);
        ByteBuffer out = new LlcHeader(Llc.DELETE_LINK, version, flags).begin(target, length());
        Fields.putU8(out, LINK_NUMBER_OFFSET, linkNumber);
        out.putInt(REASON_OFFSET, reason);
    }

    static LlcDeleteLink read(LlcHeader header, ByteBuffer in) {
        boolean all = header.has(ALL);
        int linkNumber = all ? 0 : Fields.getU8(in, LINK_NUMBER_OFFSET);
        return new LlcDeleteLink(header.version(), header.isResponse(), all, header.has(ORDERLY), linkNumber,
                in.getInt(REASON_OFFSET));
    }
}
