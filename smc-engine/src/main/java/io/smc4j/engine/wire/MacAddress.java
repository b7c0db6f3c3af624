package io.smc4j.engine.wire;

import java.util.HexFormat;

/**
 * The MAC address of a RoCE port.
 *
 * @param bits its six bytes, big endian, in the lower 48 bits
 */
public record MacAddress(long bits) {

    /** No address. */
    public static final MacAddress ZERO = new MacAddress(0);

    private static final int BITS = 48;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if more than 48 bits are used
     */
    public MacAddress {
        Fields.requireUnsigned("MAC address", bits, BITS);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(bits, BITS / 4).replaceAll("(.{2})(?!$)", "$1:");
    }
}
