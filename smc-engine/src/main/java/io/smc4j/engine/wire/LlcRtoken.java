package io.smc4j.engine.wire;

/**
 * What is needed to write to an RMB by one link: remote key and address.
 *
 * @param linkNumber number of the link the key is valid on, 0 to 255
 * @param rkey remote key
 * @param address virtual address
 */
public record LlcRtoken(int linkNumber, int rkey, long address) {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the link number does not fit its field
     */
    public LlcRtoken {
        Fields.requireUnsigned("link number", linkNumber, Byte.SIZE);
    }
}
