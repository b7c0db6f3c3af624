package io.smc4j.engine.wire;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The four bytes every LLC message starts with (layout: {@link Llc}).
 *
 * @param kind lower half of the type, such as {@link Llc#CONFIRM_LINK}
 * @param version {@link Clc#V1} or {@link Clc#V2}
 * @param rejectReason bits 3-0 of byte 2 in version 1, else 0
 * @param flags byte 3
 */
record LlcHeader(int kind, int version, int rejectReason, int flags) {

    static final int RESPONSE = 0x80;

    static final int TYPE_OFFSET = 0;

    private static final int LENGTH_OFFSET = 1;
    private static final int V1_REJECT_REASON_OFFSET = 2;
    private static final int FLAGS_OFFSET = 3;

    private static final int V1_TYPES = 0x0;
    private static final int V2_TYPES = 0x2;

    /** A header without a reason of rejection. */
    LlcHeader(int kind, int version, int flags) {
        this(kind, version, 0, flags);
    }

    /** False for the two kinds of message that only the other version has. */
    boolean existsInItsVersion() {
        return switch (kind) {
            case Llc.ADD_LINK_CONTINUATION -> version == Clc.V1;
            case Llc.REQUEST_ADD_LINK -> version == Clc.V2;
            default -> true;
        };
    }

    boolean isResponse() {
        return has(RESPONSE);
    }

    /** Whether all bits of a mask are set in the flags. */
    boolean has(int mask) {
        return (flags & mask) == mask;
    }

    /** A flag where it applies, else 0. */
    static int flag(boolean set, int flag) {
        return set ? flag : 0;
    }

    /**
     * Reads and checks the header of a buffer that holds what was received, from index 0 to its limit. In version 2 the
     * length field is not looked at, as its byte order depends on a host that is not known: what was received tells.
     */
    static LlcHeader read(ByteBuffer in) throws LlcFormatException {
        LlcFormatException.requireSize(in.limit(), Llc.LENGTH);
        int type = Fields.getU8(in, TYPE_OFFSET);
        int kind = Fields.lowNibble(type);
        int flags = Fields.getU8(in, FLAGS_OFFSET);
        return switch (Fields.highNibble(type)) {
            case V1_TYPES -> {
                int length = Fields.getU8(in, LENGTH_OFFSET);
                LlcFormatException.requireEqual("length", LENGTH_OFFSET, length, Llc.LENGTH);
                int reason = Fields.lowNibble(Fields.getU8(in, V1_REJECT_REASON_OFFSET));
                yield new LlcHeader(kind, Clc.V1, reason, flags);
            }
            case V2_TYPES -> new LlcHeader(kind, Clc.V2, flags);
            default -> throw unknownType(in);
        };
    }

    static LlcFormatException unknownType(ByteBuffer in) {
        return LlcFormatException.unknownType(TYPE_OFFSET, Fields.getU8(in, TYPE_OFFSET));
    }

    /**
     * Claims the next bytes of a target, advances its position over them, and writes the header.
     *
     * @return a big endian view of the message, all zero after the header
     * @throws BufferOverflowException if the target is too small; it is then unchanged
     */
    ByteBuffer begin(ByteBuffer target, int length) {
        if (target.remaining() < length) {
            throw new BufferOverflowException();
        }
        ByteBuffer out = target.slice(target.position(), length).order(ByteOrder.BIG_ENDIAN);
        target.put(new byte[length]);
        if (version == Clc.V1) {
            Fields.putNibbles(out, TYPE_OFFSET, V1_TYPES, kind);
            Fields.putU8(out, LENGTH_OFFSET, length);
            Fields.putU8(out, V1_REJECT_REASON_OFFSET, rejectReason);
        } else {
            Fields.putNibbles(out, TYPE_OFFSET, V2_TYPES, kind);
            Fields.putU16LittleEndian(out, LENGTH_OFFSET, length);
        }
        Fields.putU8(out, FLAGS_OFFSET, flags);
        return out;
    }
}
