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

    private static Spinner spinner(SpinMode mode, Runnable yield) {
        return new Spinner(new Spinner.Policy(mode, LIMIT, 4), new Yielding(System::nanoTime, yield));
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
        int[] yields = {0};
        int[] yieldsBeforeLook = {0};
        Spinner spinner = spinner(SpinMode.ADAPTIVE, () -> yields[0]++);
        spinner.spin(() -> {
            yieldsBeforeLook[0] = yields[0];
            return false;
        }, ELSEWHERE);

        assertThat(yieldsBeforeLook[0]).isPositive().isEqualTo(yields[0]);
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

    /** A yielding that a neighbour has made give up. */
    private static Yielding paused() {
        long[] clock = {System.nanoTime()};
        Yielding yielding = new Yielding(() -> clock[0], () -> clock[0] += Yielding.LONG);
        for (int i = 0; i < Yielding.TOLERATED; i++) {
            yielding.giveWay(clock[0]);
        }
        // Paused from now on, by the real clock.
        return yielding;
    }

    /** The thread may move to another processor at any time: it is found on the named one sooner or later. */
    private boolean refusesWhereThePeerHasToRun(Spinner spinner) {
        boolean refused = false;
        for (int i = 0; i < 1000 && !refused; i++) {
            refused = !spin(spinner, Processors.current());
        }
        return refused;
    }

    @Test
    void doesNotPollWhereThePeerHasToRunIfItWouldNotLetItRun() {
        Spinner.Policy adaptive = new Spinner.Policy(SpinMode.ADAPTIVE, LIMIT, 4);

        assertThat(refusesWhereThePeerHasToRun(new Spinner(adaptive, paused()))).isTrue();
        assertThat(spin(spinner(SpinMode.ADAPTIVE, 4), Processors.current())).isTrue();
        assertThat(spin(new Spinner(new Spinner.Policy(SpinMode.ALWAYS, LIMIT, 4), paused()), Processors.current())).isTrue();
    }

    @Test
    void looksOnlyOnceBetweenTwoTurnsOfOthers() {
        // Others take the processor for a while each time.
        int[] yields = {0};
        Spinner spinner = spinner(SpinMode.ADAPTIVE, () -> {
            yields[0]++;
            long until = System.nanoTime() + 10_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        });
        spin(spinner, ELSEWHERE);

        assertThat(yields[0]).isGreaterThan(1);
        assertThat(looks).as("looks, the last one included").isEqualTo(32 + yields[0] - 1 + 1);
    }

    @Test
    void letsOthersRunNowAndThenWhileThereIsWork() {
        int[] yields = {0};
        Spinner spinner = spinner(SpinMode.ADAPTIVE, () -> yields[0]++);
        long start = System.nanoTime();
        long calls = 0;
        while (yields[0] < 10) {
            spinner.worked();
            calls++;
        }

        assertThat((System.nanoTime() - start) / yields[0]).isGreaterThan(50_000);
        assertThat(calls).isGreaterThanOrEqualTo(10);
    }

    @Test
    void leavesItToTheKernelWhoRunsIfSwitchedOff() {
        int[] yields = {0};
        Spinner spinner = spinner(SpinMode.NEVER, () -> yields[0]++);
        long start = System.nanoTime();
        while (System.nanoTime() - start < 1_000_000) {
            spinner.worked();
        }

        assertThat(yields[0]).isZero();
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
    void letsNoMoreThreadsPollThanThereAreProcessors() throws InterruptedException {
        Spinner.Policy policy = new Spinner.Policy(SpinMode.ALWAYS, Long.MAX_VALUE, 1);
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
