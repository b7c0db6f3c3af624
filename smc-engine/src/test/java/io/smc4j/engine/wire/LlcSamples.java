package io.smc4j.engine.wire;

import static io.smc4j.engine.wire.ClcSamples.bytes;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Messages as bytes, in the notation of {@link ClcSamples}: captured between two Linux 6.12 kernels
 * ({@link #captured}), or written by hand from the layout tables (the rest).
 */
final class LlcSamples {

    static final byte[] CONFIRM_LINK_REQUEST = bytes("""
            21_2c00_03_52540000000b_00000000000000000000ffff0a090002_000011_01_00000101_02_ff_(8*00)""");

    static final byte[] CONFIRM_LINK_RESPONSE = bytes("""
            21_2c00_83_52540000000a_00000000000000000000ffff0a090001_000011_01_00000101_02_ff_(8*00)""");

    static final byte[] ADD_LINK_REQUEST = bytes("""
            22_5800_00_52540000000b_0000_00000000000000000000ffff0a090002_000012_02_03_a2409c_(8*00)\
            _80_00_00000000000000000000ffff0a090002_(8*00)_0100_000003bc_00000595_ff1631b982cd0000""");

    static final byte[] ADD_LINK_REJECTION = bytes("""
            22_2c00_c0_52540000000b_0000_00000000000000000000ffff0a090002_000012_02_03_a2409c_(8*00)""");

    static final byte[] CONFIRM_RKEY_REQUEST = bytes("26_2c00_00_00_000003bc_ff1631b982cd0000_(27*00)");
    static final byte[] CONFIRM_RKEY_RESPONSE = bytes("26_2c00_80_00_000003bc_ff1631b982cd0000_(27*00)");
    static final byte[] DELETE_RKEY_REQUEST = bytes("29_2c00_00_01_00_0000_000003bc_(32*00)");
    static final byte[] DELETE_RKEY_RESPONSE = bytes("29_2c00_80_01_(39*00)");
    static final byte[] TEST_LINK_REQUEST = bytes("27_2c00_00_(40*00)");
    static final byte[] TEST_LINK_RESPONSE = bytes("27_2c00_80_(40*00)");
    static final byte[] DELETE_LINK_ALL = bytes("24_2c00_40_00_00020000_(35*00)");
    static final byte[] DELETE_LINK_ALL_ECHO = bytes("24_2c00_60_00_00020000_(35*00)");
    static final byte[] DELETE_LINK_ALL_AT_THE_END = bytes("24_2c00_40_00_00030000_(35*00)");

    static final byte[] V1_CONFIRM_LINK_REQUEST = bytes("""
            01_2c_00_03_52540000000b_fe80000000000000505400fffe00000b_abcdef_01_00000101_02_00_(8*00)""");

    static final byte[] V1_ADD_LINK_REQUEST = bytes("""
            02_2c_00_00_52540000000b_0000_fe80000000000000505400fffe00000b_abcdef_02_03_a2409c_(8*00)""");

    static final byte[] V1_ADD_LINK_REJECTION = bytes("""
            02_2c_01_c0_52540000000b_0000_fe80000000000000505400fffe00000b_abcdef_02_03_a2409c_(8*00)""");

    static final byte[] V1_ADD_LINK_CONTINUATION = bytes("""
            03_2c_00_00_02_03_0000_000003bc_00000595_ff1631b982cd0000_000003bd_00000596_ff1631b982ce0000_(4*00)""");

    static final byte[] V1_ADD_LINK_CONTINUATION_RESPONSE = bytes("""
            03_2c_00_80_02_01_0000_000003bc_00000595_ff1631b982cd0000_(20*00)""");

    static final byte[] V1_DELETE_LINK = bytes("04_2c_00_20_02_00050000_(35*00)");
    static final byte[] V1_DELETE_LINK_RESPONSE = bytes("04_2c_00_a0_02_00100000_(35*00)");

    static final byte[] V1_CONFIRM_RKEY_REQUEST = bytes("""
            06_2c_00_00_02_000003bc_ff1631b982cd0000_02_00000595_ff1631b982cd0000_03_f0000596_0000000000001000_00""");

    static final byte[] V1_CONFIRM_RKEY_REFUSAL = bytes("""
            06_2c_00_b0_02_000003bc_ff1631b982cd0000_02_00000595_ff1631b982cd0000_03_f0000596_0000000000001000_00""");

    static final byte[] V1_TEST_LINK_RESPONSE = bytes("07_2c_00_80_0102030405060708_f1f2f3f4f5f6f7f8_(24*00)");
    static final byte[] V1_DELETE_RKEY_REQUEST = bytes("09_2c_00_00_03_00_0000_00000001_00000002_f0000003_(24*00)");
    static final byte[] V1_DELETE_RKEY_RESPONSE = bytes("09_2c_00_a0_03_a0_0000_00000001_00000002_f0000003_(24*00)");

    static final byte[] DELETE_RKEY_OF_MANY = bytes("""
            29_3000_00_0a_00_0000_00000001_00000002_00000003_00000004_00000005_00000006_00000007_00000008_00000009\
            _0000000a""");

    static final byte[] DELETE_RKEY_OF_MANY_RESPONSE = bytes("29_2c00_a0_0a_02_(38*00)");

    static final byte[] REQUEST_ADD_LINK = bytes("""
            25_3c00_00_(20*00)_02_(3*00)_00000000000000000000ffff0a090001_00000000000000000000ffff0a090101""");

    static final byte[] REQUEST_ADD_LINK_RESPONSE = bytes("25_2c00_80_(40*00)");

    private LlcSamples() {
    }

    static List<byte[]> captured() {
        return List.of(CONFIRM_LINK_REQUEST, CONFIRM_LINK_RESPONSE, ADD_LINK_REQUEST, ADD_LINK_REJECTION,
                CONFIRM_RKEY_REQUEST, CONFIRM_RKEY_RESPONSE, DELETE_RKEY_REQUEST, DELETE_RKEY_RESPONSE,
                TEST_LINK_REQUEST, TEST_LINK_RESPONSE, DELETE_LINK_ALL, DELETE_LINK_ALL_ECHO,
                DELETE_LINK_ALL_AT_THE_END);
    }

    private static List<byte[]> written() {
        return List.of(V1_CONFIRM_LINK_REQUEST, V1_ADD_LINK_REQUEST, V1_ADD_LINK_REJECTION, V1_ADD_LINK_CONTINUATION,
                V1_ADD_LINK_CONTINUATION_RESPONSE, V1_DELETE_LINK, V1_DELETE_LINK_RESPONSE, V1_CONFIRM_RKEY_REQUEST,
                V1_CONFIRM_RKEY_REFUSAL, V1_TEST_LINK_RESPONSE, V1_DELETE_RKEY_REQUEST, V1_DELETE_RKEY_RESPONSE,
                DELETE_RKEY_OF_MANY, DELETE_RKEY_OF_MANY_RESPONSE, REQUEST_ADD_LINK, REQUEST_ADD_LINK_RESPONSE);
    }

    static Stream<Arguments> allWithNames() {
        return Stream.of(captured(), written()).flatMap(List::stream).map(sample -> Arguments.argumentSet(
                HexFormat.of().formatHex(sample, 0, 9), (Object) sample));
    }

    static LlcMessage decode(byte[] message) throws LlcFormatException {
        return LlcMessage.decode(ByteBuffer.wrap(message));
    }

    static byte[] encode(LlcMessage message) {
        ByteBuffer target = ByteBuffer.allocate(message.length());
        message.encode(target);
        return target.array();
    }
}
