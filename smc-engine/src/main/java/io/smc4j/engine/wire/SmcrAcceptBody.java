package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * SMC-R: the sender's end of the link, and its remote memory buffer (RMB).
 *
 * <pre>
 * off  size  field
 *   8     8  peer id
 *  16    16  GID
 *  32     6  MAC address
 *  38     3  queue pair number
 *  41     4  RMB rkey
 *  45     1  RMB element index
 *  46     4  alert token
 *  50     1  bits 7-4 size code, bits 3-0 path MTU code
 *  51     1  reserved
 *  52     8  RMB virtual address
 *  60     1  reserved
 *  61     3  initial packet sequence number
 * </pre>
 * Offsets count from the start of the message.
 *
 * @param peerId the sender's peer id
 * @param gid GID of the port the link uses
 * @param mac MAC address of that port
 * @param qpn queue pair number, 24 bits
 * @param rkey remote key of the RMB
 * @param rmbeIndex element of the RMB, from 1 on; 0 to 255
 * @param alertToken the sender's name for the connection, which the receiver puts into each CDC message
 * @param sizeCode size of the RMB element, 0 to 15
 * @param pathMtuCode path MTU: 1 = 256 bytes, each further step doubles it; 0 to 15
 * @param rmbAddress virtual address of the RMB
 * @param psn initial packet sequence number of the sender's send queue, 24 bits
 */
public record SmcrAcceptBody(
        long peerId, RoceGid gid, MacAddress mac, int qpn, int rkey, int rmbeIndex, int alertToken, int sizeCode,
        int pathMtuCode, long rmbAddress, int psn) implements ClcAcceptBody {

    /** Where the fields of this table end. */
    static final int END_OFFSET = 64;

    private static final int PEER_ID_OFFSET = 8;
    private static final int GID_OFFSET = 16;
    private static final int MAC_OFFSET = 32;
    private static final int QPN_OFFSET = 38;
    private static final int RKEY_OFFSET = 41;
    private static final int RMBE_INDEX_OFFSET = 45;
    private static final int ALERT_TOKEN_OFFSET = 46;
    private static final int SIZE_AND_MTU_OFFSET = 50;
    private static final int RMB_ADDRESS_OFFSET = 52;
    private static final int PSN_OFFSET = 61;

    private static final int QPN_BITS = 24;
    private static final int PSN_BITS = 24;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field
     */
    public SmcrAcceptBody {
        Fields.requireUnsigned("queue pair number", qpn, QPN_BITS);
        Fields.requireUnsigned("RMB element index", rmbeIndex, Byte.SIZE);
        Fields.requireInRange("size code", sizeCode, 0, MAX_SIZE_CODE);
        Fields.requireUnsigned("path MTU code", pathMtuCode, 4);
        Fields.requireUnsigned("packet sequence number", psn, PSN_BITS);
    }

    void write(ByteBuffer out) {
        out.putLong(PEER_ID_OFFSET, peerId);
        gid.write(out, GID_OFFSET);
        Fields.putU48(out, MAC_OFFSET, mac.bits());
        Fields.putU24(out, QPN_OFFSET, qpn);
        out.putInt(RKEY_OFFSET, rkey);
        Fields.putU8(out, RMBE_INDEX_OFFSET, rmbeIndex);
        out.putInt(ALERT_TOKEN_OFFSET, alertToken);
        Fields.putNibbles(out, SIZE_AND_MTU_OFFSET, sizeCode, pathMtuCode);
        out.putLong(RMB_ADDRESS_OFFSET, rmbAddress);
        Fields.putU24(out, PSN_OFFSET, psn);
    }

    static SmcrAcceptBody read(ByteBuffer in) {
        int sizeAndMtu = Fields.getU8(in, SIZE_AND_MTU_OFFSET);
        return new SmcrAcceptBody(
                in.getLong(PEER_ID_OFFSET),
                RoceGid.read(in, GID_OFFSET),
                new MacAddress(Fields.getU48(in, MAC_OFFSET)),
                Fields.getU24(in, QPN_OFFSET),
                in.getInt(RKEY_OFFSET),
                Fields.getU8(in, RMBE_INDEX_OFFSET),
                in.getInt(ALERT_TOKEN_OFFSET),
                Fields.highNibble(sizeAndMtu),
                Fields.lowNibble(sizeAndMtu),
                in.getLong(RMB_ADDRESS_OFFSET),
                Fields.getU24(in, PSN_OFFSET));
    }
}
