package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * What an RMB that is known by one link is called on a new one.
 *
 * <pre>
 * off  size  field
 *   0     4  remote key on the known link
 *   4     4  remote key on the new link
 *   8     8  virtual address on the new link
 * </pre>
 *
 * @param knownRkey remote key on the link the message is sent on
 * @param newRkey remote key on the new link
 * @param newAddress virtual address on the new link
 */
public record LlcRkeyPair(int knownRkey, int newRkey, long newAddress) {

    static final int LENGTH = 16;

    private static final int NEW_RKEY_OFFSET = 4;
    private static final int NEW_ADDRESS_OFFSET = 8;

    void write(ByteBuffer out, int offset) {
        out.putInt(offset, knownRkey);
        out.putInt(offset + NEW_RKEY_OFFSET, newRkey);
        out.putLong(offset + NEW_ADDRESS_OFFSET, newAddress);
    }

    static LlcRkeyPair read(ByteBuffer in, int offset) {
        return new LlcRkeyPair(
                in.getInt(offset), in.getInt(offset + NEW_RKEY_OFFSET), in.getLong(offset + NEW_ADDRESS_OFFSET));
    }
}
