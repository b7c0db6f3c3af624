package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcFlow.Rate;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateWindowTest {

    private static final Rate NONE = new Rate(0, 0);

    private final RateWindow.Clock clock = new RateWindow.Clock();
    private long now = 4711;
    private long sent;

    private void look(RateWindow window, long bytes) {
        now += TimeUnit.SECONDS.toNanos(1);
        sent += bytes;
        assertThat(clock.advance(now)).isTrue();
        window.add(sent, 2 * sent);
    }

    @Test
    void slidesOverThreeSpans() {
        RateWindow window = new RateWindow(clock);
        look(window, 0);
        look(window, 600);
        assertThat(window.last1s()).isEqualTo(new Rate(600, 1200));
        assertThat(window.last10s()).isEqualTo(new Rate(60, 120));
        assertThat(window.last60s()).isEqualTo(new Rate(10, 20));
        look(window, 0);
        assertThat(window.last1s()).isEqualTo(NONE);
        assertThat(window.last10s()).isEqualTo(new Rate(60, 120));
        for (int i = 0; i < 8; i++) {
            look(window, 0);
        }
        assertThat(window.last10s()).isEqualTo(new Rate(60, 120));
        look(window, 0);
        assertThat(window.last10s()).isEqualTo(NONE);
        assertThat(window.last60s()).isEqualTo(new Rate(10, 20));
        for (int i = 0; i < 60; i++) {
            look(window, 0);
        }
        assertThat(window.last60s()).isEqualTo(NONE);
        assertThat(window.isQuiet()).isTrue();
    }

    @Test
    void aSteadyFlowHasOneRate() {
        RateWindow window = new RateWindow(clock);
        for (int i = 0; i < 200; i++) {
            look(window, 1000);
        }
        Rate steady = new Rate(1000, 2000);
        assertThat(window.last1s()).isEqualTo(steady);
        assertThat(window.last10s()).isEqualTo(steady);
        assertThat(window.last60s()).isEqualTo(steady);
    }

    @Test
    void whatBeginsAnewAfterALongRestIsNotSpreadOverIt() {
        RateWindow window = new RateWindow(clock);
        look(window, 0);
        look(window, 5_000_000);
        for (int i = 0; i < 100; i++) {
            look(window, 0);
        }
        look(window, 600);
        assertThat(window.last1s()).isEqualTo(new Rate(600, 1200));
        assertThat(window.last10s()).isEqualTo(new Rate(60, 120));
        assertThat(window.last60s().sent()).isBetween(9L, 10L);
    }

    @Test
    void aTimeWithoutLooksIsNoPartOfASpan() {
        RateWindow window = new RateWindow(clock);
        look(window, 0);
        now += TimeUnit.HOURS.toNanos(1);
        look(window, 0);
        look(window, 600);
        assertThat(window.last10s()).isEqualTo(new Rate(60, 120));
        assertThat(window.last60s()).isEqualTo(new Rate(10, 20));
    }

    @Test
    void aConnectionThatComesLaterHasItsOwnBytesOnly() {
        RateWindow first = new RateWindow(clock);
        for (int i = 0; i < 37; i++) {
            look(first, 10);
        }
        RateWindow second = new RateWindow(clock);
        now += TimeUnit.SECONDS.toNanos(1);
        clock.advance(now);
        second.add(600, 0);
        assertThat(second.last1s()).isEqualTo(new Rate(600, 0));
        assertThat(second.last60s()).isEqualTo(new Rate(10, 0));
    }

    @Test
    void aClockThatStandsOrGoesBackwardsIsNoLook() {
        RateWindow window = new RateWindow(clock);
        look(window, 0);
        look(window, 600);
        assertThat(clock.advance(now)).isFalse();
        assertThat(clock.advance(now - TimeUnit.DAYS.toNanos(1))).isFalse();
        assertThat(window.last1s()).isEqualTo(new Rate(600, 1200));
        look(window, 100);
        assertThat(window.last1s()).isEqualTo(new Rate(100, 200));
    }

    @Test
    void timeMayOverflow() {
        now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);
        RateWindow window = new RateWindow(clock);
        for (int i = 0; i < 5; i++) {
            look(window, 70);
        }
        assertThat(window.last1s()).isEqualTo(new Rate(70, 140));
    }
}
