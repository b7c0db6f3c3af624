package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LlcGoldenTest {

    private static final RoceGid CLIENT_GID = RoceGid.ofIpv4(0x0A090001);
    private static final RoceGid SERVER_GID = RoceGid.ofIpv4(0x0A090002);
    private static final RoceGid V1_GID = new RoceGid(0xFE80_0000_0000_0000L, 0x5054_00FF_FE00_000BL);
    private static final MacAddress CLIENT_MAC = new MacAddress(0x5254_0000_000AL);
    private static final MacAddress SERVER_MAC = new MacAddress(0x5254_0000_000BL);
    private static final long ADDRESS = 0xFF16_31B9_82CD_0000L;

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.LlcSamples#allWithNames")
    void encodingADecodedSampleGivesTheSameBytes(byte[] sample) throws LlcFormatException {
        LlcMessage message = LlcSamples.decode(sample);

        assertThat(LlcSamples.encode(message)).isEqualTo(sample);
        assertThat(message.length()).isEqualTo(sample.length);
        assertThat(message.version()).isEqualTo(sample[0] < 0x20 ? Clc.V1 : Clc.V2);
        assertThat(message.isResponse()).isEqualTo(sample[3] < 0);
    }

    @Test
    void confirmLink() throws LlcFormatException {
        LlcConfirmLink request = LlcConfirmLink.request(Clc.V2, SERVER_MAC, SERVER_GID, 0x11, 1, 0x101, 2, 255);
        LlcConfirmLink v1 = LlcConfirmLink.request(Clc.V1, SERVER_MAC, V1_GID, 0xABCDEF, 1, 0x101, 2, 0);

        assertBothWays(request, LlcSamples.CONFIRM_LINK_REQUEST);
        assertBothWays(request.response(CLIENT_MAC, CLIENT_GID, 0x11, 0x101), LlcSamples.CONFIRM_LINK_RESPONSE);
        assertBothWays(v1, LlcSamples.V1_CONFIRM_LINK_REQUEST);
        assertThat(request.noEyecatchers()).isTrue();
    }

    @Test
    void oneBitOfTwoIsNotYetWithoutEyecatchers() throws LlcFormatException {
        byte[] bytes = LlcSamples.CONFIRM_LINK_REQUEST.clone();
        bytes[3] = 0x02;

        assertThat(((LlcConfirmLink) LlcSamples.decode(bytes)).noEyecatchers()).isFalse();
    }

    @Test
    void addLink() throws LlcFormatException {
        LlcAddLinkExtension extension =
                new LlcAddLinkExtension(true, SERVER_GID, List.of(new LlcRkeyPair(0x3BC, 0x595, ADDRESS)));
        LlcAddLink request =
                LlcAddLink.request(SERVER_MAC, SERVER_GID, 0x12, 2, 3, 0xA2409C, Optional.of(extension));
        LlcAddLink v1 = LlcAddLink.request(SERVER_MAC, V1_GID, 0xABCDEF, 2, 3, 0xA2409C, Optional.empty());

        assertBothWays(request, LlcSamples.ADD_LINK_REQUEST);
        assertBothWays(request.reject(), LlcSamples.ADD_LINK_REJECTION);
        assertBothWays(v1, LlcSamples.V1_ADD_LINK_REQUEST);
        assertBothWays(v1.reject(), LlcSamples.V1_ADD_LINK_REJECTION);
        assertThat(v1.reject().rejectReason()).isEqualTo(Llc.NO_ALTERNATE_PATH);
    }

    @Test
    void addLinkResponseKeepsVersionAndLinkNumber() throws LlcFormatException {
        LlcAddLink request = (LlcAddLink) LlcSamples.decode(LlcSamples.V1_ADD_LINK_REQUEST);

        assertThat(request.response(CLIENT_MAC, CLIENT_GID, 7, 4, 9, Optional.empty())).isEqualTo(new LlcAddLink(
                Clc.V1, true, false, 0, CLIENT_MAC, CLIENT_GID, 7, 2, 4, 9, Optional.empty()));
    }

    @Test
    void addLinkContinuation() throws LlcFormatException {
        LlcRkeyPair first = new LlcRkeyPair(0x3BC, 0x595, ADDRESS);
        LlcRkeyPair second = new LlcRkeyPair(0x3BD, 0x596, 0xFF16_31B9_82CE_0000L);

        assertBothWays(new LlcAddLinkContinuation(false, 2, 3, List.of(first, second)),
                LlcSamples.V1_ADD_LINK_CONTINUATION);
        assertBothWays(new LlcAddLinkContinuation(true, 2, 1, List.of(first)),
                LlcSamples.V1_ADD_LINK_CONTINUATION_RESPONSE);
    }

    @Test
    void deleteLink() throws LlcFormatException {
        LlcDeleteLink one = LlcDeleteLink.link(Clc.V1, true, 2, Llc.ASYMMETRIC_NO_LONGER_NEEDED);

        assertBothWays(LlcDeleteLink.all(Clc.V2, false, Llc.OPERATOR_INITIATED), LlcSamples.DELETE_LINK_ALL);
        assertBothWays(LlcDeleteLink.all(Clc.V2, true, Llc.OPERATOR_INITIATED), LlcSamples.DELETE_LINK_ALL_ECHO);
        assertBothWays(LlcDeleteLink.all(Clc.V2, false, Llc.PROGRAM_INITIATED), LlcSamples.DELETE_LINK_ALL_AT_THE_END);
        assertBothWays(one, LlcSamples.V1_DELETE_LINK);
        assertBothWays(one.response(Llc.UNKNOWN_LINK), LlcSamples.V1_DELETE_LINK_RESPONSE);
    }

    @Test
    void requestAddLink() throws LlcFormatException {
        LlcRequestAddLink request =
                LlcRequestAddLink.request(List.of(CLIENT_GID, RoceGid.ofIpv4(0x0A090101)));

        assertBothWays(request, LlcSamples.REQUEST_ADD_LINK);
        assertBothWays(request.response(), LlcSamples.REQUEST_ADD_LINK_RESPONSE);
    }

    @Test
    void confirmRkey() throws LlcFormatException {
        LlcConfirmRkey request = LlcConfirmRkey.request(Clc.V2, 0x3BC, ADDRESS);
        LlcConfirmRkey v1 = LlcConfirmRkey.request(Clc.V1, 0x3BC, ADDRESS,
                List.of(new LlcRtoken(2, 0x595, ADDRESS), new LlcRtoken(3, 0xF0000596, 0x1000)));

        assertBothWays(request, LlcSamples.CONFIRM_RKEY_REQUEST);
        assertBothWays(request.response(), LlcSamples.CONFIRM_RKEY_RESPONSE);
        assertBothWays(v1, LlcSamples.V1_CONFIRM_RKEY_REQUEST);
        assertBothWays(v1.refusal(), LlcSamples.V1_CONFIRM_RKEY_REFUSAL);
    }

    @Test
    void testLink() throws LlcFormatException {
        LlcTestLink request = LlcTestLink.request(Clc.V2, 0, 0);
        LlcTestLink v1 = LlcTestLink.request(Clc.V1, 0x0102_0304_0506_0708L, 0xF1F2_F3F4_F5F6_F7F8L);

        assertBothWays(request, LlcSamples.TEST_LINK_REQUEST);
        assertBothWays(request.response(), LlcSamples.TEST_LINK_RESPONSE);
        assertBothWays(v1.response(), LlcSamples.V1_TEST_LINK_RESPONSE);
    }

    @Test
    void deleteRkey() throws LlcFormatException {
        LlcDeleteRkey request = LlcDeleteRkey.request(Clc.V2, List.of(0x3BC));
        LlcDeleteRkey many = LlcDeleteRkey.request(Clc.V2, List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        LlcDeleteRkey v1 = LlcDeleteRkey.request(Clc.V1, List.of(1, 2, 0xF0000003));

        assertBothWays(request, LlcSamples.DELETE_RKEY_REQUEST);
        assertBothWays(request.response(Set.of()), LlcSamples.DELETE_RKEY_RESPONSE);
        assertBothWays(many, LlcSamples.DELETE_RKEY_OF_MANY);
        assertBothWays(many.response(Set.of(1, 10, 11)), LlcSamples.DELETE_RKEY_OF_MANY_RESPONSE);
        assertBothWays(v1, LlcSamples.V1_DELETE_RKEY_REQUEST);
        assertBothWays(v1.response(Set.of(1, 0xF0000003)), LlcSamples.V1_DELETE_RKEY_RESPONSE);
    }

    private static void assertBothWays(LlcMessage message, byte[] sample) throws LlcFormatException {
        assertThat(LlcSamples.encode(message)).isEqualTo(sample);
        assertThat(LlcSamples.decode(sample)).isEqualTo(message);
    }
}
