package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SeriesTest {

    private static Series of(double... rates) {
        Series series = new Series(new Cell("", "http-client", "smc", 8, 128, 1, 0));
        for (double rate : rates) {
            series.add(new Sample((long) rate, rate, rate / 10, rate / 5, rate / 100, 0, 1));
        }
        return series;
    }

    @Test
    void tellsTheMedianOfAnOddNumber() {
        assertThat(of(900, 100, 300).median(Sample::rps)).isEqualTo(300);
    }

    @Test
    void tellsTheMiddleOfAnEvenNumber() {
        assertThat(of(900, 100, 300, 400).median(Sample::rps)).isEqualTo(350);
    }

    @Test
    void tellsLeastAndMostOfEachFigure() {
        Series series = of(900, 100, 300);

        assertThat(series.min(Sample::rps)).isEqualTo(100);
        assertThat(series.max(Sample::p50)).isEqualTo(90);
        assertThat(series.rounds()).isEqualTo(3);
        assertThat(series.errors()).isEqualTo(3);
    }

    @Test
    void hasNoFiguresWithoutSamples() {
        assertThat(of().median(Sample::rps)).isNaN();
        assertThat(of().min(Sample::rps)).isNaN();
        assertThat(of().trend()).isZero();
    }

    @Test
    void seesRoundsThatGetFaster() {
        Series series = of(6_900, 37_000, 81_000);

        assertThat(series.trend()).isCloseTo(81_000 / 6_900.0 - 1, within(1e-9));
        assertThat(series.isUnsteady()).isTrue();
    }

    @Test
    void seesRoundsThatGetSlower() {
        assertThat(of(1_000, 1_000, 500, 800, 800).trend()).isCloseTo(-0.2, within(1e-9));
        assertThat(of(1_000, 1_000, 500, 800, 800).isUnsteady()).isTrue();
    }

    @Test
    void isSteadyWithinATenth() {
        assertThat(of(1_000, 1_000, 1_000, 1_090, 1_090).isUnsteady()).isFalse();
        assertThat(of(1_000).isUnsteady()).isFalse();
    }

    @Test
    void takesOneOutlierForNoTrend() {
        assertThat(of(1_000, 1_010, 100, 1_000, 1_010, 1_000).isUnsteady()).isFalse();
    }
}
