package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * LLC ADD LINK CONTINUATION: after an ADD LINK of version 1 the sides tell each other their remote keys on the new
 * link, two at a time. The server begins, the client responds to each; there is at least one round, and it goes on
 * until neither has any left. Version 2 does without: see {@link LlcAddLinkExtension}.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response
 *   4     1  number of the new link
 *   5     1  remote keys still to come, those of this message included
 *   6     2  reserved
 *   8  2*16  {@link LlcRkeyPair}
 *  40     4  reserved
 * </pre>
 *
 * @param isResponse whether this is the client's
 * @param linkNumber number of the new link, 0 to 255
 * @param remaining remote keys still to come, those of this message included; 0 to 255
 * @param rkeys the remote keys of this message: two, or those that remain
 */
public record LlcAddLinkContinuation(boolean isResponse, int linkNumber, int remaining, List<LlcRkeyPair> rkeys)
        implements LlcMessage {

    /** Most remote keys of one message. */
    public static final int MAX_RKEYS = 2;

    private static final int LINK_NUMBER_OFFSET = 4;
    private static final int REMAINING_OFFSET = 5;
    private static final int RKEYS_OFFSET = 8;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field, or the number of keys is not what it must
     *        be
     */
    public LlcAddLinkContinuation {
        Fields.requireUnsigned("link number", linkNumber, Byte.SIZE);
        Fields.requireUnsigned("remaining remote keys", remaining, Byte.SIZE);
        rkeys = List.copyOf(rkeys);
        Fields.require(rkeys.size() == Math.min(remaining, MAX_RKEYS), "wrong number of remote keys: " + rkeys.size());
    }

    @Override
    public int version() {
        return Clc.V1;
    }

    @Override
    public int length() {
        return Llc.LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE);
        ByteBuffer out = new LlcHeader(Llc.ADD_LINK_CONTINUATION, version(), flags).begin(target, length());
        Fields.putU8(out, LINK_NUMBER_OFFSET, linkNumber);
        Fields.putU8(out, REMAINING_OFFSET, remaining);
        for (int i = 0; i < rkeys.size(); i++) {
            rkeys.get(i).write(out, RKEYS_OFFSET + i * LlcRkeyPair.LENGTH);
        }
    }

    static LlcAddLinkContinuation read(LlcHeader header, ByteBuffer in) {
        int remaining = Fields.getU8(in, REMAINING_OFFSET);
        List<LlcRkeyPair> rkeys = new ArrayList<>(MAX_RKEYS);
        for (int i = 0; i < Math.min(remaining, MAX_RKEYS); i++) {
            rkeys.add(LlcRkeyPair.read(in, RKEYS_OFFSET + i * LlcRkeyPair.LENGTH));
        }
        return new LlcAddLinkContinuation(
                header.isResponse(), Fields.getU8(in, LINK_NUMBER_OFFSET), remaining, rkeys);
    }
}
