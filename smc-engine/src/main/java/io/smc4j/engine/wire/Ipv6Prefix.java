package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * An IPv6 subnet of a Proposal's sender.
 *
 * <pre>
 * off  size  field
 *   0    16  prefix
 *  16     1  prefix length in bits
 * </pre>
 *
 * @param high the first eight bytes of the prefix, big endian
 * @param low the last eight bytes of the prefix, big endian
 * @param length its length in bits, 0 to 128
 */
public record Ipv6Prefix(long high, long low, int length) {

    static final int ENCODED_LENGTH = 17;

    private static final int LENGTH_OFFSET = 16;
    private static final int MAX_PREFIX_LENGTH = 128;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the length is not between 0 and 128
     */
    public Ipv6Prefix {
        Fields.requireInRange("IPv6 prefix length", length, 0, MAX_PREFIX_LENGTH);
    }

    void write(ByteBuffer out, int offset) {
        out.putLong(offset, high);
        out.putLong(offset + Long.BYTES, low);
        Fields.putU8(out, offset + LENGTH_OFFSET, length);
    }

    static Ipv6Prefix read(ByteBuffer in, int offset) throws ClcFormatException {
        int length = Fields.getU8(in, offset + LENGTH_OFFSET);
        ClcFormatException.requireAtMost("IPv6 prefix length", offset + LENGTH_OFFSET, length, MAX_PREFIX_LENGTH);
        return new Ipv6Prefix(in.getLong(offset), in.getLong(offset + Long.BYTES), length);
    }
}
