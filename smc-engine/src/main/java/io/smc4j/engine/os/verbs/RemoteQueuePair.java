package io.smc4j.engine.os.verbs;

/**
 * The peer's queue pair, to connect to.
 *
 * @param qpn its number, 24 bits
 * @param psn the sequence number it starts sending with, 24 bits
 * @param gidHigh the first eight bytes of its GID, as a big-endian number
 * @param gidLow the last eight bytes of its GID, as a big-endian number
 * @param mtuCode the path MTU it can take, 1 to 5 as in {@link PortAttributes}
 */
public record RemoteQueuePair(int qpn, int psn, long gidHigh, long gidLow, int mtuCode) {
}
