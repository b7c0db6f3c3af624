package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * Constants of CLC, and the framing of its messages in a TCP stream.
 *
 * <p>Every message starts with this header:
 * <pre>
 * off  size  field
 *   0     4  eyecatcher, "SMCR" or "SMCD" in EBCDIC
 *   4     1  type: 1 Proposal, 2 Accept, 3 Confirm, 4 Decline
 *   5     2  total length in bytes, header and trailer included
 *   7     1  bits 7-4 version, bits 3-2 typev2, bits 1-0 typev1
 * </pre>
 * and ends with a trailer of four bytes, an eyecatcher again.
 */
public final class Clc {

    /** "SMCR" in EBCDIC: SMC-R messages, and every Proposal and Decline. */
    public static final int EYECATCHER_SMCR = 0xE2D4C3D9;
    /** "SMCD" in EBCDIC: Accept and Confirm of SMC-D. */
    public static final int EYECATCHER_SMCD = 0xE2D4C3C4;

    /** Message type: the client's offer. */
    public static final int PROPOSAL = 1;
    /** Message type: the server's choice. */
    public static final int ACCEPT = 2;
    /** Message type: the client's acknowledgement. */
    public static final int CONFIRM = 3;
    /** Message type: either side goes back to TCP. */
    public static final int DECLINE = 4;

    /** SMC version 1. */
    public static final int V1 = 1;
    /** SMC version 2. */
    public static final int V2 = 2;

    /** Value of typev1 and typev2: SMC-R. */
    public static final int SMC_TYPE_R = 0;
    /** Value of typev1 and typev2: SMC-D. */
    public static final int SMC_TYPE_D = 1;
    /** Value of typev1 and typev2: neither SMC-R nor SMC-D. */
    public static final int SMC_TYPE_N = 2;
    /** Value of typev1 and typev2: both SMC-R and SMC-D. */
    public static final int SMC_TYPE_B = 3;

    /** Operating system of a sender: z/OS. */
    public static final int OS_ZOS = 1;
    /** Operating system of a sender: Linux. */
    public static final int OS_LINUX = 2;
    /** Operating system of a sender: AIX. */
    public static final int OS_AIX = 3;

    /** Feature mask bit: emulated ISM devices, whose GIDs have 128 bits. */
    public static final int FEATURE_EMULATED_ISM = 0x0001;

    /** Bytes every message begins with. */
    public static final int HEADER_LENGTH = 8;

    /** Most IPv6 prefixes a Proposal may carry. */
    public static final int MAX_IPV6_PREFIXES = 8;
    /** Most user EIDs a Proposal may carry. */
    public static final int MAX_EIDS = 8;
    /** Most ISM entries a Proposal may carry; an emulated device takes two. */
    public static final int MAX_ISM_ENTRIES = 8;
    /** Most GIDs a Confirm may carry. */
    public static final int MAX_GIDS = 8;

    /**
     * Bytes of the longest message that can be valid: a version 2 Proposal of all types with eight IPv6 prefixes, eight
     * EIDs and eight ISM entries (652). The longest Confirm, with eight GIDs, has 292.
     */
    public static final int MAX_LENGTH = Math.max(ClcProposal.MAX_LENGTH, ClcAcceptConfirm.MAX_LENGTH);

    /** Result of {@link #frame}: these bytes are not the beginning of a CLC message. */
    public static final int NOT_CLC = -1;
    /** Result of {@link #frame}: nothing wrong so far, but the header is not complete. */
    public static final int INCOMPLETE = 0;

    static final int LENGTH_OFFSET = 5;

    private Clc() {
    }

    /**
     * Looks at the beginning of a stream, from the buffer's position to its limit, and leaves the buffer as it is.
     *
     * <p>A header whose length does not even cover the header itself is {@link #NOT_CLC}, so that {@link #INCOMPLETE}
     * always means that more bytes will tell.
     *
     * @return {@link #NOT_CLC} as soon as the bytes cannot be a CLC message, {@link #INCOMPLETE} if more are needed,
     *        else
     *         the message's total length as its header states it: {@value #HEADER_LENGTH} to 65535, to be compared with
     *         {@link #MAX_LENGTH} before anything is read
     */
    public static int frame(ByteBuffer peeked) {
        int start = peeked.position();
        int available = peeked.remaining();
        if (!matches(EYECATCHER_SMCR, peeked, start, available)
                && !matches(EYECATCHER_SMCD, peeked, start, available)) {
            return NOT_CLC;
        }
        if (available < HEADER_LENGTH) {
            return INCOMPLETE;
        }
        int high = Byte.toUnsignedInt(peeked.get(start + LENGTH_OFFSET));
        int low = Byte.toUnsignedInt(peeked.get(start + LENGTH_OFFSET + 1));
        int length = high << 8 | low;
        return length < HEADER_LENGTH ? NOT_CLC : length;
    }

    private static boolean matches(int eyecatcher, ByteBuffer bytes, int start, int available) {
        int count = Math.min(available, Integer.BYTES);
        for (int i = 0; i < count; i++) {
            byte expected = (byte) (eyecatcher >>> (Integer.SIZE - Byte.SIZE * (i + 1)));
            if (bytes.get(start + i) != expected) {
                return false;
            }
        }
        return true;
    }

    /** Whether a value of typev1 or typev2 includes SMC-R. */
    public static boolean includesSmcr(int smcType) {
        return smcType == SMC_TYPE_R || smcType == SMC_TYPE_B;
    }

    /** Whether a value of typev1 or typev2 includes SMC-D. */
    public static boolean includesSmcd(int smcType) {
        return smcType == SMC_TYPE_D || smcType == SMC_TYPE_B;
    }
}
