package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The common format of Accept and Confirm.
 *
 * <pre>
 * SMC-R                                      SMC-D
 * off  size   field                          off  size   field
 *   0     8   header, typev1 = 0               0     8   header, typev1 = 1
 *   8    56   {@link SmcrAcceptBody}                         8    24   {@link SmcdAcceptBody}
 * version 1:                                 version 1:
 *  64     4   trailer                         32    12   reserved
 *                                             44     4   trailer
 * version 2:                                 version 2:
 *  64    32   negotiated EID                  32    42   CHID, negotiated EID, GID extension
 *  96     8   reserved
 * 104    52   {@link FirstContact}, at first contact  74  36|52  {@link FirstContact}, at first contact
 * 156     1   count c   \ only Confirm
 * 157     3   reserved   | at first
 * 160  16*c   GIDs      /  contact
 * end     4   trailer                        end     4   trailer
 * </pre>
 * Bit 3 of byte 7 says first contact.
 */
record ClcAcceptConfirm(int type, ClcTerms terms, ClcAcceptBody body, List<RoceGid> gids) {

    private static final int EID_OFFSET = SmcrAcceptBody.END_OFFSET;
    private static final int FIRST_CONTACT_OFFSET = 104;
    private static final int GID_COUNT_OFFSET = FIRST_CONTACT_OFFSET + FirstContact.LENGTH;
    private static final int GIDS_OFFSET = GID_COUNT_OFFSET + 4;

    static final int MAX_LENGTH = GIDS_OFFSET + Clc.MAX_GIDS * RoceGid.LENGTH + ClcHeader.TRAILER_LENGTH;

    ClcAcceptConfirm {
        gids = List.copyOf(gids);
        Fields.require(!(body instanceof SmcdAcceptBody dmb) || terms.version() == Clc.V2 || dmb.fitsVersion1(),
                "version 1 has neither CHID nor GID extension nor vendor options");
        Fields.require(gids.isEmpty() || hasGids(type, terms, body),
                "GIDs belong to a Confirm of SMC-R version 2 at first contact");
        Fields.requireInRange("number of GIDs", gids.size(), 0, Clc.MAX_GIDS);
    }

    private static boolean hasGids(int type, ClcTerms terms, ClcAcceptBody body) {
        return type == Clc.CONFIRM && body instanceof SmcrAcceptBody && terms.extension().isPresent();
    }

    int length() {
        return ClcHeader.TRAILER_LENGTH + switch (body) {
            case SmcrAcceptBody link when terms.version() == Clc.V1 -> SmcrAcceptBody.END_OFFSET;
            case SmcrAcceptBody link when hasGids(type, terms, body) -> GIDS_OFFSET + gids.size() * RoceGid.LENGTH;
            case SmcrAcceptBody link -> terms.firstContact() ? GID_COUNT_OFFSET : FIRST_CONTACT_OFFSET;
            case SmcdAcceptBody dmb when terms.version() == Clc.V1 -> SmcdAcceptBody.V1_END_OFFSET;
            case SmcdAcceptBody dmb -> SmcdAcceptBody.V2_END_OFFSET + terms.extension().map(FirstContact::smcdLength)
                    .orElse(0);
        };
    }

    void encode(ByteBuffer target) {
        switch (body) {
            case SmcrAcceptBody link -> encode(link, target);
            case SmcdAcceptBody dmb -> encode(dmb, target);
        }
    }

    private void encode(SmcrAcceptBody link, ByteBuffer target) {
        ByteBuffer out = header(Clc.SMC_TYPE_R).begin(target, Clc.EYECATCHER_SMCR, length());
        link.write(out);
        terms.eid().ifPresent(eid -> eid.write(out, EID_OFFSET));
        terms.extension().ifPresent(extension -> extension.write(out, FIRST_CONTACT_OFFSET));
        if (hasGids(type, terms, body)) {
            Fields.putU8(out, GID_COUNT_OFFSET, gids.size());
            for (int i = 0; i < gids.size(); i++) {
                gids.get(i).write(out, GIDS_OFFSET + i * RoceGid.LENGTH);
            }
        }
    }

    private void encode(SmcdAcceptBody dmb, ByteBuffer target) {
        ByteBuffer out = header(Clc.SMC_TYPE_D).begin(target, Clc.EYECATCHER_SMCD, length());
        dmb.write(out, terms.version());
        terms.eid().ifPresent(eid -> eid.write(out, SmcdAcceptBody.EID_OFFSET));
        terms.extension().ifPresent(extension -> extension.write(out, SmcdAcceptBody.V2_END_OFFSET));
    }

