package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static Options parse(String... arguments) {
        return Options.parse(arguments, Path.of("module"));
    }

    @Test
    void whatIsChosenIsMeasuredAndNoMore() {
        Plan plan = new Plan(parse("--pairs", "http-client", "--transports", "smc,epoll", "--connections", "8", "--bodies", "128,1024",
                "--loops", "1", "--smc", "spin-mode=never"));
        assertThat(plan.pairs()).containsExactly("http-client");
        assertThat(plan.loops("http-client")).containsExactly(1);
        assertThat(plan.loads("http-client")).containsExactly(new Load(8, 128, 0), new Load(8, 1024, 0));
        assertThat(plan.variants("http-client", 1)).containsExactly(
                new Variant("http-client", "smc", 1, List.of("spin-mode=never")), new Variant("http-client", "epoll", 1, List.of()));
    }

    @Test
    void withoutAChoiceAllPairsAreMeasured() {
        Plan plan = new Plan(parse());
        assertThat(plan.pairs()).contains("web-client", "rest-client", "ping-pong", "stream");
        assertThat(plan.loads("web-client")).contains(new Load(1000, 128, 0), new Load(64, 1 << 20, 0), new Load(1, 128, 800),
                new Load(16, 128, 10_000));
    }

    @Test
    void aScenarioAloneIsNoReasonToMeasureAllPairs() {
        assertThat(new Plan(parse("--scenario", "churn")).pairs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--pairs", "--rounds 0", "--rounds many", "--connections 1,x", "--nothing 1", "quick"})
    void whatCannotBeUnderstoodIsSaid(String line) {
        assertThatThrownBy(() -> parse(line.split(" "))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(line.split(" ")[0]);
    }
}
