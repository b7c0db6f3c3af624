package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: an LLC message that means the same when it is written again, or a reason why it is none. */
class LlcFuzz {

    static Stream<byte[]> corpus() {
        return Stream.concat(LlcSamples.allWithNames().map(sample -> (byte[]) sample.get()[0]),
                Corpus.of(LlcFuzz.class));
    }

    @MethodSource("corpus")
    @FuzzTest
    void decode(byte[] bytes) throws LlcFormatException {
        LlcMessage message;
        try {
            message = LlcSamples.decode(bytes);
        } catch (LlcFormatException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(message.length()).isBetween(Llc.LENGTH, Llc.MAX_LENGTH);
        assertThat(LlcSamples.decode(LlcSamples.encode(message))).isEqualTo(message);
    }
}
