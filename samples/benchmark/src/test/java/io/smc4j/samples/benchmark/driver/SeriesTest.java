package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SeriesTest {

    private final Series series = new Series(new Cell("", "web-client", "smc", 8, 128, 1, 0));

    private void add(double... rates) {
        for (double rate : rates) {
            series.add(new Sample(rate, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        add(10, 40, 20, 30);
        assertThat(series.median(Sample::rps)).isEqualTo(25);
        add(1000);
        assertThat(series.median(Sample::rps)).isEqualTo(30);
        assertThat(series.min(Sample::rps)).isEqualTo(10);
        assertThat(series.max(Sample::rps)).isEqualTo(1000);
    }

    @Test
    void risingRoundsHaveATrend() {
        add(100, 100, 150, 200, 200);
        assertThat(series.trend()).isCloseTo(1.0, within(0.001));
    }

    @Test
    void scatterIsNoTrend() {
        add(100, 200, 150, 200, 100);
        assertThat(series.trend()).isCloseTo(0.0, within(0.001));
    }

    @Test
    void oneRoundHasNoTrend() {
        add(100);
        assertThat(series.trend()).isZero();
    }

    @Test
    void errorsAddUp() {
        series.add(new Sample(1, 0, 0, 0, 0, 2));
        series.add(new Sample(1, 0, 0, 0, 0, 3));
        assertThat(series.errors()).isEqualTo(5);
    }

    @Test
    void idleAndWaitingTimeIsNotBusy() {
        assertThat(ProcStat.busyNanos("cpu  1 2 3 1000 2000 4 5 6 0 0")).isEqualTo((1 + 2 + 3 + 4 + 5 + 6) * 10_000_000L);
    }
}
