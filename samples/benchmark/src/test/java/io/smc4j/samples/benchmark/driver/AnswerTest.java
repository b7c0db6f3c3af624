package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

    @Test
    void hasTheFigures() {
        Answer answer = Answer.parse("client", "run", "ok requests=12  errors=0 p50_ns=9000000000");

        assertThat(answer.get("requests")).isEqualTo(12);
        assertThat(answer.get("errors")).isZero();
        assertThat(answer.get("p50_ns")).isEqualTo(9_000_000_000L);
    }

    @Test
    void canBeWithoutFigures() {
        assertThat(Answer.parse("client", "quit", "ok").figures()).isEmpty();
    }

    @Test
    void namesTheFigureThatIsMissing() {
        Answer answer = Answer.parse("a client", "cpu", "ok requests=12");

        assertThatExceptionOfType(MeasurementException.class).isThrownBy(() -> answer.get("cpu_ns"))
                .withMessage("a client does not tell cpu_ns");
    }

    @Test
    void saysWhyItFailed() {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> Answer.parse("a client", "run", "failed 3 connections are on TCP: denied"))
                .withMessage("a client: run: 3 connections are on TCP: denied");
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"ok requests", "ok requests=", "ok requests=many", "ok =", "okay requests=1", "Exception in thread"})
    void isNothingElse(String line) {
        assertThatExceptionOfType(MeasurementException.class).isThrownBy(() -> Answer.parse("client", "run", line));
    }
}
