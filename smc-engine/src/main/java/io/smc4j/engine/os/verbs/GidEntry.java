package io.smc4j.engine.os.verbs;

/**
 * A GID of a port.
 *
 * @param index its place in the port's table; it stays while the address stays
 * @param high the first eight bytes, as a big-endian number
 * @param low the last eight bytes, as a big-endian number
 * @param type what goes on the wire
 * @param netdev the network interface it belongs to; empty if none
 */
public record GidEntry(int index, long high, long low, Type type, String netdev) {

    /** What packets with this GID look like. */
    public enum Type {
        /** InfiniBand. */
        IB,
        /** Ethernet frames of their own type. */
        ROCE_V1,
        /** UDP over IP. */
        ROCE_V2
    }
}
