package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What an ADD LINK of version 2 has beyond that of version 1, unless it rejects.
 *
 * <pre>
 * off  size  field
 *  44     1  bit 7 = direct, rest reserved
 *  45     1  reserved
 *  46    16  target GID
 *  62     8  reserved
 *  70     2  number of remote keys n, in the order of the sender's host
 *  72  16*n  {@link LlcRkeyPair}
 * </pre>
 *
 * @param direct whether the peers share a subnet, with no gateway in between
 * @param targetGid GID the sender wants to be reached at; Linux puts that of its new link here
 * @param rkeys all RMBs of the sender; at most {@link Llc#MAX_RKEYS}
 */
public record LlcAddLinkExtension(boolean direct, RoceGid targetGid, List<LlcRkeyPair> rkeys) {

    static final int RKEYS_OFFSET = 72;

    private static final int DIRECT_OFFSET = 44;
    private static final int TARGET_GID_OFFSET = 46;
    private static final int RKEY_COUNT_OFFSET = 70;

    private static final int DIRECT = 0x80;

    /**
     * Checks the number of keys.
     *
     * @throws IllegalArgumentException if there are too many
     */
    public LlcAddLinkExtension {
        rkeys = List.copyOf(rkeys);
        Fields.requireInRange("number of remote keys", rkeys.size(), 0, Llc.MAX_RKEYS);
    }

    /** Where the extension ends. */
    int endOffset() {
        return endOffset(rkeys.size());
    }

    static int endOffset(int rkeys) {
        return RKEYS_OFFSET + rkeys * LlcRkeyPair.LENGTH;
    }

    void write(ByteBuffer out) {
        Fields.putU8(out, DIRECT_OFFSET, direct ? DIRECT : 0);
        targetGid.write(out, TARGET_GID_OFFSET);
        Fields.putU16LittleEndian(out, RKEY_COUNT_OFFSET, rkeys.size());
        for (int i = 0; i < rkeys.size(); i++) {
            rkeys.get(i).write(out, endOffset(i));
        }
    }

    static LlcAddLinkExtension read(ByteBuffer in) throws LlcFormatException {
        LlcFormatException.requireSize(in.limit(), RKEYS_OFFSET);
        int count = Fields.getU16LittleEndian(in, RKEY_COUNT_OFFSET);
        LlcFormatException.requireAtMost("number of remote keys", RKEY_COUNT_OFFSET, count, Llc.MAX_RKEYS);
        LlcFormatException.requireSize(in.limit(), endOffset(count));
        List<LlcRkeyPair> rkeys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rkeys.add(LlcRkeyPair.read(in, endOffset(i)));
        }
        boolean direct = (Fields.getU8(in, DIRECT_OFFSET) & DIRECT) != 0;
        return new LlcAddLinkExtension(direct, RoceGid.read(in, TARGET_GID_OFFSET), rkeys);
    }
}
