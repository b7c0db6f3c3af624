package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClcFrameTest {

    @ParameterizedTest
    @MethodSource("io.smc4j.engine.wire.ClcSamples#allWithNames")
    void isIncompleteUpToTheHeaderAndThenTheLength(byte[] sample) {
        for (int available = 0; available <= sample.length; available++) {
            assertThat(Clc.frame(ByteBuffer.wrap(sample, 0, available)))
                    .isEqualTo(available < Clc.HEADER_LENGTH ? Clc.INCOMPLETE : sample.length);
        }
    }

    @Test
    void isNotClcFromTheFirstWrongByteOn() {
        for (int wrong = 0; wrong < Integer.BYTES; wrong++) {
            byte[] bytes = ClcSamples.DECLINE_V1.clone();
            bytes[wrong] = 'G';
            for (int available = 0; available <= bytes.length; available++) {
                assertThat(Clc.frame(ByteBuffer.wrap(bytes, 0, available)))
                        .isEqualTo(available > wrong ? Clc.NOT_CLC : framePrefixOfDecline(available));
            }
        }
    }

    private static int framePrefixOfDecline(int available) {
        return Clc.frame(ByteBuffer.wrap(ClcSamples.DECLINE_V1, 0, available));
    }

    @Test
    void takesOnlyTheTwoEyecatchers() {
        byte[] bytes = ClcSamples.DECLINE_V1.clone();
        for (int last = 0; last <= 0xFF; last++) {
            bytes[3] = (byte) last;
            boolean known = last == 0xD9 || last == 0xC4;
            assertThat(Clc.frame(ByteBuffer.wrap(bytes))).isEqualTo(known ? bytes.length : Clc.NOT_CLC);
        }
    }

    @Test
    void reportsEveryLengthThatCoversTheHeader() {
        ByteBuffer header = ByteBuffer.wrap(Arrays.copyOf(ClcSamples.DECLINE_V1, Clc.HEADER_LENGTH));
        for (int length = 0; length <= 0xFFFF; length++) {
            header.putShort(5, (short) length);
            assertThat(Clc.frame(header)).isEqualTo(length < Clc.HEADER_LENGTH ? Clc.NOT_CLC : length);
        }
    }

    @Test
    void looksBetweenPositionAndLimitAndMovesNothing() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(10).put(ClcSamples.DECLINE_V2);
        buffer.limit(buffer.position()).position(10);

        assertThat(Clc.frame(buffer)).isEqualTo(44);
        assertThat(buffer.position()).isEqualTo(10);
        assertThat(buffer.limit()).isEqualTo(54);
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void applicationDataIsNotClc() {
        assertThat(Clc.frame(ByteBuffer.wrap(new byte[] {'G'}))).isEqualTo(Clc.NOT_CLC);
        assertThat(Clc.frame(ByteBuffer.wrap(new byte[] {0x16, 0x03, 0x01}))).isEqualTo(Clc.NOT_CLC);
    }
}
