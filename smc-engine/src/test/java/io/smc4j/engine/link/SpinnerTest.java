package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.os.Processors;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A condition that counts its looks tells whether there was a poll: looking happens nowhere else. */
class SpinnerTest {

    private static final long LIMIT = 50_000;
    private static final int ELSEWHERE = -1;

    private int looks;

    private boolean spin(Spinner spinner, int peerProcessor) {
        looks = 0;
        spinner.spin(() -> {
            looks++;
            return false;
        }, peerProcessor);
        return looks > 0;
    }

    private static Spinner spinner(SpinMode mode, double processors) {
        return new Spinner(new Spinner.Policy(mode, LIMIT, processors));
    }

    @Test
    void endsAsSoonAsTheConditionIsMet() {
        boolean met = spinner(SpinMode.ADAPTIVE, 4).spin(() -> ++looks == 5, ELSEWHERE);

        assertThat(met).isTrue();
        assertThat(looks).isEqualTo(5);
    }

    @Test
    void givesUpWhenTheConditionIsNotMet() {
        assertThat(spinner(SpinMode.ADAPTIVE, 4).spin(() -> false, ELSEWHERE)).isFalse();
    }

    @Test
    void looksOnceMoreAfterOthersHadTheProcessor() {
        // As long as it takes: the last look is one at which the time is over.
        Spinner spinner = spinner(SpinMode.ADAPTIVE, 4);
        spin(spinner, ELSEWHERE);

        assertThat(looks % 32).isEqualTo(1);
    }

    @Test
    void neverPollsIfSwitchedOff() {
        assertThat(spin(spinner(SpinMode.NEVER, 4), ELSEWHERE)).isFalse();
    }

    @Test
    void doesNotPollWithLessThanTwoProcessorsUnlessToldTo() {
        assertThat(spin(spinner(SpinMode.ADAPTIVE, 1), ELSEWHERE)).isFalse();
        assertThat(spin(spinner(SpinMode.ADAPTIVE, 1.9), ELSEWHERE)).isFalse();
        assertThat(spin(spinner(SpinMode.ALWAYS, 1), ELSEWHERE)).isTrue();
    }

    @Test
    void doesNotPollWhereThePeerHasToRunUnlessToldTo() {
        // The thread may move to another processor at any time: it is found on the named one sooner or later.
        Spinner adaptive = spinner(SpinMode.ADAPTIVE, 4);
        boolean refused = false;
        for (int i = 0; i < 1000 && !refused; i++) {
            refused = !spin(adaptive, Processors.current());
        }
        assertThat(refused).isTrue();
        assertThat(spin(spinner(SpinMode.ALWAYS, 4), Processors.current())).isTrue();
    }

    @Test
    void stopsPollingAfterLongSleepsAndResumesAfterAShortOne() {
        Spinner spinner = spinner(SpinMode.ADAPTIVE, 4);
        int longSleeps = 0;
        while (spin(spinner, ELSEWHERE)) {
            spinner.slept(100 * LIMIT);
            longSleeps++;
        }

        // 50 us halved: 25, 12.5, 6.25, 3.125, then less than is worth it.
        assertThat(longSleeps).isEqualTo(5);

        spinner.slept(100 * LIMIT);
        assertThat(spin(spinner, ELSEWHERE)).isFalse();
        spinner.slept(2 * LIMIT);
        assertThat(spin(spinner, ELSEWHERE)).isTrue();
    }

    @Test
    void keepsASmallBudgetWhileSleepsAreOfMiddleLength() {
        Spinner spinner = spinner(SpinMode.ADAPTIVE, 4);
        for (int i = 0; i < 20; i++) {
            spinner.slept(10 * LIMIT);
        }

        assertThat(spin(spinner, ELSEWHERE)).isTrue();
    }

    @Test
    void alwaysPollsIfToldToWhateverTheSleeps() {
        Spinner spinner = spinner(SpinMode.ALWAYS, 4);
        for (int i = 0; i < 20; i++) {
            spinner.slept(100 * LIMIT);
        }

        assertThat(spin(spinner, ELSEWHERE)).isTrue();
    }

    @Test
    void letsHalfOfTheProcessorsPollAtATime() throws InterruptedException {
        Spinner.Policy policy = new Spinner.Policy(SpinMode.ALWAYS, Long.MAX_VALUE, 2);
        CountDownLatch polling = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread first = new Thread(() -> new Spinner(policy).spin(() -> {
            polling.countDown();
            return release.getCount() == 0;
        }, ELSEWHERE));
        first.start();
        try {
            polling.await();
            assertThat(spin(new Spinner(policy), ELSEWHERE)).isFalse();
        } finally {
            release.countDown();
            first.join();
        }
        assertThat(new Spinner(policy).spin(() -> true, ELSEWHERE)).isTrue();
    }
}
