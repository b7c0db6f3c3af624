package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/** Unsigned fields of the widths the protocol uses. Buffers are big endian and addressed absolutely. */
final class Fields {

    private Fields() {
    }

    static int getU8(ByteBuffer in, int offset) {
        return Byte.toUnsignedInt(in.get(offset));
    }

    static int getU16(ByteBuffer in, int offset) {
        return Short.toUnsignedInt(in.getShort(offset));
    }

    static int getU24(ByteBuffer in, int offset) {
        return getU16(in, offset) << 8 | getU8(in, offset + 2);
    }

    static long getU48(ByteBuffer in, int offset) {
        return (long) getU16(in, offset) << 32 | Integer.toUnsignedLong(in.getInt(offset + 2));
    }

    /** A field in the order of the sender's host: of x86 and AArch64, that is. */
    static int getU16LittleEndian(ByteBuffer in, int offset) {
        return Short.toUnsignedInt(Short.reverseBytes(in.getShort(offset)));
    }

    static int highNibble(int unsignedByte) {
        return unsignedByte >>> 4;
    }

    static int lowNibble(int unsignedByte) {
        return unsignedByte & 0x0F;
    }

    static void putU8(ByteBuffer out, int offset, int value) {
        out.put(offset, (byte) value);
    }

    static void putU16(ByteBuffer out, int offset, int value) {
        out.putShort(offset, (short) value);
    }

    /** A field in the order of the sender's host: of x86 and AArch64, that is. */
    static void putU16LittleEndian(ByteBuffer out, int offset, int value) {
        out.putShort(offset, Short.reverseBytes((short) value));
    }

    static void putU24(ByteBuffer out, int offset, int value) {
        putU16(out, offset, value >>> 8);
        putU8(out, offset + 2, value);
    }

    static void putU48(ByteBuffer out, int offset, long value) {
        putU16(out, offset, (int) (value >>> 32));
        out.putInt(offset + 2, (int) value);
    }

    static void putNibbles(ByteBuffer out, int offset, int high, int low) {
        putU8(out, offset, high << 4 | low);
    }

    /**
     * Demands that a value fits an unsigned field.
     *
     * @throws IllegalArgumentException if it does not
     */
    static void requireUnsigned(String name, long value, int bits) {
        requireInRange(name, value, 0, (1L << bits) - 1);
    }

    /**
     * Demands that a value is in a range, ends included.
     *
     * @throws IllegalArgumentException if it is not
     */
    static void requireInRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " " + value + " is not between " + min + " and " + max);
        }
    }

    /**
     * Demands something of a value's components.
     *
     * @throws IllegalArgumentException with the given message if it does not hold
     */
    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