    private ClcHeader header(int smcType) {
        return new ClcHeader(type, terms.version(), smcType, terms.firstContact() ? ClcHeader.FLAG : 0);
    }

    static ClcAcceptConfirm read(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcAcceptConfirm message = switch (header.typeV1()) {
            case Clc.SMC_TYPE_R -> readSmcr(header, in);
            case Clc.SMC_TYPE_D -> readSmcd(header, in);
            default -> throw new ClcFormatException("typev1", Clc.HEADER_LENGTH - 1, "neither SMC-R nor SMC-D");
        };
        ClcHeader.requireTrailer(in);
        return message;
    }

    private static ClcAcceptConfirm readSmcr(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        if (header.version() == Clc.V1) {
            ClcHeader.requireLength(in, SmcrAcceptBody.END_OFFSET + ClcHeader.TRAILER_LENGTH);
            return new ClcAcceptConfirm(header.type(), ClcTerms.v1(header.flag()), SmcrAcceptBody.read(in), List.of());
        }
        if (!header.flag()) {
            ClcHeader.requireLength(in, FIRST_CONTACT_OFFSET + ClcHeader.TRAILER_LENGTH);
            ClcTerms terms = ClcTerms.v2LaterContact(Eid.read("negotiated EID", in, EID_OFFSET));
            return new ClcAcceptConfirm(header.type(), terms, SmcrAcceptBody.read(in), List.of());
        }
        List<RoceGid> gids = List.of();
        if (header.type() == Clc.CONFIRM) {
            gids = readGids(in);
        } else {
            ClcHeader.requireLength(in, GID_COUNT_OFFSET + ClcHeader.TRAILER_LENGTH);
        }
        ClcTerms terms = ClcTerms.v2FirstContact(Eid.read("negotiated EID", in, EID_OFFSET),
                FirstContact.read(in, FIRST_CONTACT_OFFSET));
        return new ClcAcceptConfirm(header.type(), terms, SmcrAcceptBody.read(in), gids);
    }

    private static List<RoceGid> readGids(ByteBuffer in) throws ClcFormatException {
        ClcHeader.requireAtLeast(in, GIDS_OFFSET + ClcHeader.TRAILER_LENGTH);
        int count = Fields.getU8(in, GID_COUNT_OFFSET);
        ClcFormatException.requireAtMost("number of GIDs", GID_COUNT_OFFSET, count, Clc.MAX_GIDS);
        ClcHeader.requireLength(in, GIDS_OFFSET + count * RoceGid.LENGTH + ClcHeader.TRAILER_LENGTH);
        List<RoceGid> gids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            gids.add(RoceGid.read(in, GIDS_OFFSET + i * RoceGid.LENGTH));
        }
        return gids;
    }

    private static ClcAcceptConfirm readSmcd(ClcHeader header, ByteBuffer in) throws ClcFormatException {
        ClcTerms terms;
        if (header.version() == Clc.V1) {
            ClcHeader.requireLength(in, SmcdAcceptBody.V1_END_OFFSET + ClcHeader.TRAILER_LENGTH);
            terms = ClcTerms.v1(header.flag());
        } else if (!header.flag()) {
            ClcHeader.requireLength(in, SmcdAcceptBody.V2_END_OFFSET + ClcHeader.TRAILER_LENGTH);
            terms = ClcTerms.v2LaterContact(Eid.read("negotiated EID", in, SmcdAcceptBody.EID_OFFSET));
        } else {
            int start = SmcdAcceptBody.V2_END_OFFSET;
            ClcHeader.requireAtLeast(in, start + FirstContact.RELEASE_0_LENGTH + ClcHeader.TRAILER_LENGTH);
            int extensionLength = FirstContact.smcdLength(FirstContact.readRelease(in, start));
            ClcHeader.requireLength(in, start + extensionLength + ClcHeader.TRAILER_LENGTH);
            terms = ClcTerms.v2FirstContact(Eid.read("negotiated EID", in, SmcdAcceptBody.EID_OFFSET),
                    FirstContact.read(in, start));
        }
        return new ClcAcceptConfirm(header.type(), terms, SmcdAcceptBody.read(in, terms.version()), List.of());
    }
}
