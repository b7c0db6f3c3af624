package io.smc4j.samples.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What makes sure that each of some requests has a connection of its own. */
class GateTest {

    private final List<Integer> passed = new ArrayList<>();
    private final Gate gate = new Gate();

    @Test
    void holdsUntilAllAreThereAndBeginsAnew() {
        gate.pass(3, () -> passed.add(1));
        gate.pass(3, () -> passed.add(2));
        assertThat(passed).isEmpty();
        gate.pass(3, () -> passed.add(3));
        assertThat(passed).containsExactly(1, 2, 3);
        gate.pass(2, () -> passed.add(4));
        assertThat(passed).hasSize(3);
        gate.pass(2, () -> passed.add(5));
        assertThat(passed).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void readsFromAPathHowManyBelongTogether() {
        assertThat(Target.parse("/128")).isEqualTo(new Target(128, 1));
        assertThat(Target.parse("/" + new Target(10, 7).path())).isEqualTo(new Target(10, 7));
        assertThat(new Target(10, 1).path()).isEqualTo("10");
    }
}
