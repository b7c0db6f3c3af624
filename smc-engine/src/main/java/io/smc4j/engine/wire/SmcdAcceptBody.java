package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * SMC-D: the sender's direct memory buffer (DMB), and the ISM device through which it is reached.
 *
 * <pre>
 * off  size  field
 *   8     8  GID
 *  16     8  DMB token
 *  24     1  DMB element index
 *  25     1  bits 7-4 size code, rest reserved
 *  26     2  vendor options; reserved in the protocol
 *  28     4  link id
 *  32     2  CHID            \
 *  34    32  negotiated EID   |  version 2 only; the EID is part of the terms
 *  66     8  GID extension   /
 * </pre>
 * Offsets count from the start of the message.
 *
 * @param gid GID of the sender's device, or its first half
 * @param token the sender's name for the buffer
 * @param dmbeIndex element of the buffer, from 0 on; 0 to 255
 * @param sizeCode size of the buffer, 0 to 15
 * @param linkId the sender's name for the link group, opaque to the receiver. Linux copies it in its host's byte order;
 *        here it is the big endian reading of its four bytes, so that every host reads the same bytes as the same
 *        number, and what is read is written back unchanged
 * @param chid channel id of the device the server chose, 0 to 65535; 0 in version 1
 * @param gidExtension second half of an emulated device's GID; else, and in version 1, 0
 * @param vendorOptions what both sides' implementations have agreed on, 0 to 65535; only whose device the CHID names
 *        may give it a meaning, and in version 1 it is 0
 */
public record SmcdAcceptBody(
        long gid, long token, int dmbeIndex, int sizeCode, int linkId, int chid, long gidExtension, int vendorOptions)
        implements ClcAcceptBody {

    /** Where the fields of version 1 end; 12 reserved bytes follow there. */
    static final int V1_END_OFFSET = 44;
    static final int EID_OFFSET = 34;
    /** Where the fields of version 2 end. */
    static final int V2_END_OFFSET = 74;

    private static final int GID_OFFSET = 8;
    private static final int TOKEN_OFFSET = 16;
    private static final int DMBE_INDEX_OFFSET = 24;
    private static final int SIZE_OFFSET = 25;
    private static final int VENDOR_OPTIONS_OFFSET = 26;
    private static final int LINK_ID_OFFSET = 28;
    private static final int CHID_OFFSET = 32;
    private static final int GID_EXTENSION_OFFSET = 66;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field
     */
    public SmcdAcceptBody {
        Fields.requireUnsigned("DMB element index", dmbeIndex, Byte.SIZE);
        Fields.requireInRange("size code", sizeCode, 0, MAX_SIZE_CODE);
        Fields.requireUnsigned("CHID", chid, Short.SIZE);
        Fields.requireUnsigned("vendor options", vendorOptions, Short.SIZE);
    }

    /** A buffer without vendor options. */
    public SmcdAcceptBody(long gid, long token, int dmbeIndex, int sizeCode, int linkId, int chid, long gidExtension) {
        this(gid, token, dmbeIndex, sizeCode, linkId, chid, gidExtension, 0);
    }

    boolean fitsVersion1() {
        return chid == 0 && gidExtension == 0 && vendorOptions == 0;
    }

    void write(ByteBuffer out, int version) {
        out.putLong(GID_OFFSET, gid);
        out.putLong(TOKEN_OFFSET, token);
        Fields.putU8(out, DMBE_INDEX_OFFSET, dmbeIndex);
        Fields.putNibbles(out, SIZE_OFFSET, sizeCode, 0);
        out.putInt(LINK_ID_OFFSET, linkId);
        if (version == Clc.V2) {
            Fields.putU16(out, VENDOR_OPTIONS_OFFSET, vendorOptions);
            Fields.putU16(out, CHID_OFFSET, chid);
            out.putLong(GID_EXTENSION_OFFSET, gidExtension);
        }
    }

    static SmcdAcceptBody read(ByteBuffer in, int version) {
        return new SmcdAcceptBody(
                in.getLong(GID_OFFSET),
                in.getLong(TOKEN_OFFSET),
                Fields.getU8(in, DMBE_INDEX_OFFSET),
                Fields.highNibble(Fields.getU8(in, SIZE_OFFSET)),
                in.getInt(LINK_ID_OFFSET),
                version == Clc.V2 ? Fields.getU16(in, CHID_OFFSET) : 0,
                version == Clc.V2 ? in.getLong(GID_EXTENSION_OFFSET) : 0,
                version == Clc.V2 ? Fields.getU16(in, VENDOR_OPTIONS_OFFSET) : 0);
    }
}
