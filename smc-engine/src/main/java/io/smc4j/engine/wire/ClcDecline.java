package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * CLC Decline: the sender leaves SMC, and this TCP connection carries the application's bytes from here on.
 *
 * <pre>
 * off  size  field
 *   0     8  header; bit 3 of byte 7 = out of sync
 *   8     8  sender's peer id
 *  16     4  diagnosis code
 *  20     1  bits 7-4 operating system (version 2), rest reserved
 *  21     3  reserved
 *  24    16  four additional codes (version 2 only)
 * end     4  trailer
 * </pre>
 *
 * <p>Both versions must be understood at any time. The trailer is not looked at, as in Linux.
 *
 * @param version {@link Clc#V1} (28 bytes) or {@link Clc#V2} (44 bytes)
 * @param outOfSync whether the receiver should end the link group it named
 * @param peerId the sender's peer id; 0 if it has none
 * @param diagnosisCode why, as {@code smcss} prints it
 * @param osType the sender's operating system, 0 to 15; 0 in version 1
 * @param additionalCodes four further codes in version 2, none in version 1
 */
public record ClcDecline(
        int version, boolean outOfSync, long peerId, int diagnosisCode, int osType, List<Integer> additionalCodes)
        implements ClcMessage {

    private static final int PEER_ID_OFFSET = 8;
    private static final int DIAGNOSIS_CODE_OFFSET = 16;
    private static final int OS_TYPE_OFFSET = 20;
    private static final int ADDITIONAL_CODES_OFFSET = 24;
    private static final int ADDITIONAL_CODES = 4;

    private static final int V1_LENGTH = ADDITIONAL_CODES_OFFSET + ClcHeader.TRAILER_LENGTH;
    private static final int V2_LENGTH = V1_LENGTH + ADDITIONAL_CODES * Integer.BYTES;

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if one is out of its range or does not exist in the version
     */
    public ClcDecline {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.requireInRange("operating system", osType, 0, version == Clc.V1 ? 0 : 15);
        additionalCodes = List.copyOf(additionalCodes);
        Fields.require(additionalCodes.size() == (version == Clc.V1 ? 0 : ADDITIONAL_CODES),
                "wrong number of additional codes for version " + version + ": " + additionalCodes.size());
    }

    /** A Decline of version 1. */
    public static ClcDecline v1(long peerId, int diagnosisCode, boolean outOfSync) {
        return new ClcDecline(Clc.V1, outOfSync, peerId, diagnosisCode, 0, List.of());
    }

    /** A Decline of version 2 from a Linux process, with all additional codes 0. */
    public static ClcDecline v2(long peerId, int diagnosisCode, boolean outOfSync) {
        return new ClcDecline(Clc.V2, outOfSync, peerId, diagnosisCode, Clc.OS_LINUX, List.of(0, 0, 0, 0));
    }

    @Override
    public int length() {
        return length(version);
    }

    private static int length(int version) {
        return version == Clc.V1 ? V1_LENGTH : V2_LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        ClcHeader header = new ClcHeader(Clc.DECLINE, version, Clc.SMC_TYPE_R, outOfSync ? ClcHeader.FLAG : 0);
        ByteBuffer out = header.begin(target, Clc.EYECATCHER_SMCR, length());
        out.putLong(PEER_ID_OFFSET, peerId);
        out.putInt(DIAGNOSIS_CODE_OFFSET, diagnosisCode);
        Fields.putNibbles(out, OS_TYPE_OFFSET, osType, 0);
        for (int i = 0; i < additionalCodes.size(); i++) {
            out.putInt(ADDITIONAL_CODES_OFFSET + i * Integer.BYTES, additionalCodes.get(i));
        }
    }

    static ClcDecline read(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcHeader.requireLength(in, length(header.version()));
        long peerId = in.getLong(PEER_ID_OFFSET);
        int diagnosisCode = in.getInt(DIAGNOSIS_CODE_OFFSET);
        if (header.version() == Clc.V1) {
            return v1(peerId, diagnosisCode, header.flag());
        }
        int osType = Fields.highNibble(Fields.getU8(in, OS_TYPE_OFFSET));
        Integer[] codes = new Integer[ADDITIONAL_CODES];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = in.getInt(ADDITIONAL_CODES_OFFSET + i * Integer.BYTES);
        }
        return new ClcDecline(Clc.V2, header.flag(), peerId, diagnosisCode, osType, List.of(codes));
    }
}
