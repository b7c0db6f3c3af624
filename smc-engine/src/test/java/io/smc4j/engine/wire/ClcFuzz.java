package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a CLC message that means the same when it is written again, or a reason why it is none. */
class ClcFuzz {

    static Stream<byte[]> corpus() {
        return Stream.concat(ClcSamples.all().stream(), Corpus.of(ClcFuzz.class));
    }

    @MethodSource("corpus")
    @FuzzTest
    void decode(byte[] bytes) throws ClcFormatException {
        int framed = Clc.frame(ByteBuffer.wrap(bytes));
        ClcMessage message;
        try {
            message = ClcSamples.decode(bytes);
        } catch (ClcFormatException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(framed).as("length of a valid message").isEqualTo(bytes.length);
        assertThat(message.length()).isLessThanOrEqualTo(Clc.MAX_LENGTH);
        assertThat(ClcSamples.decode(ClcSamples.encode(message))).isEqualTo(message);
    }
}
