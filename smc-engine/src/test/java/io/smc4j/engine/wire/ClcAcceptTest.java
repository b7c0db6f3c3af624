package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accept and Confirm, which share their format. */
class ClcAcceptTest {

    private static final SmcrAcceptBody LINK =
            new SmcrAcceptBody(1, RoceGid.ofIpv4(0x0A090001), new MacAddress(2), 3, 4, 1, 5, 2, 3, 6, 7);
    private static final SmcdAcceptBody DMB = new SmcdAcceptBody(1, 2, 0, 4, 3, 0, 0);
    private static final FirstContact RELEASE_0 = new FirstContact(true, Clc.OS_LINUX, 0, "host", 0, 0, 0, 0);
    private static final FirstContact RELEASE_1 = new FirstContact(true, Clc.OS_LINUX, 1, "host", 255, 1, 1, 0);

    @Test
    void lengthsOfSmcr() {
        assertThat(new ClcAccept(ClcTerms.v1(true), LINK).length()).isEqualTo(68);
        assertThat(new ClcAccept(later(), LINK).length()).isEqualTo(108);
        assertThat(new ClcConfirm(later(), LINK).length()).isEqualTo(108);
        assertThat(new ClcAccept(first(RELEASE_0), LINK).length()).isEqualTo(160);
        assertThat(new ClcAccept(first(RELEASE_1), LINK).length()).isEqualTo(160);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void confirmOfSmcrAtFirstContactListsGids(int count) throws ClcFormatException {
        ClcConfirm confirm = new ClcConfirm(first(RELEASE_1), LINK, Collections.nCopies(count, LINK.gid()));

        assertThat(confirm.length()).isEqualTo(164 + 16 * count);
        assertThat(ClcSamples.decode(ClcSamples.encode(confirm))).isEqualTo(confirm);
    }

    @Test
    void lengthsOfSmcd() {
        assertThat(new ClcAccept(ClcTerms.v1(false), DMB).length()).isEqualTo(48);
        assertThat(new ClcAccept(later(), DMB).length()).isEqualTo(78);
        assertThat(new ClcAccept(first(RELEASE_0), DMB).length()).isEqualTo(114);
        assertThat(new ClcConfirm(first(RELEASE_1), DMB).length()).isEqualTo(130);
    }

    @Test
    void gidsBelongToFirstContactOfSmcrVersion2() {
        List<RoceGid> gids = List.of(LINK.gid());

        assertThatIllegalArgumentException().isThrownBy(() -> new ClcConfirm(ClcTerms.v1(true), LINK, gids));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcConfirm(later(), LINK, gids));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcConfirm(first(RELEASE_1), DMB, gids));
        assertThatIllegalArgumentException().isThrownBy(
                () -> new ClcConfirm(first(RELEASE_1), LINK, Collections.nCopies(9, LINK.gid())));
    }

    @Test
    void chidAndGidExtensionBelongToVersion2() {
        SmcdAcceptBody withChid = new SmcdAcceptBody(1, 2, 0, 4, 3, 0xFFFF, 0);
        SmcdAcceptBody withExtension = new SmcdAcceptBody(1, 2, 0, 4, 3, 0, 1);

        assertThatIllegalArgumentException().isThrownBy(() -> new ClcAccept(ClcTerms.v1(true), withChid));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcConfirm(ClcTerms.v1(true), withExtension));
    }

    @Test
    void termsOfAVersionAreComplete() {
        Optional<Eid> eid = Optional.of(ClcSamples.TEST_EID);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClcTerms(Clc.V1, false, eid, Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClcTerms(Clc.V2, false, Optional.empty(), Optional.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcTerms(Clc.V2, true, eid, Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClcTerms(Clc.V2, false, eid, Optional.of(RELEASE_1)));
    }

    @Test
    void moreThanEightGidsAreRejected() {
        byte[] bytes = ClcSamples.CONFIRM_SMCR_V2_FIRST.clone();
        bytes[156] = 9;

        assertRejected(bytes, "number of GIDs at offset 156: 9 is more than 8");
    }

    @Test
    void theNumberOfGidsDeterminesTheLength() {
        byte[] bytes = ClcSamples.CONFIRM_SMCR_V2_FIRST.clone();
        bytes[156] = 2;

        assertRejected(bytes, "length at offset 5: 180 is not 196");
    }

    @Test
    void theReleaseDeterminesTheLengthOfSmcd() {
        byte[] bytes = ClcSamples.ACCEPT_SMCD_V2_FIRST_RELEASE_0.clone();
        bytes[75] = 0x21;

        assertRejected(bytes, "length at offset 5: 114 is not 130");
    }

    @Test
    void theServerChoosesOneTechnology() {
        byte[] bytes = ClcSamples.ACCEPT_SMCD_V2_LATER.clone();
        bytes[7] = 0x23;

        assertRejected(bytes, "typev1 at offset 7: neither SMC-R nor SMC-D");
    }

    @Test
    void theTrailerMayBeEitherEyecatcher() throws ClcFormatException {
        byte[] bytes = ClcSamples.ACCEPT_SMCD_V2_LATER.clone();
        bytes[bytes.length - 1] = (byte) 0xD9;

        assertThat(ClcSamples.decode(bytes)).isEqualTo(ClcSamples.decode(ClcSamples.ACCEPT_SMCD_V2_LATER));

        bytes[bytes.length - 1] = 0;
        assertRejected(bytes, "trailer at offset 74: e2d4c300 is no eyecatcher");
    }

    @Test
    void inRelease0TheFieldsOfRelease1AreNotLookedAt() throws ClcFormatException {
        byte[] bytes = ClcSamples.encode(new ClcAccept(first(RELEASE_0), LINK));
        bytes[140] = (byte) 255;

        assertThat(ClcSamples.decode(bytes)).isEqualTo(new ClcAccept(first(RELEASE_0), LINK));
    }

    @Test
    void theLinkIdKeepsItsBytes() {
        byte[] bytes = ClcSamples.encode(new ClcAccept(later(), new SmcdAcceptBody(1, 2, 0, 4, 0x01020304, 0, 0)));

        assertThat(bytes).containsSequence(0x01, 0x02, 0x03, 0x04);
    }

    @Test
    void componentsMustFitTheirFields() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SmcdAcceptBody(0, 0, 256, 0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SmcdAcceptBody(0, 0, 0, 16, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SmcdAcceptBody(0, 0, 0, 0, 0, 0x1_0000, 0));
        assertThatIllegalArgumentException().isThrownBy(
                () -> new SmcrAcceptBody(0, RoceGid.ZERO, MacAddress.ZERO, 0x100_0000, 0, 0, 0, 0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(
                () -> new SmcrAcceptBody(0, RoceGid.ZERO, MacAddress.ZERO, 0, 0, 0, 0, 0, 0, 0, -1));
    }

    @Test
    void sizeCodesDoubleFrom16KibUp() {
        for (int code = 0; code <= ClcAcceptBody.MAX_SIZE_CODE; code++) {
            SmcdAcceptBody dmb = new SmcdAcceptBody(0, 0, 0, code, 0, 0, 0);
            assertThat(dmb.bufferSize()).isEqualTo(16 * 1024 * (1 << code));
            assertThat(ClcAcceptBody.sizeCode(dmb.bufferSize())).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 8 * 1024, 24 * 1024, 16 * 1024 + 1, 1 << 30, Integer.MIN_VALUE})
    void otherSizesHaveNoCode(int bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> ClcAcceptBody.sizeCode(bytes));
    }

    private static void assertRejected(byte[] bytes, String message) {
        assertThatExceptionOfType(ClcFormatException.class)
                .isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessage(message);
    }

    private static ClcTerms later() {
        return ClcTerms.v2LaterContact(ClcSamples.TEST_EID);
    }

    private static ClcTerms first(FirstContact extension) {
        return ClcTerms.v2FirstContact(ClcSamples.TEST_EID, extension);
    }
}
