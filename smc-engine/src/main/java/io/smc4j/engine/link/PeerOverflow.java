package io.smc4j.engine.link;

import java.nio.ByteBuffer;

/**
 * Where the peer has written what there was no room for in this side's ring, as it says, see {@link Overflow}.
 *
 * @param data its memory; use absolute access only
 * @param from position of the first byte in it
 * @param to position of the first byte behind it; {@link Long#MAX_VALUE} while that is open
 * @param count how many overflows the peer had begun and ended then
 */
public record PeerOverflow(ByteBuffer data, long from, long to, int count) {

    /** Where an overflow ends that has not ended. */
    public static final long OPEN = Long.MAX_VALUE;
}
