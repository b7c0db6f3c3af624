package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The version 2 extension of a Proposal.
 *
 * <pre>
 * off  size  field
 *   0     1  number k of user EIDs, at most 8
 *   1     1  number g of ISM entries, at most 8
 *   2     1  reserved
 *   3     1  bits 7-4 release, bit 0 = system EID valid
 *   4     2  reserved
 *   6     2  distance from offset 8 to the SMC-D version 2 extension: 32 + 32*k; 0 = none
 *   8    16  RoCE version 2 GID
 *  24     1  most connections of a link group
 *  25     1  most links of a link group
 *  26     2  feature mask
 *  28    12  reserved
 *  40  32*k  user EIDs
 *            {@link ClcSmcdV2Extension}, if SMC-D is offered
 * </pre>
 *
 * @param eids the client's user EIDs in order of preference, at most eight
 * @param release 0 for version 2.0, 1 for version 2.1; 0 to 15
 * @param roceGid GID of the RoCE port, IPv4-mapped; zero without SMC-R
 * @param maxConnections most connections of a link group (16 to 255 from release 1 on, but any byte is well-formed)
 * @param maxLinks most links of a link group (1 or 2 from release 1 on, but any byte is well-formed)
 * @param featureMask bits such as {@link Clc#FEATURE_EMULATED_ISM}, 0 to 65535
 * @param smcd the SMC-D part, exactly if SMC-D version 2 is offered
 */
public record ClcV2Extension(
        List<Eid> eids, int release, RoceGid roceGid, int maxConnections, int maxLinks, int featureMask,
        Optional<ClcSmcdV2Extension> smcd) {

    private static final int EID_COUNT_OFFSET = 0;
    private static final int ISM_COUNT_OFFSET = 1;
    private static final int FLAGS_OFFSET = 3;
    private static final int SMCD_DISTANCE_OFFSET = 6;
    private static final int SMCD_DISTANCE_BASE = 8;
    private static final int ROCE_GID_OFFSET = 8;
    private static final int MAX_CONNECTIONS_OFFSET = 24;
    private static final int MAX_LINKS_OFFSET = 25;
    private static final int FEATURE_MASK_OFFSET = 26;
    private static final int EIDS_OFFSET = 40;

    static final int MAX_LENGTH = EIDS_OFFSET + Clc.MAX_EIDS * Eid.LENGTH + ClcSmcdV2Extension.MAX_LENGTH;

    private static final int SEID_VALID = 0x01;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a component does not fit its field
     */
    public ClcV2Extension {
        eids = List.copyOf(eids);
        Fields.requireInRange("number of EIDs", eids.size(), 0, Clc.MAX_EIDS);
        Fields.requireUnsigned("release", release, 4);
        Fields.requireUnsigned("most connections", maxConnections, Byte.SIZE);
        Fields.requireUnsigned("most links", maxLinks, Byte.SIZE);
        Fields.requireUnsigned("feature mask", featureMask, Short.SIZE);
    }

    int length() {
        return smcdOffset(0, eids.size()) + smcd.map(ClcSmcdV2Extension::length).orElse(0);
    }

    private static int smcdOffset(int offset, int eidCount) {
        return offset + EIDS_OFFSET + eidCount * Eid.LENGTH;
    }

    void write(ByteBuffer out, int offset) {
        Fields.putU8(out, offset + EID_COUNT_OFFSET, eids.size());
        Fields.putNibbles(out, offset + FLAGS_OFFSET, release, 0);
        roceGid.write(out, offset + ROCE_GID_OFFSET);
        Fields.putU8(out, offset + MAX_CONNECTIONS_OFFSET, maxConnections);
        Fields.putU8(out, offset + MAX_LINKS_OFFSET, maxLinks);
        Fields.putU16(out, offset + FEATURE_MASK_OFFSET, featureMask);
        for (int i = 0; i < eids.size(); i++) {
            eids.get(i).write(out, offset + EIDS_OFFSET + i * Eid.LENGTH);
        }
        smcd.ifPresent(extension -> write(extension, out, offset));
    }

    private void write(ClcSmcdV2Extension extension, ByteBuffer out, int offset) {
        int start = smcdOffset(offset, eids.size());
        Fields.putU8(out, offset + ISM_COUNT_OFFSET, extension.entries().size());
        Fields.putNibbles(out, offset + FLAGS_OFFSET, release, extension.seid().isPresent() ? SEID_VALID : 0);
        Fields.putU16(out, offset + SMCD_DISTANCE_OFFSET, start - offset - SMCD_DISTANCE_BASE);
        extension.write(out, start);
    }

    /** Reads the extension, which must reach exactly to the trailer, with an SMC-D part exactly if that is offered. */
    static ClcV2Extension read(ByteBuffer in, int offset, boolean smcdOffered) throws ClcFormatException {
        ClcHeader.requireAtLeast(in, offset + EIDS_OFFSET + ClcHeader.TRAILER_LENGTH);
        int eidCount = Fields.getU8(in, offset + EID_COUNT_OFFSET);
        ClcFormatException.requireAtMost("number of EIDs", offset + EID_COUNT_OFFSET, eidCount, Clc.MAX_EIDS);
        int ismCount = Fields.getU8(in, offset + ISM_COUNT_OFFSET);
        ClcFormatException.requireAtMost("number of ISM entries", offset + ISM_COUNT_OFFSET, ismCount,
                Clc.MAX_ISM_ENTRIES);
        int smcdOffset = smcdOffset(offset, eidCount);
        int end = smcdOffset + (smcdOffered ? ClcSmcdV2Extension.length(ismCount) : 0);
        ClcHeader.requireLength(in, end + ClcHeader.TRAILER_LENGTH);

        List<Eid> eids = new ArrayList<>(eidCount);
        for (int i = 0; i < eidCount; i++) {
            eids.add(Eid.read("user EID", in, offset + EIDS_OFFSET + i * Eid.LENGTH));
        }
        int flags = Fields.getU8(in, offset + FLAGS_OFFSET);
        Optional<ClcSmcdV2Extension> smcd = Optional.empty();
        if (smcdOffered) {
            ClcFormatException.requireEqual("distance to SMC-D extension", offset + SMCD_DISTANCE_OFFSET,
                    Fields.getU16(in, offset + SMCD_DISTANCE_OFFSET), smcdOffset - offset - SMCD_DISTANCE_BASE);
            smcd = Optional.of(ClcSmcdV2Extension.read(in, smcdOffset, (flags & SEID_VALID) != 0, ismCount));
        }
        return new ClcV2Extension(eids, Fields.highNibble(flags), RoceGid.read(in, offset + ROCE_GID_OFFSET),
                Fields.getU8(in, offset + MAX_CONNECTIONS_OFFSET), Fields.getU8(in, offset + MAX_LINKS_OFFSET),
                Fields.getU16(in, offset + FEATURE_MASK_OFFSET), smcd);
    }
}
