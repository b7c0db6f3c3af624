package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * LLC TEST LINK: either side asks whether a link that has been idle still works. Must be answered at any time.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response
 *   4    16  user data
 *  20    24  reserved
 * </pre>
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param isResponse whether this is an answer
 * @param userDataHigh the first eight bytes the response has to repeat, big endian
 * @param userDataLow the last eight bytes the response has to repeat, big endian
 */
public record LlcTestLink(int version, boolean isResponse, long userDataHigh, long userDataLow) implements LlcMessage {

    private static final int USER_DATA_OFFSET = 4;

    /**
     * Checks the version.
     *
     * @throws IllegalArgumentException if it is neither 1 nor 2
     */
    public LlcTestLink {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
    }

    /** A request. */
    public static LlcTestLink request(int version, long userDataHigh, long userDataLow) {
        return new LlcTestLink(version, false, userDataHigh, userDataLow);
    }

    /** The response to this request. */
    public LlcTestLink response() {
        return new LlcTestLink(version, true, userDataHigh, userDataLow);
    }

    @Override
    public int length() {
        return Llc.LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE);
        ByteBuffer out = new LlcHeader(Llc.TEST_LINK, version, flags).begin(target, length());
        out.putLong(USER_DATA_OFFSET, userDataHigh);
        out.putLong(USER_DATA_OFFSET + Long.BYTES, userDataLow);
    }

    static LlcTestLink read(LlcHeader header, ByteBuffer in) {
        return new LlcTestLink(header.version(), header.isResponse(), in.getLong(USER_DATA_OFFSET),
                in.getLong(USER_DATA_OFFSET + Long.BYTES));
    }
}
