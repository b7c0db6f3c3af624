package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a value, or an {@link LlcFormatException}. */
class LlcFuzzTest {

    private static final Set<Integer> TYPES = Set.of(
            0x01, 0x02, 0x03, 0x04, 0x06, 0x07, 0x09, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x29);

    @Provide
    Arbitrary<LlcMessage> messages() {
        return LlcArbitraries.messages();
    }

    @Property(tries = 1000)
    void randomBytes(@ForAll @Size(max = 200) byte[] bytes) {
        decodeAnything(bytes);
    }

    /** All types and flags, in sizes around all limits: with few set bits, many more counts fit. */
    @Test
    void sparseBytesOfEveryType() {
        Random random = new Random(42);
        for (int type : TYPES) {
            for (int flags = 0; flags <= 0xFF; flags++) {
                for (int length = Llc.LENGTH; length <= 200; length += 1 + random.nextInt(8)) {
                    byte[] bytes = new byte[length];
                    for (int i = 0; i < 8; i++) {
                        bytes[random.nextInt(length)] = (byte) (1 << random.nextInt(8));
                    }
                    bytes[0] = (byte) type;
                    bytes[1] = Llc.LENGTH;
                    bytes[3] = (byte) flags;
                    decodeAnything(bytes);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.LlcSamples#allWithNames")
    void everyOtherValueOfEveryByte(byte[] sample) {
        for (int offset = 0; offset < sample.length; offset++) {
            byte[] bytes = sample.clone();
            for (int value = 0; value <= 0xFF; value++) {
                bytes[offset] = (byte) value;
                decodeAnything(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.LlcSamples#allWithNames")
    void everyPairOfFlippedBits(byte[] sample) {
        byte[] bytes = sample.clone();
        for (int first = 0; first < sample.length * Byte.SIZE; first++) {
            flip(bytes, first);
            for (int second = first + 1; second < sample.length * Byte.SIZE; second++) {
                flip(bytes, second);
                decodeAnything(bytes);
                flip(bytes, second);
            }
            flip(bytes, first);
        }
    }

    @Property
    void manyChangesOfAnyMessage(
            @ForAll("messages") LlcMessage message, @ForAll @IntRange(min = 1, max = 20) int changes,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = LlcSamples.encode(message);
        for (int i = 0; i < changes; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        decodeAnything(bytes);
    }

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.LlcSamples#allWithNames")
    void everyTruncationIsRejected(byte[] sample) {
        for (int length = 0; length < sample.length; length++) {
            assertRejected(Arrays.copyOf(sample, length));
        }
    }

    @Property(tries = 200)
    void everyTruncationOfAnyMessageIsRejected(@ForAll("messages") LlcMessage message, @ForAll long seed) {
        byte[] bytes = LlcSamples.encode(message);
        assertRejected(Arrays.copyOf(bytes, bytes.length - 1));
        assertRejected(Arrays.copyOf(bytes, new Random(seed).nextInt(bytes.length)));
    }

    @Property
    void moreReceivedBytesThanTheMessageNeedsDoNotMatter(
            @ForAll("messages") LlcMessage message, @ForAll @Size(min = 1, max = 40) byte[] more)
            throws LlcFormatException {
        byte[] bytes = Arrays.copyOf(LlcSamples.encode(message), message.length() + more.length);
        System.arraycopy(more, 0, bytes, message.length(), more.length);

        assertThat(LlcSamples.decode(bytes)).isEqualTo(message);
    }

    @Property
    void theLengthOfVersion2IsNotLookedAtAsItsOrderIsNotKnown(@ForAll("messages") LlcMessage message,
            @ForAll short length)
            throws LlcFormatException {
        byte[] bytes = LlcSamples.encode(message);
        bytes[1] = (byte) length;
        if (message.version() == Clc.V2) {
            bytes[2] = (byte) (length >>> 8);
            assertThat(LlcSamples.decode(bytes)).isEqualTo(message);
        } else if (bytes[1] != Llc.LENGTH) {
            assertRejected(bytes);
        }
    }

    @Test
    void allOtherTypesAreUnknown() {
        for (int type = 0; type <= 0xFF; type++) {
            byte[] bytes = new byte[Llc.LENGTH + 100];
            bytes[0] = (byte) type;
            bytes[1] = Llc.LENGTH;
            if (TYPES.contains(type)) {
                decodeAnything(bytes);
            } else {
                assertThatExceptionOfType(LlcFormatException.class)
                        .isThrownBy(() -> LlcSamples.decode(bytes))
                        .satisfies(e -> assertThat(e.isUnknownType()).isTrue());
            }
        }
    }

    @Test
    void theNumberOfRkeysOfAnAddLinkIsLittleEndianAndLimited() {
        byte[] bytes = Arrays.copyOf(LlcSamples.ADD_LINK_REQUEST, 8192);
        bytes[70] = 0;
        bytes[71] = 1;

        assertThatExceptionOfType(LlcFormatException.class)
                .isThrownBy(() -> LlcSamples.decode(bytes))
                .withMessage("number of remote keys at offset 70: 256 is more than 255");
    }

    @Test
    void theExceptionSaysWhereAndCostsNoStackTrace() {
        byte[] bytes = LlcSamples.CONFIRM_RKEY_REQUEST.clone();
        bytes[4] = 3;

        assertThatExceptionOfType(LlcFormatException.class)
                .isThrownBy(() -> LlcSamples.decode(bytes))
                .withMessage("number of further rtokens at offset 4: 3 is more than 2")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty())
                .satisfies(e -> assertThat(e.isUnknownType()).isFalse());
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    }

    private static void assertRejected(byte[] bytes) {
        assertThatExceptionOfType(LlcFormatException.class).isThrownBy(() -> LlcSamples.decode(bytes));
    }

    /** Decodes; if that works, encoding must work too, and give bytes of the same meaning. */
    private static void decodeAnything(byte[] bytes) {
        LlcMessage message;
        try {
            message = LlcSamples.decode(bytes);
        } catch (LlcFormatException e) {
            if (e.getMessage().isBlank()) {
                throw new AssertionError("no reason given", e);
            }
            return;
        } catch (RuntimeException e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        }
        try {
            if (!TYPES.contains(Byte.toUnsignedInt(bytes[0]))
                    || !LlcSamples.decode(LlcSamples.encode(message)).equals(message)) {
                throw new AssertionError("not stable: " + HexFormat.of().formatHex(bytes));
            }
        } catch (LlcFormatException e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        }
    }
}
