package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class YieldingTest {

    private long now;
    private long absence;
    private int yields;

    private final Yielding yielding = new Yielding(() -> now, () -> {
        yields++;
        now += absence;
    });

    private void giveWay(long absence, int times) {
        this.absence = absence;
        for (int i = 0; i < times; i++) {
            assertThat(yielding.giveWay(now)).isEqualTo(now);
        }
    }

    @Test
    void givesWayEachTimeWhileOthersAreBrief() {
        giveWay(Yielding.LONG - 1, 100);

        assertThat(yields).isEqualTo(100);
    }

    @Test
    void givesNoMoreWayToANeighbourThatKeepsTheProcessor() {
        giveWay(Yielding.LONG, 100);

        assertThat(yields).isEqualTo(Yielding.TOLERATED);
    }

    @Test
    void triesAgainAfterAPause() {
        giveWay(Yielding.LONG, Yielding.TOLERATED);
        now += Yielding.PAUSE - 1;
        giveWay(0, 1);
        assertThat(yields).isEqualTo(Yielding.TOLERATED);

        now++;
        giveWay(0, 10);
        assertThat(yields).isEqualTo(Yielding.TOLERATED + 10);
    }

    @Test
    void asksANeighbourThatIsStillBusyOnlyOncePerPause() {
        giveWay(Yielding.LONG, Yielding.TOLERATED);
        for (int pause = 1; pause <= 5; pause++) {
            now += Yielding.PAUSE;
            giveWay(Yielding.LONG, 10);
            assertThat(yields).isEqualTo(Yielding.TOLERATED + pause);
        }
    }

    @Test
    void toleratesSingleLongAbsences() {
        for (int i = 0; i < 50; i++) {
            giveWay(Yielding.LONG, 1);
            giveWay(0, Yielding.BRIEF);
        }

        assertThat(yields).isEqualTo(50 * (1 + Yielding.BRIEF));
    }

    @Test
    void seesANeighbourAlsoBetweenBriefAbsences() {
        for (int i = 0; i < 50; i++) {
            giveWay(Yielding.LONG, 1);
            giveWay(0, Yielding.BRIEF / 2);
        }

        assertThat(yields).isEqualTo(Yielding.TOLERATED + (Yielding.TOLERATED - 1) * Yielding.BRIEF / 2);
    }

    @Test
    void forgetsANeighbourThatHasGone() {
        giveWay(Yielding.LONG, Yielding.TOLERATED);
        now += Yielding.PAUSE;
        giveWay(0, Yielding.TOLERATED * Yielding.BRIEF);
        yields = 0;

        giveWay(Yielding.LONG, 100);

        assertThat(yields).isEqualTo(Yielding.TOLERATED);
    }

    @Test
    void worksForANegativeClock() {
        now = Long.MIN_VALUE;
        giveWay(0, 3);
        giveWay(Yielding.LONG, 10);

        assertThat(yields).isEqualTo(3 + Yielding.TOLERATED);
    }
}
