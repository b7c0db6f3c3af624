package io.smc4j.engine.wire;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One CLC message. */
public sealed interface ClcMessage permits ClcProposal, ClcAccept, ClcConfirm, ClcDecline {

    /** The version the message is written in: {@link Clc#V1} or {@link Clc#V2}. */
    int version();

    /** The bytes {@link #encode} writes. */
    int length();

    /**
     * Writes the message at the target's position, which advances by {@link #length()}. The target's byte order neither
     * matters nor changes.
     *
     * @throws BufferOverflowException if fewer bytes remain; the target is then unchanged
     */
    void encode(ByteBuffer target);

    /**
     * Reads the one whole message between the buffer's position and its limit; the buffer is left as it is, and its
     * byte order does not matter.
     *
     * @throws ClcFormatException if the bytes are anything but exactly one valid message
     */
    static ClcMessage decode(ByteBuffer message) throws ClcFormatException {
        ByteBuffer in = message.slice().order(ByteOrder.BIG_ENDIAN);
        ClcHeader header = ClcHeader.read(in);
        return switch (header.type()) {
            case Clc.PROPOSAL -> ClcProposal.read(header, in);
            case Clc.ACCEPT -> ClcAccept.read(header, in);
            case Clc.CONFIRM -> ClcConfirm.read(header, in);
            default -> ClcDecline.read(header, in);
        };
    }
}
