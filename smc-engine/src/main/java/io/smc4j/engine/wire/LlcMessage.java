package io.smc4j.engine.wire;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One LLC message, a request or the response to one.
 *
 * <p>The constructors take every combination the wire can carry; the factories {@code request}, {@code response} and
 * the like are for those that make sense.
 */
public sealed interface LlcMessage permits LlcConfirmLink, LlcAddLink, LlcAddLinkContinuation, LlcDeleteLink,
        LlcRequestAddLink, LlcConfirmRkey, LlcTestLink, LlcDeleteRkey {

    /** The version the message is written in: {@link Clc#V1} or {@link Clc#V2}. */
    int version();

    /** Whether this answers a request of the same type. */
    boolean isResponse();

    /** The bytes {@link #encode} writes: {@link Llc#LENGTH} to {@link Llc#MAX_LENGTH}. */
    int length();

    /**
     * Writes the message at the target's position, which advances by {@link #length()}. The target's byte order neither
     * matters nor changes.
     *
     * @throws BufferOverflowException if fewer bytes remain; the target is then unchanged
     */
    void encode(ByteBuffer target);

    /**
     * Reads the message at the buffer's position; its limit is where the received bytes end, of which there may be more
     * than the message needs. The buffer is left as it is, and its byte order does not matter.
     *
     * @throws LlcFormatException if the bytes are no LLC message of a known type; see
     *         {@link LlcFormatException#isUnknownType()}
     */
    static LlcMessage decode(ByteBuffer received) throws LlcFormatException {
        ByteBuffer in = received.slice().order(ByteOrder.BIG_ENDIAN);
        LlcHeader header = LlcHeader.read(in);
        if (!header.existsInItsVersion()) {
            throw LlcHeader.unknownType(in);
        }
        return switch (header.kind()) {
            case Llc.CONFIRM_LINK -> LlcConfirmLink.read(header, in);
            case Llc.ADD_LINK -> LlcAddLink.read(header, in);
            case Llc.ADD_LINK_CONTINUATION -> LlcAddLinkContinuation.read(header, in);
            case Llc.DELETE_LINK -> LlcDeleteLink.read(header, in);
            case Llc.REQUEST_ADD_LINK -> LlcRequestAddLink.read(header, in);
            case Llc.CONFIRM_RKEY -> LlcConfirmRkey.read(header, in);
            case Llc.TEST_LINK -> LlcTestLink.read(header, in);
            case Llc.DELETE_RKEY -> LlcDeleteRkey.read(header, in);
            default -> throw LlcHeader.unknownType(in);
        };
    }
}
