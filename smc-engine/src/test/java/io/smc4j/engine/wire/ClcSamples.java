package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Messages as bytes: captured between two Linux 6.12 kernels (SMC-R version 2 and the Declines), or written by hand
 * from the layout tables (the rest).
 *
 * <p>In the notation, {@code _} separates fields, {@code (n*xx)} is a byte repeated, {@code "text"32} is ASCII padded
 * with blanks to a length.
 */
final class ClcSamples {

    private static final Pattern ITEM = Pattern.compile("\\((\\d+)\\*(..)\\)|\"([^\"]*)\"(\\d+)|([0-9a-f]{2})|_");

    static final Eid TEST_EID = new Eid("TESTEID.1");

    static final byte[] PROPOSAL_SMCR_V2 = bytes("""
            e2d4c3d9_01_009c_22_(8*00)_(16*00)_(6*00)_0000_(8*00)_0000_001c_(28*00)\
            _01_00_00_10_0000_0000_00000000000000000000ffff0a090001_ff_02_0001_(12*00)_"TESTEID.1"32_e2d4c3d9""");

    static final byte[] ACCEPT_SMCR_V2_FIRST = bytes("""
            e2d4c3d9_02_00a0_28_5b5852540000000b_00000000000000000000ffff0a090002_52540000000b_000011_000003bc_01\
            _00000001_23_00_ff1631b982cd0000_00_f6231f_"TESTEID.1"32_(8*00)\
            _80_21_0000_"peer-b"32_ff_02_0001_00000000_(8*00)_e2d4c3d9""");

    static final byte[] CONFIRM_SMCR_V2_FIRST = bytes("""
            e2d4c3d9_03_00b4_28_d51952540000000a_00000000000000000000ffff0a090001_52540000000a_000011_00000453_01\
            _00000001_23_00_ff2a11c04bd10000_00_0a77e1_"TESTEID.1"32_(8*00)\
            _80_21_0000_"peer-a"32_ff_02_0001_00000000_(8*00)_01_000000_00000000000000000000ffff0a090001_e2d4c3d9""");

    static final byte[] ACCEPT_SMCR_V2_LATER = bytes("""
            e2d4c3d9_02_006c_20_5b5852540000000b_00000000000000000000ffff0a090002_52540000000b_000011_000003bc_01\
            _00000002_23_00_ff1631b982cd0000_00_f6231f_"TESTEID.1"32_(8*00)_e2d4c3d9""");

    static final byte[] CONFIRM_SMCR_V2_LATER = bytes("""
            e2d4c3d9_03_006c_20_d51952540000000a_00000000000000000000ffff0a090001_52540000000a_000011_00000453_01\
            _00000002_23_00_ff2a11c04bd10000_00_0a77e1_"TESTEID.1"32_(8*00)_e2d4c3d9""");

    static final byte[] DECLINE_V2 =
            bytes("e2d4c3d9_04_002c_20_d51952540000000b_03030000_20_000000_(16*00)_e2d4c3d9");

    static final byte[] DECLINE_V1 = bytes("e2d4c3d9_04_001c_10_d51952540000000b_03030000_00_000000_e2d4c3d9");

    static final byte[] DECLINE_V2_OUT_OF_SYNC = bytes("""
            e2d4c3d9_04_002c_28_d51952540000000b_04000000_20_000000\
            _00000001_00000002_00000003_fffffffc_e2d4c3d9""");

    static final byte[] PROPOSAL_V1_SMCR = bytes("""
            e2d4c3d9_01_0034_10_5b5852540000000b_fe80000000000000505400fffe00000b_52540000000b_0000\
            _0a090000_18_0000_00_e2d4c3d9""");

    static final byte[] PROPOSAL_V1_BOTH = bytes("""
            e2d4c3d9_01_006d_13_5b5852540000000b_fe80000000000000505400fffe00000b_52540000000b_0028\
            _1122334455667788_0042_(30*00)\
            _0a090000_18_0000_01_20010db8000000000000000000000000_40_e2d4c3d9""");

    static final byte[] PROPOSAL_V2_ALL = bytes("""
            e2d4c3d9_01_0123_2f_5b5852540000000b_fe80000000000000505400fffe00000b_52540000000b_0028\
            _1122334455667788_0042_0035_(28*00)\
            _0a090000_18_0000_01_20010db8000000000000000000000000_40\
            _02_03_00_11_0000_0060_00000000000000000000ffff0a090001_ff_02_0001_(12*00)_"TESTEID.1"32_"A"32\
            _"IBM-SYSZ-ISMSEID000000001A2B3906"32_(16*00)\
            _1122334455667788_0042_a1a2a3a4a5a6a7a8_ffff_b1b2b3b4b5b6b7b8_ffff_e2d4c3d9""");

    static final byte[] PROPOSAL_SMCD_V2 = bytes("""
            e2d4c3d9_01_00e0_26_0000000000000007_(16*00)_(6*00)_0000_(8*00)_0000_001c_(28*00)\
            _01_02_00_10_0000_0040_(16*00)_ff_01_0001_(12*00)_"TESTEID.1"32\
            _(32*00)_(16*00)_a1a2a3a4a5a6a7a8_ffff_b1b2b3b4b5b6b7b8_ffff_e2d4c3d9""");

