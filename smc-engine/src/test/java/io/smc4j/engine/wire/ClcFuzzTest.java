package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a value, or a {@link ClcFormatException}. */
class ClcFuzzTest {

    private static final int LENGTH_OFFSET = 5;

    @Provide
    Arbitrary<ClcMessage> messages() {
        return ClcArbitraries.messages();
    }

    @Property(tries = 1000)
    void randomBytes(@ForAll @Size(max = 700) byte[] bytes) {
        decodeAnything(bytes);
    }

    @Property(tries = 3000)
    void randomBytesInARightFrame(
            @ForAll @IntRange(min = Clc.PROPOSAL, max = Clc.DECLINE) int type,
            @ForAll @IntRange(min = Clc.HEADER_LENGTH, max = 700) int length,
            @ForAll byte versionAndTypes,
            @ForAll long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        frame(bytes, type, versionAndTypes);
        decodeAnything(bytes);
    }

    /** All lengths of all types and versions: with few set bits, many more counts and distances fit. */
    @Test
    void sparseBytesInEveryFrame() {
        Random random = new Random(42);
        for (int length = Clc.HEADER_LENGTH; length <= Clc.MAX_LENGTH + 1; length++) {
            for (int bits = 0; bits <= 0xFF; bits++) {
                byte[] bytes = new byte[length];
                for (int i = 0; i < 8; i++) {
                    bytes[random.nextInt(length)] = (byte) (1 << random.nextInt(8));
                }
                frame(bytes, Clc.PROPOSAL + random.nextInt(Clc.DECLINE), (byte) bits);
                decodeAnything(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.ClcSamples#allWithNames")
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
    @MethodSource("io.smc4j.engine.wire.ClcSamples#allWithNames")
    void everyPairOfFlippedBitsWithinTheHeaderAndAnywhere(byte[] sample) {
        for (int first = 0; first < Clc.HEADER_LENGTH * Byte.SIZE; first++) {
            for (int second = 0; second < sample.length * Byte.SIZE; second++) {
                byte[] bytes = sample.clone();
                flip(bytes, first);
                flip(bytes, second);
                decodeAnything(bytes);
            }
        }
    }

    @Property
    void manyChangesOfAnyMessage(
            @ForAll("messages") ClcMessage message, @ForAll @IntRange(min = 1, max = 20) int changes,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = ClcSamples.encode(message);
        for (int i = 0; i < changes; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        bytes[LENGTH_OFFSET] = (byte) (bytes.length >>> 8);
        bytes[LENGTH_OFFSET + 1] = (byte) bytes.length;
        decodeAnything(bytes);
    }

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.ClcSamples#allWithNames")
    void everyTruncationIsRejectedWhateverTheLengthFieldSays(byte[] sample) {
        for (int length = 0; length < sample.length; length++) {
            byte[] bytes = Arrays.copyOf(sample, length);
            assertRejected(bytes);
            if (length >= Clc.HEADER_LENGTH) {
                endProperly(bytes);
                assertRejected(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.ClcSamples#allWithNames")
    void trailingGarbageIsRejectedWhateverTheLengthFieldSays(byte[] sample) {
        for (int garbage = 1; garbage <= 64; garbage++) {
            byte[] bytes = Arrays.copyOf(sample, sample.length + garbage);
            assertRejected(bytes);
            endProperly(bytes);
            assertRejected(bytes);
        }
    }

    @Property
    void garbageAfterAnyMessageIsRejected(
            @ForAll("messages") ClcMessage message, @ForAll @Size(min = 1, max = 40) byte[] garbage) {
        byte[] bytes = Arrays.copyOf(ClcSamples.encode(message), message.length() + garbage.length);
        System.arraycopy(garbage, 0, bytes, message.length(), garbage.length);
        assertRejected(bytes);
    }

    private static void frame(byte[] bytes, int type, byte versionAndTypes) {
        endProperly(bytes);
        ByteBuffer.wrap(bytes).putInt(Clc.EYECATCHER_SMCR).put((byte) type);
        bytes[Clc.HEADER_LENGTH - 1] = versionAndTypes;
    }

    /** Sets length field and trailer to what the array's size demands. */
    private static void endProperly(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length >= Clc.HEADER_LENGTH + Integer.BYTES) {
            buffer.putInt(bytes.length - Integer.BYTES, Clc.EYECATCHER_SMCR);
        }
        buffer.putShort(LENGTH_OFFSET, (short) bytes.length);
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    }

    private static void assertRejected(byte[] bytes) {
        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(bytes));
    }

    /** Decodes; if that works, encoding must work too, and give bytes of the same meaning. */
    private static void decodeAnything(byte[] bytes) {
        ClcMessage message;
        try {
            message = ClcSamples.decode(bytes);
        } catch (ClcFormatException e) {
            if (e.getMessage().isBlank()) {
                throw new AssertionError("no reason given", e);
            }
            return;
        } catch (RuntimeException e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        }
        try {
            if (!ClcSamples.decode(ClcSamples.encode(message)).equals(message)) {
                throw new AssertionError("not stable: " + HexFormat.of().formatHex(bytes));
            }
        } catch (ClcFormatException e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        }
    }

    @Test
    void theExceptionSaysWhereAndCostsNoStackTrace() {
        byte[] bytes = ClcSamples.PROPOSAL_SMCR_V2.clone();
        bytes[80] = 9;

        assertThatExceptionOfType(ClcFormatException.class)
                .isThrownBy(() -> ClcSamples.decode(bytes))
                .withMessage("number of EIDs at offset 80: 9 is more than 8")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }
}
