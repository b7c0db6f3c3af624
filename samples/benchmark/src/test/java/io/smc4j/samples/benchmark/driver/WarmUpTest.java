package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static int turns(boolean quick, double... rates) {
        WarmUp warmUp = new WarmUp(quick);
        int turns = 0;
        while (!warmUp.isDone()) {
            warmUp.turn(rates[turns++]);
        }
        return turns;
    }

    @Test
    void takesFifteenSecondsAtLeast() {
        assertThat(turns(false, 100, 100, 100)).isEqualTo(3);
        assertThat(turns(true, 100, 50, 25)).isEqualTo(3);
    }

    @Test
    void goesOnWhileTurnsGetFaster() {
        assertThat(turns(false, 100, 200, 300, 400, 419)).isEqualTo(5);
    }

    @Test
    void takesAMinuteAtMost() {
        assertThat(turns(false, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048))
                .isEqualTo(60_000 / WarmUp.TURN_MILLIS);
        assertThat(turns(true, 1, 2, 4, 8, 16)).isEqualTo(5);
    }

    @Test
    void isDoneWhenNothingIsAnswered() {
        assertThat(turns(false, 0, 0, 0)).isEqualTo(3);
    }
}
