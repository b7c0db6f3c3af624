package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LlcRoundTripTest {

    @Provide
    Arbitrary<LlcMessage> messages() {
        return LlcArbitraries.messages();
    }

    @Property
    void decodingAnEncodedMessageGivesAnEqualOne(@ForAll("messages") LlcMessage message) throws LlcFormatException {
        byte[] bytes = LlcSamples.encode(message);
        LlcMessage decoded = LlcSamples.decode(bytes);

        assertThat(decoded).isEqualTo(message).hasSameHashCodeAs(message);
        assertThat(decoded.version()).isEqualTo(message.version());
        assertThat(decoded.isResponse()).isEqualTo(message.isResponse());
        assertThat(bytes).hasSizeBetween(Llc.LENGTH, Llc.MAX_LENGTH);
    }

    @Property
    void theLengthIsAByteInVersion1AndLittleEndianInVersion2(@ForAll("messages") LlcMessage message) {
        byte[] bytes = LlcSamples.encode(message);
        int low = Byte.toUnsignedInt(bytes[1]);
        int high = Byte.toUnsignedInt(bytes[2]);

        assertThat(message.version() == Clc.V1 ? low : high << 8 | low).isEqualTo(message.length());
    }

    @Property(tries = 100)
    void surroundingsAndByteOrderOfTheBufferDoNotMatter(@ForAll("messages") LlcMessage message)
            throws LlcFormatException {
        int offset = 13;
        ByteBuffer target = ByteBuffer.allocateDirect(Llc.MAX_LENGTH + 100).order(ByteOrder.LITTLE_ENDIAN);
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
        assertThat(LlcMessage.decode(view)).isEqualTo(message);
        assertThat(view.position()).isEqualTo(offset);
    }

    @Property(tries = 100)
    void aTooSmallTargetStaysAsItIs(@ForAll("messages") LlcMessage message) {
        byte[] bytes = new byte[message.length() - 1];
        Arrays.fill(bytes, (byte) 0x5A);
        byte[] before = bytes.clone();
        ByteBuffer target = ByteBuffer.wrap(bytes);

        assertThatThrownBy(() -> message.encode(target)).isInstanceOf(BufferOverflowException.class);
        assertThat(target.position()).isZero();
        assertThat(bytes).isEqualTo(before);
    }

    @Test
    void theLongestMessageIsAnAddLinkOfAllRkeys() throws LlcFormatException {
        LlcAddLinkExtension extension = new LlcAddLinkExtension(
                false, RoceGid.ZERO, Collections.nCopies(Llc.MAX_RKEYS, new LlcRkeyPair(1, 2, 3)));
        LlcAddLink message =
                LlcAddLink.request(MacAddress.ZERO, RoceGid.ZERO, 1, 1, 1, 1, Optional.of(extension));

        assertThat(message.length()).isEqualTo(Llc.MAX_LENGTH).isEqualTo(4152);
        assertThat(LlcSamples.decode(LlcSamples.encode(message))).isEqualTo(message);
    }

    @Test
    void whatTheWireCannotCarryIsNoValue() {
        assertIllegal(() -> LlcTestLink.request(0, 0, 0));
        assertIllegal(() -> LlcTestLink.request(3, 0, 0));
        assertIllegal(() -> LlcConfirmLink.request(2, MacAddress.ZERO, RoceGid.ZERO, 0x100_0000, 1, 1, 1, 1));
        assertIllegal(() -> LlcConfirmLink.request(2, MacAddress.ZERO, RoceGid.ZERO, 1, 256, 1, 1, 1));
        assertIllegal(() -> new LlcAddLink(1, false, true, 0, MacAddress.ZERO, RoceGid.ZERO, 1, 1, 1, 1,
                Optional.empty()));
        assertIllegal(() -> new LlcAddLink(2, true, true, 1, MacAddress.ZERO, RoceGid.ZERO, 1, 1, 1, 1,
                Optional.empty()));
        assertIllegal(() -> new LlcAddLink(2, true, false, 0, MacAddress.ZERO, RoceGid.ZERO, 1, 1, 1, 1,
                Optional.empty()));
        assertIllegal(() -> new LlcAddLinkExtension(
                true, RoceGid.ZERO, Collections.nCopies(Llc.MAX_RKEYS + 1, new LlcRkeyPair(1, 2, 3))));
        assertIllegal(() -> new LlcAddLinkContinuation(false, 1, 2, List.of(new LlcRkeyPair(1, 2, 3))));
        assertIllegal(() -> new LlcDeleteLink(2, false, true, true, 1, 0));
        assertIllegal(() -> new LlcRequestAddLink(true, List.of(RoceGid.ZERO)));
        assertIllegal(() -> new LlcConfirmRkey(2, false, true, false, 1, 1, List.of()));
        assertIllegal(() -> LlcConfirmRkey.request(2, 1, 1, Collections.nCopies(3, new LlcRtoken(1, 1, 1))));
        assertIllegal(() -> LlcDeleteRkey.request(1, Collections.nCopies(9, 1)));
        assertIllegal(() -> LlcDeleteRkey.request(2, Collections.nCopies(256, 1)));
        assertIllegal(() -> new LlcDeleteRkey(2, true, false, 1, 0, List.of(1)));
        assertIllegal(() -> new LlcDeleteRkey(2, false, false, 1, 1, List.of(1)));
    }

    private static void assertIllegal(Runnable construction) {
        assertThatIllegalArgumentException().isThrownBy(construction::run);
    }
}
