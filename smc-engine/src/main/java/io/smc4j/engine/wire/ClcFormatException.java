package io.smc4j.engine.wire;

/**
 * Bytes that are not a valid CLC message. The message names the field, its offset from the start of the CLC message,
 * and what is wrong. No stack trace: the fault is the peer's, and a peer must not be able to make it expensive.
 */
public final class ClcFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    ClcFormatException(String field, int offset, String problem) {
        super(field + " at offset " + offset + ": " + problem, null, false, false);
    }

    /** Demands that a field has the one value it may have. */
    static void requireEqual(String field, int offset, int actual, int expected) throws ClcFormatException {
        if (actual != expected) {
            throw new ClcFormatException(field, offset, actual + " is not " + expected);
        }
    }

    /** Demands that a field does not exceed its limit. */
    static void requireAtMost(String field, int offset, int actual, int max) throws ClcFormatException {
        if (actual > max) {
            throw new ClcFormatException(field, offset, actual + " is more than " + max);
        }
    }

    /** Demands that a field reaches its minimum. */
    static void requireAtLeast(String field, int offset, int actual, int min) throws ClcFormatException {
        if (actual < min) {
            throw new ClcFormatException(field, offset, actual + " is less than " + min);
        }
    }
}
