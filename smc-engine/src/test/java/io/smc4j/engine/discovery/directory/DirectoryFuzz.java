package io.smc4j.engine.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the packet: one of the directory's that means the same when it is written again, or none. */
class DirectoryFuzz {

    static Stream<byte[]> corpus() {
        InetSocketAddress end = new InetSocketAddress("10.0.0.1", 40000);
        return Stream.concat(Corpus.of(DirectoryFuzz.class), Stream.of(
                new Question(Question.VERSION, 7, 3, end, new InetSocketAddress("fd00::2", 80)).encode(),
                new Answer(7, Answer.Verdict.MINE, end).encode()).map(packet -> {
                    byte[] bytes = new byte[packet.remaining()];
                    packet.get(bytes);
                    return bytes;
                }));
    }

    @MethodSource("corpus")
    @FuzzTest
    void decode(byte[] bytes) {
        Question question = Question.decode(ByteBuffer.wrap(bytes));
        if (question != null) {
            assertThat(Question.decode(question.encode())).isEqualTo(question);
        }
        Answer answer = Answer.decode(ByteBuffer.wrap(bytes));
        if (answer != null) {
            assertThat(Answer.decode(answer.encode())).isEqualTo(answer);
        }
    }
}
