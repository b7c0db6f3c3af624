package io.smc4j.engine.wire;

/**
 * Bytes that are not a valid LLC message, to be dropped silently. The message names the field, its offset from the
 * start of the LLC message, and what is wrong. No stack trace: the fault is the peer's, and a peer must not be able to
 * make it expensive.
 */
public final class LlcFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean unknownType;

    private LlcFormatException(String field, int offset, String problem, boolean unknownType) {
        super(field + " at offset " + offset + ": " + problem, null, false, false);
        this.unknownType = unknownType;
    }

    static LlcFormatException unknownType(int offset, int type) {
        return new LlcFormatException("type", offset, type + " is unknown", true);
    }

    /** Whether the type alone is the reason: nothing broken then, but something newer, or no LLC at all. */
    public boolean isUnknownType() {
        return unknownType;
    }

    /** Demands that a field has the one value it may have. */
    static void requireEqual(String field, int offset, int actual, int expected) throws LlcFormatException {
        if (actual != expected) {
            throw new LlcFormatException(field, offset, actual + " is not " + expected, false);
        }
    }

    /** Demands that a field does not exceed its limit. */
    static void requireAtMost(String field, int offset, int actual, int max) throws LlcFormatException {
        if (actual > max) {
            throw new LlcFormatException(field, offset, actual + " is more than " + max, false);
        }
    }

    /** Demands a minimum of bytes, so that what follows may be read. */
    static void requireSize(int actual, int min) throws LlcFormatException {
        if (actual < min) {
            throw new LlcFormatException("message size", 0, actual + " is less than " + min, false);
        }
    }
}
