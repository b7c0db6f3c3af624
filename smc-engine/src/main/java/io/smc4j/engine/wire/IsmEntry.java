package io.smc4j.engine.wire;

import java.nio.ByteBuffer;

/**
 * One GID and CHID pair of a Proposal. A native ISM device is one entry, an emulated one two: see {@link IsmDevice}.
 *
 * <pre>
 * off  size  field
 *   0     8  GID, or the second half of an emulated device's GID
 *   8     2  CHID
 * </pre>
 *
 * @param gid 64 bits of a GID
 * @param chid the channel id, 0 to 65535
 */
public record IsmEntry(long gid, int chid) {

    static final int LENGTH = 10;

    private static final int CHID_OFFSET = 8;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the CHID has more than 16 bits
     */
    public IsmEntry {
        Fields.requireUnsigned("CHID", chid, Short.SIZE);
    }

    void write(ByteBuffer out, int offset) {
        out.putLong(offset, gid);
        Fields.putU16(out, offset + CHID_OFFSET, chid);
    }

    static IsmEntry read(ByteBuffer in, int offset) {
        return new IsmEntry(in.getLong(offset), Fields.getU16(in, offset + CHID_OFFSET));
    }
}
