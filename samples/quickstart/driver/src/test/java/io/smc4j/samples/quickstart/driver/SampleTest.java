package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.samples.quickstart.load.LoadResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {

    @Test
    void dividesByTimeAndByRequests() {
        LoadResult load = new LoadResult(10_000, 0, null, 2.5, 130, 900);

        assertThat(Sample.of(load, Duration.ofMillis(1_200))).isEqualTo(new Sample(4_000, 130, 900, 120));
    }

    @Test
    void takesTheMedianOfEachFigureByItself() {
        Sample a = new Sample(100, 9, 30, 5);
        Sample b = new Sample(300, 7, 10, 6);
        Sample c = new Sample(200, 8, 99, 4);

        assertThat(Sample.median(List.of(a, b, c))).isEqualTo(new Sample(200, 8, 30, 5));
        assertThat(Sample.median(List.of(a, b))).isEqualTo(new Sample(200, 8, 20, 5.5));
    }
}
