package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * LLC CONFIRM RKEY: either side announces an RMB, by its remote keys on all links. Must be answered at any time.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response, 0x20 negative, 0x10 retry
 *   4     1  number of further rtokens, 0 to 2
 *   5     4  remote key on the link the message is sent on
 *   9     8  virtual address there
 *  17     1  link number of the second rtoken
 *  18    12  its remote key and virtual address
 *  30    13  third rtoken, likewise
 *  43     1  reserved
 * </pre>
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param isResponse whether this is an answer; the rest is then the request's
 * @param isNegative whether this is a response that refuses the RMB
 * @param isRetry whether this is a response that asks to come again later
 * @param rkey remote key on the link the message is sent on
 * @param address virtual address on that link
 * @param others remote keys on the other links, up to two
 */
public record LlcConfirmRkey(
        int version, boolean isResponse, boolean isNegative, boolean isRetry, int rkey, long address,
        List<LlcRtoken> others) implements LlcMessage {

    /** Most links beside the one the message is sent on. */
    public static final int MAX_OTHERS = 2;

    private static final int OTHER_COUNT_OFFSET = 4;
    private static final int OTHERS_OFFSET = 17;

    // Within an rtoken, whose first byte is the count or a link number.
    private static final int RTOKEN_RKEY_OFFSET = 1;
    private static final int RTOKEN_ADDRESS_OFFSET = 5;
    private static final int RTOKEN_LENGTH = 13;

    private static final int NEGATIVE = 0x20;
    private static final int RETRY = 0x10;

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if there are too many, or a request has the flags of a response
     */
    public LlcConfirmRkey {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.require(isResponse || !isNegative && !isRetry, "a request cannot refuse");
        others = List.copyOf(others);
        Fields.requireInRange("number of further rtokens", others.size(), 0, MAX_OTHERS);
    }

    /** A request for an RMB of a group with one link. */
    public static LlcConfirmRkey request(int version, int rkey, long address) {
        return request(version, rkey, address, List.of());
    }

    /** A request for an RMB of a group with several links. */
    public static LlcConfirmRkey request(int version, int rkey, long address, List<LlcRtoken> others) {
        return new LlcConfirmRkey(version, false, false, false, rkey, address, others);
    }

    /** The response that takes note of this request. */
    public LlcConfirmRkey response() {
        return new LlcConfirmRkey(version, true, false, false, rkey, address, others);
    }

    /** The response that refuses this request, as Linux does it: negative, and to be tried again. */
    public LlcConfirmRkey refusal() {
        return new LlcConfirmRkey(version, true, true, true, rkey, address, others);
    }

    @Override
    public int length() {
        return Llc.LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE) | LlcHeader.flag(isNegative, NEGATIVE)
                | LlcHeader.flag(isRetry, RETRY);
        ByteBuffer out = new LlcHeader(Llc.CONFIRM_RKEY, version, flags).begin(target, length());
        write(out, OTHER_COUNT_OFFSET, others.size(), rkey, address);
        for (int i = 0; i < others.size(); i++) {
            LlcRtoken other = others.get(i);
            write(out, OTHERS_OFFSET + i * RTOKEN_LENGTH, other.linkNumber(), other.rkey(), other.address());
        }
    }

    private static void write(ByteBuffer out, int offset, int first, int rkey, long address) {
        Fields.putU8(out, offset, first);
        out.putInt(offset + RTOKEN_RKEY_OFFSET, rkey);
        out.putLong(offset + RTOKEN_ADDRESS_OFFSET, address);
    }

    static LlcConfirmRkey read(LlcHeader header, ByteBuffer in) throws LlcFormatException {
        int count = Fields.getU8(in, OTHER_COUNT_OFFSET);
        LlcFormatException.requireAtMost("number of further rtokens", OTHER_COUNT_OFFSET, count, MAX_OTHERS);
        List<LlcRtoken> others = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int offset = OTHERS_OFFSET + i * RTOKEN_LENGTH;
            others.add(new LlcRtoken(Fields.getU8(in, offset), in.getInt(offset + RTOKEN_RKEY_OFFSET),
                    in.getLong(offset + RTOKEN_ADDRESS_OFFSET)));
        }
        return new LlcConfirmRkey(
                header.version(),
                header.isResponse(),
                header.has(LlcHeader.RESPONSE | NEGATIVE),
                header.has(LlcHeader.RESPONSE | RETRY),
                in.getInt(OTHER_COUNT_OFFSET + RTOKEN_RKEY_OFFSET),
                in.getLong(OTHER_COUNT_OFFSET + RTOKEN_ADDRESS_OFFSET),
                others);
    }
}
