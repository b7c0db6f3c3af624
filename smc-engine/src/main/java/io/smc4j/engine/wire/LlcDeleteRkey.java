package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * LLC DELETE RKEY: either side takes RMBs back, named by their remote keys on the link the message is sent on. Must be
 * answered at any time, even if the connection is long gone.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response, 0x20 negative
 *   4     1  number of remote keys n
 *   5     1  in a response: mask (version 1) or number (version 2) of the unknown remote keys
 *   6     2  reserved
 *   8   4*n  remote keys; zero in a response of version 2
 * </pre>
 * The message is never shorter than {@link Llc#LENGTH}, and never longer in version 1 or as a response.
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param isResponse whether this is an answer
 * @param isNegative whether this is a response that misses remote keys
 * @param count number of remote keys: 0 to 8 in version 1, 0 to {@link Llc#MAX_RKEYS} in version 2
 * @param unknown unknown remote keys in a response, 0 to 255: a mask whose bit 7 is for the first key in version 1, a
 *        number in version 2; 0 in a request
 * @param rkeys the remote keys, {@code count} of them; none in a response of version 2
 */
public record LlcDeleteRkey(
        int version, boolean isResponse, boolean isNegative, int count, int unknown, List<Integer> rkeys)
        implements LlcMessage {

    /** Most remote keys of a message of version 1. */
    public static final int V1_MAX_RKEYS = 8;

    private static final int COUNT_OFFSET = 4;
    private static final int UNKNOWN_OFFSET = 5;
    private static final int RKEYS_OFFSET = 8;

    private static final int NEGATIVE = 0x20;
    private static final int FIRST_UNKNOWN = 0x80;

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if a number is out of its range, or a request has what only a response may have
     */
    public LlcDeleteRkey {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.require(isResponse || !isNegative, "a request cannot be negative");
        Fields.requireInRange("number of remote keys", count, 0, maxCount(version));
        Fields.requireInRange("unknown remote keys", unknown, 0, isResponse ? 0xFF : 0);
        rkeys = List.copyOf(rkeys);
        Fields.require(rkeys.size() == (hasRkeys(version, isResponse) ? count : 0),
                "wrong number of remote keys: " + rkeys.size());
    }

    /**
     * A request to take RMBs back.
     *
     * @throws IllegalArgumentException if there are more remote keys than the version allows
     */
    public static LlcDeleteRkey request(int version, List<Integer> rkeys) {
        return new LlcDeleteRkey(version, false, false, rkeys.size(), 0, rkeys);
    }

    /**
     * The response to this request; negative if any of its remote keys is unknown.
     *
     * @param unknownRkeys remote keys that were not known; if they are not the request's, they do not matter
     */
    public LlcDeleteRkey response(Set<Integer> unknownRkeys) {
        int mask = 0;
        int number = 0;
        for (int i = 0; i < rkeys.size(); i++) {
            if (unknownRkeys.contains(rkeys.get(i))) {
                mask |= FIRST_UNKNOWN >>> i;
                number++;
            }
        }
        return version == Clc.V1
                ? new LlcDeleteRkey(version, true, number > 0, count, mask, rkeys)
                : new LlcDeleteRkey(version, true, number > 0, count, number, List.of());
    }

    private static int maxCount(int version) {
        return version == Clc.V1 ? V1_MAX_RKEYS : Llc.MAX_RKEYS;
    }

    private static boolean hasRkeys(int version, boolean response) {
        return version == Clc.V1 || !response;
    }

    @Override
    public int length() {
        return Math.max(Llc.LENGTH, endOffset(rkeys.size()));
    }

    private static int endOffset(int rkeys) {
        return RKEYS_OFFSET + rkeys * Integer.BYTES;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE) | LlcHeader.flag(isNegative, NEGATIVE);
        ByteBuffer out = new LlcHeader(Llc.DELETE_RKEY, version, flags).begin(target, length());
        Fields.putU8(out, COUNT_OFFSET, count);
        Fields.putU8(out, UNKNOWN_OFFSET, unknown);
        for (int i = 0; i < rkeys.size(); i++) {
            out.putInt(endOffset(i), rkeys.get(i));
        }
    }

    static LlcDeleteRkey read(LlcHeader header, ByteBuffer in) throws LlcFormatException {
        int count = Fields.getU8(in, COUNT_OFFSET);
        LlcFormatException.requireAtMost("number of remote keys", COUNT_OFFSET, count, maxCount(header.version()));
        List<Integer> rkeys = new ArrayList<>();
        if (hasRkeys(header.version(), header.isResponse())) {
            LlcFormatException.requireSize(in.limit(), endOffset(count));
            for (int i = 0; i < count; i++) {
                rkeys.add(in.getInt(endOffset(i)));
            }
        }
        return new LlcDeleteRkey(
                header.version(),
                header.isResponse(),
                header.has(LlcHeader.RESPONSE | NEGATIVE),
                count,
                header.isResponse() ? Fields.getU8(in, UNKNOWN_OFFSET) : 0,
                rkeys);
    }
}