    /** What an engine of ours sends that can move a connection to TCP. */
    static final byte[] PROPOSAL_SMCD_V2_VENDOR = bytes("""
            e2d4c3d9_01_00e0_26_0000000000000007_(16*00)_(6*00)_0000_(8*00)_0000_001c_4a3453_0100000000_(20*00)\
            _01_02_00_10_0000_0040_(16*00)_ff_01_0001_(12*00)_"TESTEID.1"32\
            _(32*00)_(16*00)_a1a2a3a4a5a6a7a8_ffff_b1b2b3b4b5b6b7b8_ffff_e2d4c3d9""");

    static final byte[] ACCEPT_SMCR_V1 = bytes("""
            e2d4c3d9_02_0044_18_5b5852540000000b_fe80000000000000505400fffe00000b_52540000000b_000011_000003bc_01\
            _00000001_23_00_ff1631b982cd0000_00_f6231f_e2d4c3d9""");

    static final byte[] CONFIRM_SMCD_V1 = bytes("""
            e2d4c3c4_03_0030_11_1122334455667788_0000000000000500_00_20_0000_01000000_(12*00)_e2d4c3c4""");

    static final byte[] ACCEPT_SMCD_V2_LATER = bytes("""
            e2d4c3c4_02_004e_21_a1a2a3a4a5a6a7a8_0000000000000501_00_40_0000_01000000\
            _ffff_"TESTEID.1"32_b1b2b3b4b5b6b7b8_e2d4c3c4""");

    static final byte[] ACCEPT_SMCD_V2_VENDOR = bytes("""
            e2d4c3c4_02_004e_21_a1a2a3a4a5a6a7a8_0000000000000501_00_40_0001_01000000\
            _ffff_"TESTEID.1"32_b1b2b3b4b5b6b7b8_e2d4c3c4""");

    static final byte[] ACCEPT_SMCD_V2_FIRST_RELEASE_0 = bytes("""
            e2d4c3c4_02_0072_29_a1a2a3a4a5a6a7a8_0000000000000501_00_40_0000_01000000\
            _ffff_"TESTEID.1"32_b1b2b3b4b5b6b7b8_00_20_0000_"peer-b"32_e2d4c3c4""");

    static final byte[] CONFIRM_SMCD_V2_FIRST_RELEASE_1 = bytes("""
            e2d4c3c4_03_0082_29_a1a2a3a4a5a6a7a8_0000000000000502_00_40_0000_01000000\
            _ffff_"TESTEID.1"32_b1b2b3b4b5b6b7b8_00_21_0000_"peer-a"32_ff_01_0001_0000abcd_(8*00)_e2d4c3c4""");

    private ClcSamples() {
    }

    static List<byte[]> all() {
        return List.of(PROPOSAL_SMCR_V2, ACCEPT_SMCR_V2_FIRST, CONFIRM_SMCR_V2_FIRST, ACCEPT_SMCR_V2_LATER,
                CONFIRM_SMCR_V2_LATER, DECLINE_V2, DECLINE_V1, DECLINE_V2_OUT_OF_SYNC, PROPOSAL_V1_SMCR,
                PROPOSAL_V1_BOTH, PROPOSAL_V2_ALL, PROPOSAL_SMCD_V2, PROPOSAL_SMCD_V2_VENDOR,
                ACCEPT_SMCD_V2_VENDOR, ACCEPT_SMCR_V1, CONFIRM_SMCD_V1,
                ACCEPT_SMCD_V2_LATER, ACCEPT_SMCD_V2_FIRST_RELEASE_0, CONFIRM_SMCD_V2_FIRST_RELEASE_1);
    }

    static Stream<Arguments> allWithNames() {
        return all().stream().map(sample -> Arguments.argumentSet(
                HexFormat.of().formatHex(sample, 0, Clc.HEADER_LENGTH), (Object) sample));
    }

    static ClcMessage decode(byte[] message) throws ClcFormatException {
        return ClcMessage.decode(ByteBuffer.wrap(message));
    }

    static byte[] encode(ClcMessage message) {
        ByteBuffer target = ByteBuffer.allocate(message.length());
        message.encode(target);
        return target.array();
    }

    static byte[] bytes(String notation) {
        ByteBuffer out = ByteBuffer.allocate(Clc.MAX_LENGTH);
        Matcher item = ITEM.matcher(notation);
        int end = 0;
        while (item.find()) {
            if (item.start() != end) {
                break;
            }
            end = item.end();
            if (item.group(1) != null) {
                out.put(HexFormat.of().parseHex(item.group(2).repeat(Integer.parseInt(item.group(1)))));
            } else if (item.group(3) != null) {
                String format = "%-" + item.group(4) + "s";
                out.put(format.formatted(item.group(3)).getBytes(StandardCharsets.US_ASCII));
            } else if (item.group(5) != null) {
                out.put(HexFormat.of().parseHex(item.group(5)));
            }
        }
        if (end != notation.length()) {
            throw new IllegalArgumentException("cannot read sample from " + notation.substring(end));
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }
}
