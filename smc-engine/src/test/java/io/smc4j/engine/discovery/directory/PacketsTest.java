package io.smc4j.engine.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketsTest {

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.96.0.1", "fd00::1, fd00::2", "10.0.0.1, fd00::2"})
    void aQuestionArrivesAsItWasAsked(String client, String called) {
        Question question = new Question(Question.VERSION, 7, 3, new InetSocketAddress(client, 65535),
                new InetSocketAddress(called, 80));

        assertThat(Question.decode(question.encode())).isEqualTo(question);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1", "fd00::1"})
    void anAnswerArrivesAsItWasGiven(String server) {
        for (Answer.Verdict verdict : Answer.Verdict.values()) {
            Answer answer = new Answer(7, verdict, new InetSocketAddress(server, 65535));

            assertThat(Answer.decode(answer.encode())).isEqualTo(answer);
        }
    }

    @Test
    void takesNothingElseForAPacket() {
        Random random = new Random(42);
        for (int length = 0; length < 100; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(Question.decode(ByteBuffer.wrap(bytes))).isNull();
            assertThat(Answer.decode(ByteBuffer.wrap(bytes))).isNull();
        }
        ByteBuffer answer = new Answer(7, Answer.Verdict.MINE, new InetSocketAddress("10.0.0.1", 1)).encode();
        assertThat(Answer.decode(answer.duplicate().putInt(8, 4))).as("no such verdict").isNull();
        assertThat(Answer.decode(answer.duplicate().putInt(8, -1))).as("no such verdict").isNull();
        assertThat(Answer.decode(answer.duplicate().putInt(8, 0).putInt(12, 65536))).as("no such port").isNull();
    }
}
