package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcStatTest {

    @Test
    void countsWhatIsBusy() {
        // user nice system idle iowait irq softirq steal guest guest_nice
        assertThat(ProcStat.busyNanos("cpu  100 20 30 9000 800 4 5 6 70 8")).isEqualTo(165 * 10_000_000L);
    }

    @Test
    void doesNotMindAProcessWithAStrangeName() {
        assertThat(ProcStat.processNanos(
                "4711 (a) (b c) S 1 4711 4711 0 -1 4194560 1 2 3 4 250 50 7 8 20 0 1 0 99 0 0"))
                .isEqualTo(300 * 10_000_000L);
    }

    @Test
    void grows() {
        long before = ProcStat.busyNanos();

        assertThat(before).isPositive();
        assertThat(ProcStat.busyNanos()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void hasNothingForAProcessThatIsNone() {
        assertThat(ProcStat.processNanos(Long.MAX_VALUE)).isZero();
    }
}
