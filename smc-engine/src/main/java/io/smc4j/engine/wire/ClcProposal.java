package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * CLC Proposal: what the client can do.
 *
 * <pre>
 * off  size  field
 *   0     8  header; typev1 and typev2 say what is offered in each version
 *   8     8  peer id
 *  16    16  RoCE version 1 GID
 *  32     6  MAC address of the RoCE port
 *  38     2  distance from offset 40 to the prefix area: 40 if a version 1 type is offered, else 0; in version 1
 *            itself 0 without SMC-D, and the next five fields are then left out
 *  40     8  ISM version 1 GID
 *  48     2  its CHID
 *  50     2  distance from offset 52 to the version 2 extension; 0 = none
 *  52     8  {@link VendorOptions}
 *  60    20  reserved
 *  80        {@link ClcPrefixes}, if a version 1 type is offered
 *            {@link ClcV2Extension}, if a version 2 type is offered
 * end     4  trailer
 * </pre>
 *
 * <p>The areas follow each other without gaps: since the total length must be their exact sum, as Linux demands, the
 * distances have only one value that lets no areas overlap, and no other is accepted.
 *
 * @param version {@link Clc#V1} or {@link Clc#V2}; Linux always sends 2
 * @param typeV1 what is offered in version 1, a {@code Clc.SMC_TYPE_} value; not "neither" if the version is 1
 * @param typeV2 what is offered in version 2, a {@code Clc.SMC_TYPE_} value; "neither" if the version is 1
 * @param peerId the client's peer id; Linux sends 0 if it offers only version 2
 * @param roceGid RoCE version 1 GID; zero without SMC-R version 1
 * @param mac MAC address of the RoCE port; zero without SMC-R
 * @param ismV1 the ISM device, exactly if SMC-D version 1 is offered
 * @param prefixes the client's subnets, exactly if a version 1 type is offered
 * @param v2 the version 2 extension, exactly if a version 2 type is offered
 * @param vendor what the client's implementation can do beyond the protocol; none in version 1
 */
public record ClcProposal(
        int version, int typeV1, int typeV2, long peerId, RoceGid roceGid, MacAddress mac, Optional<IsmEntry> ismV1,
        Optional<ClcPrefixes> prefixes, Optional<ClcV2Extension> v2, VendorOptions vendor) implements ClcMessage {

    private static final int PEER_ID_OFFSET = 8;
    private static final int ROCE_GID_OFFSET = 16;
    private static final int MAC_OFFSET = 32;
    private static final int PREFIXES_DISTANCE_OFFSET = 38;
    private static final int SMCD_OFFSET = 40;
    private static final int V2_DISTANCE_OFFSET = 50;
    private static final int V2_DISTANCE_BASE = 52;
    private static final int AREAS_OFFSET = 80;
    private static final int SMCD_LENGTH = AREAS_OFFSET - SMCD_OFFSET;

    static final int MAX_LENGTH =
            AREAS_OFFSET + ClcPrefixes.MAX_LENGTH + ClcV2Extension.MAX_LENGTH + ClcHeader.TRAILER_LENGTH;

    /**
     * Checks that what belongs to the version and the types is there, and nothing else.
     *
     * @throws IllegalArgumentException if not
     */
    public ClcProposal {
        Fields.requireInRange("version", version, Clc.V1, Clc.V2);
        Fields.requireInRange("typev1", typeV1, Clc.SMC_TYPE_R, Clc.SMC_TYPE_B);
        Fields.requireInRange("typev2", typeV2, Clc.SMC_TYPE_R, Clc.SMC_TYPE_B);
        Fields.require(version == Clc.V2 || typeV1 != Clc.SMC_TYPE_N, "version 1 must offer a version 1 type");
        Fields.require(version == Clc.V2 || typeV2 == Clc.SMC_TYPE_N, "version 1 cannot offer a version 2 type");
        Fields.require(ismV1.isPresent() == Clc.includesSmcd(typeV1), "the ISM device belongs to SMC-D version 1");
        Fields.require(prefixes.isPresent() == (typeV1 != Clc.SMC_TYPE_N), "the prefixes belong to version 1 types");
        Fields.require(v2.isPresent() == (typeV2 != Clc.SMC_TYPE_N), "the extension belongs to version 2 types");
        Fields.require(v2.flatMap(ClcV2Extension::smcd).isPresent() == Clc.includesSmcd(typeV2),
                "the SMC-D extension belongs to SMC-D version 2");
        Fields.require(version == Clc.V2 || vendor.equals(VendorOptions.NONE), "version 1 has no vendor options");
    }

    /** A Proposal without vendor options. */
    public ClcProposal(int version, int typeV1, int typeV2, long peerId, RoceGid roceGid, MacAddress mac,
            Optional<IsmEntry> ismV1, Optional<ClcPrefixes> prefixes, Optional<ClcV2Extension> v2) {
        this(version, typeV1, typeV2, peerId, roceGid, mac, ismV1, prefixes, v2, VendorOptions.NONE);
    }

    /** A Proposal of SMC-D version 2 alone. */
    public static ClcProposal smcdV2(long peerId, ClcV2Extension v2) {
        return new ClcProposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_D, peerId, RoceGid.ZERO, MacAddress.ZERO,
                Optional.empty(), Optional.empty(), Optional.of(v2));
    }

    /** A Proposal of SMC-R version 2 alone. */
    public static ClcProposal smcrV2(long peerId, MacAddress mac, ClcV2Extension v2) {
        return new ClcProposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_R, peerId, RoceGid.ZERO, mac,
                Optional.empty(), Optional.empty(), Optional.of(v2));
    }

    /** The same with other vendor options. */
    public ClcProposal withVendor(VendorOptions options) {
        return new ClcProposal(version, typeV1, typeV2, peerId, roceGid, mac, ismV1, prefixes, v2, options);
    }

    @Override
    public int length() {
        return v2Offset() + v2.map(ClcV2Extension::length).orElse(0) + ClcHeader.TRAILER_LENGTH;
    }

    private int v2Offset() {
        return prefixesOffset() + prefixes.map(ClcPrefixes::length).orElse(0);
    }

    private int prefixesOffset() {
        return version == Clc.V1 && ismV1.isEmpty() ? SMCD_OFFSET : AREAS_OFFSET;
    }

    @Override
    public void encode(ByteBuffer target) {
        // Version 1 does not know typev2, its two bits are reserved there.
        ClcHeader header = new ClcHeader(Clc.PROPOSAL, version, typeV1, version == Clc.V1 ? 0 : typeV2);
        ByteBuffer out = header.begin(target, Clc.EYECATCHER_SMCR, length());
        out.putLong(PEER_ID_OFFSET, peerId);
        roceGid.write(out, ROCE_GID_OFFSET);
        Fields.putU48(out, MAC_OFFSET, mac.bits());
        ismV1.ifPresent(ism -> ism.write(out, SMCD_OFFSET));
        if (version == Clc.V2) {
            vendor.write(out);
        }
        prefixes.ifPresent(area -> {
            Fields.putU16(out, PREFIXES_DISTANCE_OFFSET, prefixesOffset() - SMCD_OFFSET);
            area.write(out, prefixesOffset());
        });
        v2.ifPresent(extension -> {
            Fields.putU16(out, V2_DISTANCE_OFFSET, v2Offset() - V2_DISTANCE_BASE);
            extension.write(out, v2Offset());
        });
    }

    static ClcProposal read(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcHeader.requireAtLeast(in, SMCD_OFFSET + ClcHeader.TRAILER_LENGTH);
        ClcProposal proposal = header.version() == Clc.V1 ? readV1(header, in) : readV2(header, in);
        ClcHeader.requireTrailer(in);
        return proposal;
    }

    private static ClcProposal readV1(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        if (header.typeV1() == Clc.SMC_TYPE_N) {
            throw new ClcFormatException("typev1", Clc.HEADER_LENGTH - 1, "a version 1 Proposal of no type");
        }
        int distance = Fields.getU16(in, PREFIXES_DISTANCE_OFFSET);
        if (Clc.includesSmcd(header.typeV1()) || distance != 0) {
            requirePrefixesDistance(distance);
        }
        int prefixesOffset = SMCD_OFFSET + distance;
        ClcPrefixes prefixes = ClcPrefixes.read(in, prefixesOffset);
        ClcHeader.requireLength(in, prefixesOffset + prefixes.length() + ClcHeader.TRAILER_LENGTH);
        return of(header, Clc.SMC_TYPE_N, in, Optional.of(prefixes), Optional.empty());
    }

    private static ClcProposal readV2(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcHeader.requireAtLeast(in, AREAS_OFFSET + ClcHeader.TRAILER_LENGTH);
        int distance = Fields.getU16(in, PREFIXES_DISTANCE_OFFSET);
        int offset = AREAS_OFFSET;
        Optional<ClcPrefixes> prefixes = Optional.empty();
        if (header.typeV1() == Clc.SMC_TYPE_N) {
            ClcFormatException.requireAtMost("distance to prefixes", PREFIXES_DISTANCE_OFFSET, distance, SMCD_LENGTH);
        } else {
            requirePrefixesDistance(distance);
            prefixes = Optional.of(ClcPrefixes.read(in, offset));
            offset += prefixes.get().length();
        }
        if (header.typeV2() == Clc.SMC_TYPE_N) {
            ClcHeader.requireLength(in, offset + ClcHeader.TRAILER_LENGTH);
            return of(header, header.typeV2(), in, prefixes, Optional.empty());
        }
        ClcFormatException.requireEqual("distance to version 2 extension", V2_DISTANCE_OFFSET,
                Fields.getU16(in, V2_DISTANCE_OFFSET), offset - V2_DISTANCE_BASE);
        ClcV2Extension v2 = ClcV2Extension.read(in, offset, Clc.includesSmcd(header.typeV2()));
        return of(header, header.typeV2(), in, prefixes, Optional.of(v2));
    }

    private static void requirePrefixesDistance(int distance) throws ClcFormatException {
        ClcFormatException.requireEqual("distance to prefixes", PREFIXES_DISTANCE_OFFSET, distance, SMCD_LENGTH);
    }

    private static ClcProposal of(
            ClcHeader header, int typeV2, ByteBuffer in, Optional<ClcPrefixes> prefixes, Optional<ClcV2Extension> v2) {
        Optional<IsmEntry> ismV1 = Clc.includesSmcd(header.typeV1())
                ? Optional.of(IsmEntry.read(in, SMCD_OFFSET))
                : Optional.empty();
        return new ClcProposal(header.version(), header.typeV1(), typeV2, in.getLong(PEER_ID_OFFSET),
                RoceGid.read(in, ROCE_GID_OFFSET), new MacAddress(Fields.getU48(in, MAC_OFFSET)), ismV1, prefixes, v2,
                header.version() == Clc.V1 ? VendorOptions.NONE : VendorOptions.read(in));
    }
}
