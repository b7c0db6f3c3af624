package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void roundsToMinutes() {
        assertThat(Progress.left(280)).isEqualTo("about 5 min");
        assertThat(Progress.left(59)).isEqualTo("under a minute");
        assertThat(Progress.left(-5)).isEqualTo("under a minute");
    }

    @Test
    void keepsWhatWasLeftOut() {
        Progress progress = new Progress();

        progress.leftOut("io_uring: 100 % not permitted");

        assertThat(progress.leftOut()).containsExactly("io_uring: 100 % not permitted");
    }
}
