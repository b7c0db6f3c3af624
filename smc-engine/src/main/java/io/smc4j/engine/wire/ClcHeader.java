package io.smc4j.engine.wire;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The eight bytes every message starts with (layout: {@link Clc}) and the four it ends with.
 *
 * @param type one of the four message types
 * @param version 1 or 2; higher versions are treated as 2, as Linux does
 * @param typeV1 bits 1-0 of byte 7
 * @param typeV2 bits 3-2 of byte 7
 */
record ClcHeader(int type, int version, int typeV1, int typeV2) {

    static final int TRAILER_LENGTH = 4;

    /** Bit of {@link #typeV2()} that means "first contact" in Accept and Confirm, "out of sync" in a Decline. */
    static final int FLAG = 0x2;

    private static final int EYECATCHER_OFFSET = 0;
    private static final int TYPE_OFFSET = 4;
    private static final int VERSION_OFFSET = 7;

    boolean flag() {
        return (typeV2 & FLAG) != 0;
    }

    /** Reads and checks the header of a buffer that holds one message from index 0 to its limit. */
    static ClcHeader read(ByteBuffer in) throws ClcFormatException {
        ClcFormatException.requireAtLeast("message size", 0, in.limit(), Clc.HEADER_LENGTH);
        requireEyecatcher("eyecatcher", in, EYECATCHER_OFFSET);
        ClcFormatException.requireEqual("length", Clc.LENGTH_OFFSET, Fields.getU16(in, Clc.LENGTH_OFFSET), in.limit());
        int type = Fields.getU8(in, TYPE_OFFSET);
        if (type < Clc.PROPOSAL || type > Clc.DECLINE) {
            throw new ClcFormatException("type", TYPE_OFFSET, type + " is unknown");
        }
        int bits = Fields.getU8(in, VERSION_OFFSET);
        int version = Fields.highNibble(bits);
        ClcFormatException.requireAtLeast("version", VERSION_OFFSET, version, Clc.V1);
        return new ClcHeader(type, Math.min(version, Clc.V2), bits & 0x3, bits >>> 2 & 0x3);
    }

    /** Demands a total length; the length field is known to equal the buffer's limit. */
    static void requireLength(ByteBuffer in, int expected) throws ClcFormatException {
        ClcFormatException.requireEqual("length", Clc.LENGTH_OFFSET, in.limit(), expected);
    }

    /** Demands a minimum of bytes, so that what follows may be read. */
    static void requireAtLeast(ByteBuffer in, int minimum) throws ClcFormatException {
        ClcFormatException.requireAtLeast("length", Clc.LENGTH_OFFSET, in.limit(), minimum);
    }

    /** Demands an eyecatcher in the last four bytes; Linux takes either one, whatever the message. */
    static void requireTrailer(ByteBuffer in) throws ClcFormatException {
        requireEyecatcher("trailer", in, in.limit() - TRAILER_LENGTH);
    }

    private static void requireEyecatcher(String field, ByteBuffer in, int offset) throws ClcFormatException {
        int eyecatcher = in.getInt(offset);
        if (eyecatcher != Clc.EYECATCHER_SMCR && eyecatcher != Clc.EYECATCHER_SMCD) {
            throw new ClcFormatException(field, offset, "%08x is no eyecatcher".formatted(eyecatcher));
        }
    }

    /**
     * Claims the next bytes of a target, advances its position over them, and writes header and trailer.
     *
     * @return a big endian view of the message, all zero between header and trailer
     * @throws BufferOverflowException if the target is too small; it is then unchanged
     */
    ByteBuffer begin(ByteBuffer target, int eyecatcher, int length) {
        if (target.remaining() < length) {
            throw new BufferOverflowException();
        }
        ByteBuffer out = target.slice(target.position(), length).order(ByteOrder.BIG_ENDIAN);
        target.put(new byte[length]);
        out.putInt(EYECATCHER_OFFSET, eyecatcher);
        Fields.putU8(out, TYPE_OFFSET, type);
        Fields.putU16(out, Clc.LENGTH_OFFSET, length);
        Fields.putNibbles(out, VERSION_OFFSET, version, typeV2 << 2 | typeV1);
        out.putInt(length - TRAILER_LENGTH, eyecatcher);
        return out;
    }
}
