package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The samples were captured between two Linux 6.12 kernels, except the last. */
class CdcMessageTest {

    private static final byte[] AFTER_1000_BYTES = ClcSamples.bytes(
            "fe_2c_0001_00000001_0000_0000_000003e8_0000_0000_00000000_00_00_(18*00)");
    private static final byte[] ANSWER = ClcSamples.bytes(
            "fe_2c_0001_00000001_0000_0000_000003e8_0000_0000_000003e8_00_00_(18*00)");
    private static final byte[] ALL_FIELDS = ClcSamples.bytes(
            "fe_2c_fffe_f1f2f3f4_0000_8001_00007fff_0000_ffff_80000001_a0_c0_(18*00)");

    @Test
    void encodesAsLinuxDoes() {
        assertThat(encode(1, 1, 0, 1000, 0, 0, 0, 0)).isEqualTo(AFTER_1000_BYTES);
        assertThat(encode(1, 1, 0, 1000, 0, 1000, 0, 0)).isEqualTo(ANSWER);
        assertThat(encode(0xFFFE, 0xF1F2F3F4, 0x8001, 0x7FFF, 0xFFFF, 0x80000001,
                CdcMessage.WRITE_BLOCKED | CdcMessage.URGENT_PRESENT,
                CdcMessage.DONE_WRITING | CdcMessage.CLOSED)).isEqualTo(ALL_FIELDS);
    }

    @Test
    void stateFlagsAreThoseOfLinux() {
        for (int flags : new int[] {CdcMessage.DONE_WRITING, CdcMessage.CLOSED, CdcMessage.ABORT, 0xC0}) {
            byte[] expected = ANSWER.clone();
            expected[25] = (byte) flags;
            assertThat(encode(1, 1, 0, 1000, 0, 1000, 0, flags)).isEqualTo(expected);
        }
        assertThat(List.of(CdcMessage.DONE_WRITING, CdcMessage.CLOSED, CdcMessage.ABORT))
                .containsExactly(0x80, 0x40, 0x20);
        assertThat(List.of(CdcMessage.WRITE_BLOCKED, CdcMessage.URGENT_PENDING, CdcMessage.URGENT_PRESENT,
                CdcMessage.UPDATE_REQUESTED, CdcMessage.FAILOVER_VALIDATION))
                .containsExactly(0x80, 0x40, 0x20, 0x10, 0x08);
    }

    @Test
    void readsAllFields() {
        ByteBuffer in = ByteBuffer.wrap(ALL_FIELDS);

        assertThat(CdcMessage.isCdc(in, 0, ALL_FIELDS.length)).isTrue();
        assertThat(CdcMessage.sequence(in, 0)).isEqualTo(0xFFFE);
        assertThat(CdcMessage.token(in, 0)).isEqualTo(0xF1F2F3F4);
        assertThat(CdcMessage.producerWrap(in, 0)).isEqualTo(0x8001);
        assertThat(CdcMessage.producerCount(in, 0)).isEqualTo(0x7FFF);
        assertThat(CdcMessage.consumerWrap(in, 0)).isEqualTo(0xFFFF);
        assertThat(CdcMessage.consumerCount(in, 0)).isEqualTo(0x80000001);
        assertThat(CdcMessage.producerFlags(in, 0)).isEqualTo(0xA0);
        assertThat(CdcMessage.stateFlags(in, 0)).isEqualTo(0xC0);
    }

    @Property
    void whatIsWrittenIsReadAtAnyOffsetAndNothingElseIsTouched(
            @ForAll @IntRange(max = 50) int offset, @ForAll int sequence, @ForAll int token, @ForAll int producerWrap,
            @ForAll int producerCount, @ForAll int consumerWrap, @ForAll int consumerCount, @ForAll int flags) {
        byte[] bytes = new byte[CdcMessage.LENGTH + 50];
        Arrays.fill(bytes, (byte) 0x5A);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).position(7);

