package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClcProposalTest {

    private static final Eid SEID = new Eid("S");
    private static final IsmEntry ENTRY = new IsmEntry(1, 2);
    private static final Ipv6Prefix PREFIX = new Ipv6Prefix(1, 2, 64);

    @ParameterizedTest
    @CsvSource({
        "2, 2, 0, 0, 0,  84",
        "2, 0, 0, 1, 0, 156",
        "2, 1, 0, 1, 0, 204",
        "2, 1, 0, 1, 2, 224",
        "2, 3, 0, 8, 8, 508",
        "3, 3, 8, 8, 8, 652",
        "0, 2, 0, 0, 0,  92",
        "3, 2, 8, 0, 0, 228",
    })
    void lengthsOfVersion2(int typeV1, int typeV2, int prefixes, int eids, int entries, int length)
            throws ClcFormatException {
        ClcProposal proposal = proposal(Clc.V2, typeV1, typeV2, prefixes, eids, entries);

        assertThat(proposal.length()).isEqualTo(length);
        assertThat(ClcSamples.decode(ClcSamples.encode(proposal))).isEqualTo(proposal);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 52", "0, 8, 188", "1, 0, 92", "3, 8, 228"})
    void lengthsOfVersion1(int typeV1, int prefixes, int length) throws ClcFormatException {
        ClcProposal proposal = proposal(Clc.V1, typeV1, Clc.SMC_TYPE_N, prefixes, 0, 0);

        assertThat(proposal.length()).isEqualTo(length);
        assertThat(ClcSamples.decode(ClcSamples.encode(proposal))).isEqualTo(proposal);
    }

    @Test
    void theLongestMessageHasTheMaximumLength() {
        assertThat(proposal(Clc.V2, Clc.SMC_TYPE_B, Clc.SMC_TYPE_B, 8, 8, 8).length()).isEqualTo(Clc.MAX_LENGTH);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 5, type at offset 4: 5 is unknown",
        "4, 0, type at offset 4: 0 is unknown",
        "7, 0x0f, version at offset 7: 0 is less than 1",
        "39, 41, distance to prefixes at offset 38: 41 is not 40",
        "39, 0, distance to prefixes at offset 38: 0 is not 40",
        "51, 0, distance to version 2 extension at offset 50: 0 is not 53",
        "51, 28, distance to version 2 extension at offset 50: 28 is not 53",
        "50, 255, distance to version 2 extension at offset 50: 65333 is not 53",
        "84, 33, IPv4 prefix length at offset 84: 33 is more than 32",
        "87, 9, number of IPv6 prefixes at offset 87: 9 is more than 8",
        "87, 2, distance to version 2 extension at offset 50: 53 is not 70",
        "104, 129, IPv6 prefix length at offset 104: 129 is more than 128",
        "105, 9, number of EIDs at offset 105: 9 is more than 8",
        "105, 3, length at offset 5: 291 is not 323",
        "106, 9, number of ISM entries at offset 106: 9 is more than 8",
        "106, 2, length at offset 5: 291 is not 281",
        "112, 0, distance to SMC-D extension at offset 111: 0 is not 96",
        "112, 97, distance to SMC-D extension at offset 111: 97 is not 96",
        "145, 0x61, user EID at offset 145: not an EID",
        "177, 0x20, user EID at offset 177: not an EID",
        "209, 0, system EID at offset 209: not an EID",
        "290, 0, trailer at offset 287: e2d4c300 is no eyecatcher",
    })
    void saysWhatIsWrong(int offset, String value, String message) {
        byte[] bytes = ClcSamples.PROPOSAL_V2_ALL.clone();
        bytes[offset] = Integer.decode(value).byteValue();

        assertThatExceptionOfType(ClcFormatException.class)
                .isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessage(message);
    }

    @Test
    void doesNotTakeTheTrailerForAnExtension() {
        byte[] bytes = ClcSamples.encode(proposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_N, 0, 0, 0));
        bytes[7] = 0x22;
        bytes[51] = 28;

        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessage("length at offset 5: 84 is less than 124");
    }

    @Test
    void version1MustOfferAType() {
        byte[] bytes = ClcSamples.PROPOSAL_V1_SMCR.clone();
        bytes[7] = 0x12;

        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessageStartingWith("typev1");
    }

    @Test
    void version1WithSmcdMustHaveTheSmcdArea() {
        byte[] bytes = ClcSamples.PROPOSAL_V1_SMCR.clone();
        bytes[7] = 0x11;

        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessageStartingWith("distance to prefixes");
    }

    @Test
    void withoutVersion1TypesTheDistanceToThePrefixesMayBeAnythingWithinTheArea() throws ClcFormatException {
        byte[] bytes = ClcSamples.PROPOSAL_SMCR_V2.clone();
        bytes[39] = 40;
        assertThat(ClcSamples.decode(bytes)).isEqualTo(ClcSamples.decode(ClcSamples.PROPOSAL_SMCR_V2));

        bytes[39] = 41;
        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessage("distance to prefixes at offset 38: 41 is more than 40");
    }

    @Test
    void aHigherVersionIsReadAsVersion2() throws ClcFormatException {
        byte[] bytes = ClcSamples.PROPOSAL_SMCR_V2.clone();
        bytes[7] = (byte) 0xF2;

        assertThat(ClcSamples.decode(bytes)).isEqualTo(ClcSamples.decode(ClcSamples.PROPOSAL_SMCR_V2));
    }

    @Test
    void reservedBytesAreNotLookedAtAndThoseOfAnyVendorTaken() throws ClcFormatException {
        byte[] bytes = ClcSamples.PROPOSAL_SMCR_V2.clone();
        Arrays.fill(bytes, 52, 80, (byte) 0xFF);

        ClcProposal plain = (ClcProposal) ClcSamples.decode(ClcSamples.PROPOSAL_SMCR_V2);
        assertThat(ClcSamples.decode(bytes)).isEqualTo(plain.withVendor(new VendorOptions(0xFFFFFF, 0xFF_FFFF_FFFFL)));
    }

    @Test
    void vendorOptionsThatDoNotFitAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new VendorOptions(1 << 24, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new VendorOptions(0, 1L << 40));
    }

    @Test
    void anInvalidSystemEidIsIgnored() throws ClcFormatException {
        byte[] bytes = ClcSamples.PROPOSAL_V2_ALL.clone();
        bytes[108] = 0x10;
        bytes[209] = 0;

        ClcProposal proposal = (ClcProposal) ClcSamples.decode(bytes);
        assertThat(proposal.v2().flatMap(ClcV2Extension::smcd).orElseThrow().seid()).isEmpty();
    }

    @Test
    void areasBelongToTypes() {
        ClcProposal smcd = proposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_D, 0, 1, 2);

        assertThatIllegalArgumentException().isThrownBy(() -> new ClcProposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_R,
                0, RoceGid.ZERO, MacAddress.ZERO, Optional.empty(), Optional.empty(), smcd.v2()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcProposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_N,
                0, RoceGid.ZERO, MacAddress.ZERO, Optional.empty(), Optional.empty(), smcd.v2()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcProposal(Clc.V2, Clc.SMC_TYPE_D, Clc.SMC_TYPE_D,
                0, RoceGid.ZERO, MacAddress.ZERO, Optional.empty(), Optional.empty(), smcd.v2()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcProposal(Clc.V1, Clc.SMC_TYPE_N, Clc.SMC_TYPE_N,
                0, RoceGid.ZERO, MacAddress.ZERO, Optional.empty(), Optional.empty(), Optional.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcProposal(Clc.V1, Clc.SMC_TYPE_N, Clc.SMC_TYPE_D,
                0, RoceGid.ZERO, MacAddress.ZERO, Optional.empty(), Optional.empty(), smcd.v2()));
    }

    @Test
    void limits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proposal(Clc.V2, Clc.SMC_TYPE_R, Clc.SMC_TYPE_N, 9, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_R, 0, 9, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proposal(Clc.V2, Clc.SMC_TYPE_N, Clc.SMC_TYPE_D, 0, 1, 9));
    }

    private static ClcProposal proposal(int version, int typeV1, int typeV2, int prefixes, int eids, int entries) {
        Optional<ClcSmcdV2Extension> smcd = Clc.includesSmcd(typeV2)
                ? Optional.of(new ClcSmcdV2Extension(Optional.of(SEID), Collections.nCopies(entries, ENTRY)))
                : Optional.empty();
        Optional<ClcV2Extension> v2 = typeV2 == Clc.SMC_TYPE_N
                ? Optional.empty()
                : Optional.of(new ClcV2Extension(Collections.nCopies(eids, ClcSamples.TEST_EID), 1, RoceGid.ZERO, 255,
                        1, 1, smcd));
        List<Ipv6Prefix> ipv6 = Collections.nCopies(prefixes, PREFIX);
        return new ClcProposal(version, typeV1, typeV2, 1, RoceGid.ZERO, MacAddress.ZERO,
                Clc.includesSmcd(typeV1) ? Optional.of(ENTRY) : Optional.empty(),
                typeV1 == Clc.SMC_TYPE_N ? Optional.empty() : Optional.of(new ClcPrefixes(0, 0, ipv6)),
                v2);
    }
}
