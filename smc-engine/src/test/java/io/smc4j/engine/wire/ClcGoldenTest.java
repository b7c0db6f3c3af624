package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClcGoldenTest {

    private static final RoceGid CLIENT_GID = RoceGid.ofIpv4(0x0A090001);
    private static final RoceGid SERVER_GID = RoceGid.ofIpv4(0x0A090002);
    private static final RoceGid V1_GID = new RoceGid(0xFE80_0000_0000_0000L, 0x5054_00FF_FE00_000BL);
    private static final MacAddress CLIENT_MAC = new MacAddress(0x5254_0000_000AL);
    private static final MacAddress SERVER_MAC = new MacAddress(0x5254_0000_000BL);
    private static final ClcPrefixes PREFIXES =
            new ClcPrefixes(0x0A090000, 24, List.of(new Ipv6Prefix(0x2001_0DB8_0000_0000L, 0, 64)));
    private static final IsmEntry NATIVE_ISM = new IsmEntry(0x1122_3344_5566_7788L, 0x42);
    private static final IsmDevice EMULATED_ISM =
            new IsmDevice(0xA1A2_A3A4_A5A6_A7A8L, 0xB1B2_B3B4_B5B6_B7B8L, 0xFFFF);

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.ClcSamples#allWithNames")
    void encodingADecodedSampleGivesTheSameBytes(byte[] sample) throws ClcFormatException {
        ClcMessage message = ClcSamples.decode(sample);

        assertThat(ClcSamples.encode(message)).isEqualTo(sample);
        assertThat(message.length()).isEqualTo(sample.length);
    }

    @Test
    void proposalOfSmcrVersion2() throws ClcFormatException {
        ClcV2Extension v2 =
                new ClcV2Extension(List.of(ClcSamples.TEST_EID), 1, CLIENT_GID, 255, 2, 0x0001, Optional.empty());

        assertThat(ClcSamples.decode(ClcSamples.PROPOSAL_SMCR_V2))
                .isEqualTo(ClcProposal.smcrV2(0, MacAddress.ZERO, v2));
        assertThat(ClcSamples.PROPOSAL_SMCR_V2).hasSize(156);
    }

    @Test
    void proposalOfSmcdVersion2WithAnEmulatedDevice() throws ClcFormatException {
        ClcSmcdV2Extension smcd = ClcSmcdV2Extension.ofDevices(List.of(EMULATED_ISM));
        ClcV2Extension v2 = new ClcV2Extension(List.of(ClcSamples.TEST_EID), 1, RoceGid.ZERO, 255, 1,
                Clc.FEATURE_EMULATED_ISM, Optional.of(smcd));

        assertThat(ClcSamples.decode(ClcSamples.PROPOSAL_SMCD_V2)).isEqualTo(ClcProposal.smcdV2(7, v2));
        assertThat(ClcSamples.decode(ClcSamples.PROPOSAL_SMCD_V2_VENDOR))
                .isEqualTo(ClcProposal.smcdV2(7, v2).withVendor(new VendorOptions(0x4A3453, 0x01_0000_0000L)));
        assertThat(smcd.devices()).containsExactly(EMULATED_ISM);
    }

    @Test
    void proposalOfEverything() throws ClcFormatException {
        ClcSmcdV2Extension smcd = new ClcSmcdV2Extension(Optional.of(new Eid("IBM-SYSZ-ISMSEID000000001A2B3906")),
                List.of(NATIVE_ISM, EMULATED_ISM.entries().get(0), EMULATED_ISM.entries().get(1)));
        ClcV2Extension v2 = new ClcV2Extension(List.of(ClcSamples.TEST_EID, new Eid("A")), 1, CLIENT_GID, 255, 2, 1,
                Optional.of(smcd));

        assertThat(ClcSamples.decode(ClcSamples.PROPOSAL_V2_ALL))
                .isEqualTo(new ClcProposal(Clc.V2, Clc.SMC_TYPE_B, Clc.SMC_TYPE_B, 0x5B58_5254_0000_000BL, V1_GID,
                        SERVER_MAC, Optional.of(NATIVE_ISM), Optional.of(PREFIXES), Optional.of(v2)));
    }

    @Test
    void proposalsOfVersion1() throws ClcFormatException {
        assertThat(ClcSamples.decode(ClcSamples.PROPOSAL_V1_SMCR))
                .isEqualTo(new ClcProposal(Clc.V1, Clc.SMC_TYPE_R, Clc.SMC_TYPE_N, 0x5B58_5254_0000_000BL, V1_GID,
                        SERVER_MAC, Optional.empty(), Optional.of(new ClcPrefixes(0x0A090000, 24, List.of())),
                        Optional.empty()));
        assertThat(ClcSamples.decode(ClcSamples.PROPOSAL_V1_BOTH))
                .isEqualTo(new ClcProposal(Clc.V1, Clc.SMC_TYPE_B, Clc.SMC_TYPE_N, 0x5B58_5254_0000_000BL, V1_GID,
                        SERVER_MAC, Optional.of(NATIVE_ISM), Optional.of(PREFIXES), Optional.empty()));
    }

    @Test
    void acceptOfSmcrVersion2AtFirstContact() throws ClcFormatException {
        assertThat(ClcSamples.decode(ClcSamples.ACCEPT_SMCR_V2_FIRST)).isEqualTo(new ClcAccept(
                ClcTerms.v2FirstContact(ClcSamples.TEST_EID, firstContact(true, 1, "peer-b", 2, 0)), serverLink(1)));
        assertThat(ClcSamples.ACCEPT_SMCR_V2_FIRST).hasSize(160);
    }

    @Test
    void confirmOfSmcrVersion2AtFirstContact() throws ClcFormatException {
        assertThat(ClcSamples.decode(ClcSamples.CONFIRM_SMCR_V2_FIRST)).isEqualTo(new ClcConfirm(
                ClcTerms.v2FirstContact(ClcSamples.TEST_EID, firstContact(true, 1, "peer-a", 2, 0)), clientLink(1),
                List.of(CLIENT_GID)));
        assertThat(ClcSamples.CONFIRM_SMCR_V2_FIRST).hasSize(180);
    }

    @Test
    void acceptAndConfirmOfSmcrVersion2AtLaterContact() throws ClcFormatException {
        ClcTerms terms = ClcTerms.v2LaterContact(ClcSamples.TEST_EID);

        assertThat(ClcSamples.decode(ClcSamples.ACCEPT_SMCR_V2_LATER)).isEqualTo(new ClcAccept(terms, serverLink(2)));
        assertThat(ClcSamples.decode(ClcSamples.CONFIRM_SMCR_V2_LATER)).isEqualTo(new ClcConfirm(terms, clientLink(2)));
        assertThat(ClcSamples.ACCEPT_SMCR_V2_LATER).hasSize(108);
    }

    @Test
    void acceptOfSmcrVersion1() throws ClcFormatException {
        SmcrAcceptBody link = new SmcrAcceptBody(0x5B58_5254_0000_000BL, V1_GID, SERVER_MAC, 0x11, 0x3BC, 1, 1, 2, 3,
                0xFF16_31B9_82CD_0000L, 0xF6231F);

        assertThat(ClcSamples.decode(ClcSamples.ACCEPT_SMCR_V1)).isEqualTo(new ClcAccept(ClcTerms.v1(true), link));
        assertThat(ClcSamples.ACCEPT_SMCR_V1).hasSize(68);
    }

    @Test
    void confirmOfSmcdVersion1() throws ClcFormatException {
        SmcdAcceptBody dmb = new SmcdAcceptBody(0x1122_3344_5566_7788L, 0x500, 0, 2, 0x0100_0000, 0, 0);

        assertThat(ClcSamples.decode(ClcSamples.CONFIRM_SMCD_V1)).isEqualTo(new ClcConfirm(ClcTerms.v1(false), dmb));
        assertThat(ClcSamples.CONFIRM_SMCD_V1).hasSize(48);
    }

    @Test
    void acceptOfSmcdVersion2AtLaterContact() throws ClcFormatException {
        assertThat(ClcSamples.decode(ClcSamples.ACCEPT_SMCD_V2_LATER))
                .isEqualTo(new ClcAccept(ClcTerms.v2LaterContact(ClcSamples.TEST_EID), dmb(0x501)));
        assertThat(ClcSamples.ACCEPT_SMCD_V2_LATER).hasSize(78);
    }

    @Test
    void smcdVersion2AtFirstContactDependsOnTheRelease() throws ClcFormatException {
        FirstContact release0 = new FirstContact(false, Clc.OS_LINUX, 0, "peer-b", 0, 0, 0, 0);

        assertThat(ClcSamples.decode(ClcSamples.ACCEPT_SMCD_V2_FIRST_RELEASE_0))
                .isEqualTo(new ClcAccept(ClcTerms.v2FirstContact(ClcSamples.TEST_EID, release0), dmb(0x501)));
        assertThat(ClcSamples.ACCEPT_SMCD_V2_FIRST_RELEASE_0).hasSize(114);

        FirstContact release1 = firstContact(false, 1, "peer-a", 1, 0xABCD);

        assertThat(ClcSamples.decode(ClcSamples.CONFIRM_SMCD_V2_FIRST_RELEASE_1))
                .isEqualTo(new ClcConfirm(ClcTerms.v2FirstContact(ClcSamples.TEST_EID, release1), dmb(0x502)));
        assertThat(ClcSamples.CONFIRM_SMCD_V2_FIRST_RELEASE_1).hasSize(130);
    }

    @Test
    void declines() throws ClcFormatException {
        assertThat(ClcSamples.decode(ClcSamples.DECLINE_V1))
                .isEqualTo(ClcDecline.v1(0xD519_5254_0000_000BL, 0x03030000, false));
        assertThat(ClcSamples.DECLINE_V1).hasSize(28);
        assertThat(ClcSamples.decode(ClcSamples.DECLINE_V2))
                .isEqualTo(ClcDecline.v2(0xD519_5254_0000_000BL, 0x03030000, false));
        assertThat(ClcSamples.DECLINE_V2).hasSize(44);
        assertThat(ClcSamples.decode(ClcSamples.DECLINE_V2_OUT_OF_SYNC)).isEqualTo(new ClcDecline(
                Clc.V2, true, 0xD519_5254_0000_000BL, 0x04000000, Clc.OS_LINUX, List.of(1, 2, 3, -4)));
    }

    @Test
    void acceptWithVendorOptions() throws ClcFormatException {
        assertThat(ClcSamples.decode(ClcSamples.ACCEPT_SMCD_V2_VENDOR))
                .isEqualTo(new ClcAccept(ClcTerms.v2LaterContact(ClcSamples.TEST_EID),
                        new SmcdAcceptBody(EMULATED_ISM.gid(), 0x501, 0, 4, 0x0100_0000, EMULATED_ISM.chid(),
                                EMULATED_ISM.gidExtension(), 1)));
    }

    private static FirstContact firstContact(
            boolean direct, int release, String hostname, int maxLinks, int vendorOptions) {
        return new FirstContact(direct, Clc.OS_LINUX, release, hostname, 255, maxLinks, 1, vendorOptions);
    }

    private static SmcrAcceptBody serverLink(int alertToken) {
        return new SmcrAcceptBody(0x5B58_5254_0000_000BL, SERVER_GID, SERVER_MAC, 0x11, 0x3BC, 1, alertToken, 2, 3,
                0xFF16_31B9_82CD_0000L, 0xF6231F);
    }

    private static SmcrAcceptBody clientLink(int alertToken) {
        return new SmcrAcceptBody(0xD519_5254_0000_000AL, CLIENT_GID, CLIENT_MAC, 0x11, 0x453, 1, alertToken, 2, 3,
                0xFF2A_11C0_4BD1_0000L, 0x0A77E1);
    }

    private static SmcdAcceptBody dmb(long token) {
        return new SmcdAcceptBody(EMULATED_ISM.gid(), token, 0, 4, 0x0100_0000, EMULATED_ISM.chid(),
                EMULATED_ISM.gidExtension());
    }
}
