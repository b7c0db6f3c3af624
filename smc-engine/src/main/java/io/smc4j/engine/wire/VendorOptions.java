package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * What a client's implementation can do beyond the protocol, in a Proposal of version 2. Linux reads none of it.
 *
 * <pre>
 * off  size  field
 *  52     3  vendor OUI; 0 = none
 *  55     5  experimental options, whose meaning is the vendor's
 * </pre>
 * Offsets count from the start of the message.
 *
 * @param oui who defines the options, 24 bits
 * @param options 40 bits
 */
public record VendorOptions(int oui, long options) {

    /** No vendor. */
    public static final VendorOptions NONE = new VendorOptions(0, 0);

    /** This implementation: no registered OUI, but one of those that anybody may use locally. */
    private static final int SMC4J = 0x4A3453;
    private static final int OUI_OFFSET = 52;
    private static final int OPTIONS_OFFSET = 55;
    private static final int OPTIONS_BITS = 40;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field
     */
    public VendorOptions {
        Fields.requireUnsigned("vendor OUI", oui, 24);
        Fields.require(options >>> OPTIONS_BITS == 0, "vendor options have 40 bits");
    }

    /**
     * Options of this implementation, in a Proposal.
     *
     * @param bits the first byte
     */
    public static VendorOptions ofSmc4j(int bits) {
        return new VendorOptions(SMC4J, (long) bits << 32);
    }

    /**
     * Options of this implementation, in a {@link FirstContact}: who has defined them is said there, too.
     *
     * @param bits the last byte
     */
    public static int wordOfSmc4j(int bits) {
        return SMC4J << Byte.SIZE | bits;
    }

    /** Whether these are options of this implementation, with bits of the first byte set. */
    public boolean hasSmc4j(int bits) {
        return oui == SMC4J && (options >>> 32 & bits) == bits;
    }

    void write(ByteBuffer out) {
        Fields.putU24(out, OUI_OFFSET, oui);
        Fields.putU8(out, OPTIONS_OFFSET, (int) (options >>> 32));
        out.putInt(OPTIONS_OFFSET + 1, (int) options);
    }

    static VendorOptions read(ByteBuffer in) {
        return new VendorOptions(Fields.getU24(in, OUI_OFFSET), (long) Fields.getU8(in, OPTIONS_OFFSET) << 32
                | Integer.toUnsignedLong(in.getInt(OPTIONS_OFFSET + 1)));
    }
}
