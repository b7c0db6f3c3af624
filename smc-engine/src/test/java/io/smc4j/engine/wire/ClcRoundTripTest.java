package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ClcRoundTripTest {

    @Provide
    Arbitrary<ClcMessage> messages() {
        return ClcArbitraries.messages();
    }

    @Property
    void decodingAnEncodedMessageGivesAnEqualOne(@ForAll("messages") ClcMessage message) throws ClcFormatException {
        byte[] bytes = ClcSamples.encode(message);
        ClcMessage decoded = ClcSamples.decode(bytes);

        assertThat(decoded).isEqualTo(message).hasSameHashCodeAs(message);
        assertThat(decoded.version()).isEqualTo(message.version());
        assertThat(ClcSamples.encode(decoded)).isEqualTo(bytes);
    }

    @Property
    void theFrameIsTheLength(@ForAll("messages") ClcMessage message) {
        byte[] bytes = ClcSamples.encode(message);

        assertThat(Clc.frame(ByteBuffer.wrap(bytes))).isEqualTo(message.length()).isLessThanOrEqualTo(Clc.MAX_LENGTH);
    }

    @Property(tries = 100)
    void surroundingsAndByteOrderOfTheBufferDoNotMatter(@ForAll("messages") ClcMessage message)
            throws ClcFormatException {
        int offset = 13;
        ByteBuffer target = ByteBuffer.allocateDirect(1000).order(ByteOrder.LITTLE_ENDIAN);
        while (target.hasRemaining()) {
            target.put((byte) 0x5A);
        }
        target.position(offset);

        message.encode(target);

        assertThat(target.position()).isEqualTo(offset + message.length());
        assertThat(target.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(target.get(offset - 1)).isEqualTo((byte) 0x5A);
        assertThat(target.get(target.position())).isEqualTo((byte) 0x5A);

        target.limit(target.position()).position(offset);
        ByteBuffer view = target.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(ClcMessage.decode(view)).isEqualTo(message);
        assertThat(view.position()).isEqualTo(offset);
    }

    @Property(tries = 100)
    void aTooSmallTargetStaysAsItIs(@ForAll("messages") ClcMessage message) {
        byte[] bytes = new byte[message.length() - 1];
        Arrays.fill(bytes, (byte) 0x5A);
        byte[] before = bytes.clone();
        ByteBuffer target = ByteBuffer.wrap(bytes);

        assertThatThrownBy(() -> message.encode(target)).isInstanceOf(BufferOverflowException.class);
        assertThat(target.position()).isZero();
        assertThat(bytes).isEqualTo(before);
    }
}