        CdcMessage.encode(buffer, offset, sequence, token, producerWrap, producerCount, consumerWrap, consumerCount,
                flags, flags >>> 8);

        assertThat(CdcMessage.isCdc(buffer, offset, CdcMessage.LENGTH)).isTrue();
        assertThat(CdcMessage.sequence(buffer, offset)).isEqualTo(sequence & 0xFFFF);
        assertThat(CdcMessage.token(buffer, offset)).isEqualTo(token);
        assertThat(CdcMessage.producerWrap(buffer, offset)).isEqualTo(producerWrap & 0xFFFF);
        assertThat(CdcMessage.producerCount(buffer, offset)).isEqualTo(producerCount);
        assertThat(CdcMessage.consumerWrap(buffer, offset)).isEqualTo(consumerWrap & 0xFFFF);
        assertThat(CdcMessage.consumerCount(buffer, offset)).isEqualTo(consumerCount);
        assertThat(CdcMessage.producerFlags(buffer, offset)).isEqualTo(flags & 0xFF);
        assertThat(CdcMessage.stateFlags(buffer, offset)).isEqualTo(flags >>> 8 & 0xFF);
        assertThat(buffer.position()).isEqualTo(7);
        for (int i = 0; i < bytes.length; i++) {
            int inMessage = i - offset;
            if (inMessage < 0 || inMessage >= CdcMessage.LENGTH) {
                assertThat(bytes[i]).isEqualTo((byte) 0x5A);
            } else if (inMessage >= 26) {
                assertThat(bytes[i]).isZero();
            }
        }
    }

    @Test
    void isToldFromLlcByTypeAndLength() {
        ByteBuffer in = ByteBuffer.allocate(100).put(3, ANSWER);

        assertThat(CdcMessage.isCdc(in, 3, CdcMessage.LENGTH)).isTrue();
        assertThat(CdcMessage.isCdc(in, 3, CdcMessage.LENGTH + 1)).isTrue();
        assertThat(CdcMessage.isCdc(in, 3, CdcMessage.LENGTH - 1)).isFalse();
        assertThat(CdcMessage.isCdc(in, 3, 0)).isFalse();
        assertThat(CdcMessage.isCdc(in, 2, CdcMessage.LENGTH)).isFalse();
        assertThat(CdcMessage.isCdc(in.put(4, (byte) 45), 3, CdcMessage.LENGTH)).isFalse();
        assertThat(CdcMessage.isCdc(ByteBuffer.wrap(LlcSamples.TEST_LINK_REQUEST), 0, Llc.LENGTH)).isFalse();
    }

    @Test
    void isOfUnknownTypeToLlc() {
        assertThatExceptionOfType(LlcFormatException.class)
                .isThrownBy(() -> LlcSamples.decode(ANSWER))
                .satisfies(e -> assertThat(e.isUnknownType()).isTrue());
    }

    @Test
    void sequenceNumbersAreComparedAcrossTheirWrap() {
        assertThat(CdcMessage.isOlder(1, 2)).isTrue();
        assertThat(CdcMessage.isOlder(2, 2)).isFalse();
        assertThat(CdcMessage.isOlder(3, 2)).isFalse();
        assertThat(CdcMessage.isOlder(0xFFFF, 0)).isTrue();
        assertThat(CdcMessage.isOlder(0, 0xFFFF)).isFalse();
        assertThat(CdcMessage.isOlder(0x7FFF, 0)).isFalse();
        assertThat(CdcMessage.isOlder(0x8000, 0)).isTrue();
    }

    private static byte[] encode(int sequence, int token, int producerWrap, int producerCount, int consumerWrap,
            int consumerCount, int producerFlags, int stateFlags) {
        byte[] bytes = new byte[CdcMessage.LENGTH];
        Arrays.fill(bytes, (byte) 0x5A);
        CdcMessage.encode(ByteBuffer.wrap(bytes), 0, sequence, token, producerWrap, producerCount, consumerWrap,
                consumerCount, producerFlags, stateFlags);
        return bytes;
    }
}
