package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The 128-bit GID of a RoCE port. Version 2 of the protocol uses IPv4-mapped ones, {@code ::ffff:a.b.c.d}.
 *
 * @param high the first eight bytes, big endian
 * @param low the last eight bytes, big endian
 */
public record RoceGid(long high, long low) {

    /** No GID. */
    public static final RoceGid ZERO = new RoceGid(0, 0);

    static final int LENGTH = 16;

    private static final long IPV4_MAPPED_PREFIX = 0xFFFFL << 32;

    /** The GID of an IPv4 address, given as a big endian integer. */
    public static RoceGid ofIpv4(int address) {
        return new RoceGid(0, IPV4_MAPPED_PREFIX | Integer.toUnsignedLong(address));
    }

    /** Whether this is {@code ::ffff:a.b.c.d}. */
    public boolean isIpv4Mapped() {
        return high == 0 && (low & ~0xFFFF_FFFFL) == IPV4_MAPPED_PREFIX;
    }

    void write(ByteBuffer out, int offset) {
        out.putLong(offset, high);
        out.putLong(offset + Long.BYTES, low);
    }

    static RoceGid read(ByteBuffer in, int offset) {
        return new RoceGid(in.getLong(offset), in.getLong(offset + Long.BYTES));
    }

    /** Eight groups of four hexadecimal digits, as in {@code /sys/class/infiniband}. */
    @Override
    public String toString() {
        String digits = HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
        return digits.replaceAll("(.{4})(?!$)", "$1:");
    }
}
