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

    /** Whether there is a poll; it finds something. */
    private boolean spin(Spinner spinner, int peerProcessor) {
        return spin(spinner, peerProcessor, true);
    }

    private boolean spinInVain(Spinner spinner) {
        return spin(spinner, ELSEWHERE, false);
    }

    private boolean spin(Spinner spinner, int peerProcessor, boolean met) {
        looks = 0;
        spinner.spin(() -> {
            looks++;
            return met;
        }, peerProcessor, false);
        return looks > 0;
    }

    private static Spinner spinner(SpinMode mode, double processors) {
        return new Spinner(new Spinner.Policy(mode, LIMIT, processors));
    }

    @Test
    void endsAsSoonAsTheConditionIsMet() {
        boolean met = spinner(SpinMode.ADAPTIVE, 4).spin(() -> ++looks == 5, ELSEWHERE, false);

        assertThat(met).isTrue();
        assertThat(looks).isEqualTo(5);
    }

    @Test
    void givesUpWhenTheConditionIsNotMet() {
        assertThat(spinner(SpinMode.ADAPTIVE, 4).spin(() -> false, ELSEWHERE, false)).isFalse();
    }

    @Test
    void neverPollsIfSwitchedOff() {
        assertThat(spin(spinner(SpinMode.NEVER, 4), ELSEWHERE)).isFalse();
    }

    @Test
    void neverPollsForNoTime() {
        assertThat(spin(new Spinner(new Spinner.Policy(SpinMode.ALWAYS, 0, 4)), ELSEWHERE)).isFalse();
        assertThat(spin(new Spinner(new Spinner.Policy(SpinMode.ADAPTIVE, 0, 4)), ELSEWHERE)).isFalse();
    }

    @Test
    void doesNotPollWithLessThanTwoProcessorsUnlessToldTo() {
        assertThat(spin(spinner(SpinMode.ADAPTIVE, 1), ELSEWHERE)).isFalse();
        assertThat(spin(spinner(SpinMode.ADAPTIVE, 1.9), ELSEWHERE)).isFalse();
        assertThat(spin(spinner(SpinMode.ALWAYS, 1), ELSEWHERE)).isTrue();
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
    void doesNotPollWhereThePeerHasToRunUnlessToldTo() {
        assertThat(refusesWhereThePeerHasToRun(spinner(SpinMode.ADAPTIVE, 4))).isTrue();
        assertThat(refusesWhereThePeerHasToRun(spinner(SpinMode.ALWAYS, 4))).isFalse();
    }

    private int naps;

    private Spinner eventLoop(Spinner.Policy policy) {
        naps = 0;
        Spinner spinner = new Spinner(policy, () -> naps++);
        spinner.awake();
        return spinner;
    }

    /** One with much to do, beside another one, which is more than half of the processors. */
    private Spinner busyEventLoop(SpinMode mode) {
        Spinner spinner = eventLoopBesideAnother(mode);
        spinner.found(Spinner.MUCH);
        return spinner;
    }

    private Spinner eventLoopBesideAnother(SpinMode mode) {
        Spinner.Policy policy = new Spinner.Policy(mode, LIMIT, 2);
        new Spinner(policy).awake();
        return eventLoop(policy);
    }

    /** How often an event loop naps that finds so much in every turn, over some milliseconds. */
    private int napsWhenFinding(int count, Spinner.Policy policy) {
        Spinner spinner = eventLoop(policy);
        long start = System.nanoTime();
        while (System.nanoTime() - start < 5 * Spinner.SHARE) {
            spinner.found(count);
        }
        // The machine may have done something else in all that time.
        spinner.found(count);
        spinner.asleep();
        // One per share at the most, whatever the machine did meanwhile.
        assertThat(naps).isLessThanOrEqualTo((int) ((System.nanoTime() - start) / Spinner.SHARE));
        return naps;
    }

    @Test
    void napsNowAndThenWithMuchToDoIfMoreThanHalfOfTheProcessorsMayBeWanted() {
        Spinner.Policy policy = new Spinner.Policy(SpinMode.ADAPTIVE, LIMIT, 4);
        Spinner second = new Spinner(policy);
        second.awake();
        assertThat(napsWhenFinding(Spinner.MUCH, policy)).isZero();

        Spinner third = new Spinner(policy);
        third.awake();
        assertThat(napsWhenFinding(Spinner.MUCH, policy)).isPositive();
        assertThat(napsWhenFinding(Spinner.MUCH - 1, policy)).isZero();

        third.asleep();
        assertThat(napsWhenFinding(Spinner.MUCH, policy)).isZero();
    }

    @Test
    void leavesItToTheKernelWhoRunsIfSwitchedOff() {
        Spinner.Policy policy = new Spinner.Policy(SpinMode.NEVER, LIMIT, 2);
        new Spinner(policy).awake();

        assertThat(napsWhenFinding(Spinner.MUCH, policy)).isZero();
    }

    @Test
    void takesASleepForANap() {
        Spinner spinner = eventLoopBesideAnother(SpinMode.ADAPTIVE);
        pass(2 * Spinner.SHARE);
        spinner.slept(1);
        long slept = System.nanoTime();
        spinner.found(Spinner.MUCH);
        boolean soon = System.nanoTime() - slept < Spinner.SHARE;

        assertThat(naps == 0 || !soon).isTrue();
    }

    /** Whether it naps instead of polling for what the nap brings. */
    private boolean napsInsteadOfPolling(Spinner spinner) {
        naps = 0;
        looks = 0;
        assertThat(spinner.spin(() -> ++looks > 0, ELSEWHERE, false)).isTrue();
        return naps > 0;
    }

    @Test
    void napsInsteadOfPollingForSomeTimeAfterItHasFoundMuch() {
        Spinner.Policy policy = new Spinner.Policy(SpinMode.ADAPTIVE, LIMIT, 2);
        Spinner spinner = eventLoop(policy);
        spinner.found(Spinner.MUCH);
        assertThat(napsInsteadOfPolling(spinner)).as("alone").isFalse();

        new Spinner(policy).awake();
        boolean napped;
        long found;
        do {
            found = System.nanoTime();
            spinner.found(Spinner.MUCH);
            napped = napsInsteadOfPolling(spinner);
        } while (System.nanoTime() - found >= Spinner.MEMORY);
        assertThat(napped).isTrue();

        pass(Spinner.MEMORY);
        assertThat(napsInsteadOfPolling(spinner)).as("when it has found little since").isFalse();
    }

    @Test
    void sleepsAfterANapInVain() {
        assertThat(busyEventLoop(SpinMode.ADAPTIVE).spin(() -> false, ELSEWHERE, false)).isFalse();
    }

    @Test
    void pollsWithMuchToDoIfToldToAlways() {
        assertThat(napsInsteadOfPolling(busyEventLoop(SpinMode.ALWAYS))).isFalse();
    }

    private static void pass(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
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
    void seldomPollsWhileMostPollsAreInVain() {
        Spinner spinner = spinner(SpinMode.ADAPTIVE, 4);
        int inARow = 0;
        while (spinInVain(spinner)) {
            inARow++;
        }
        assertThat(inARow).isEqualTo(4);

        int polls = 0;
        for (int i = 1; i < 4 * Spinner.RETRY_AFTER; i++) {
            polls += spinInVain(spinner) ? 1 : 0;
        }
        assertThat(polls).isEqualTo(4);
    }

    @Test
    void pollsAgainOnceAPollHasFoundSomething() {
        Spinner spinner = spinner(SpinMode.ADAPTIVE, 4);
        while (spinInVain(spinner)) {
            continue;
        }
        int waits = 1;
        while (!spinner.spin(() -> true, ELSEWHERE, false)) {
            waits++;
        }

        assertThat(waits).isEqualTo(Spinner.RETRY_AFTER - 1);
        assertThat(spinner.spin(() -> true, ELSEWHERE, false)).isTrue();
    }

    @Test
    void tellsWhetherThreadsTakeTurnsToWait() throws InterruptedException {
        Spinner.Policy policy = new Spinner.Policy(SpinMode.ADAPTIVE, LIMIT, 2);
        Spinner spinner = new Spinner(policy);
        assertThat(spinner.isCrowded()).isTrue();
        assertThat(spinner.isCrowded()).isFalse();
        assertThat(new Spinner(policy).isCrowded()).as("another connection, the same thread").isFalse();

        Thread other = new Thread(() -> new Spinner(policy).isCrowded());
        other.start();
        other.join();
        assertThat(spinner.isCrowded()).isTrue();
        assertThat(spinner.isCrowded()).isFalse();
    }

    @Test
    void doesNotPollWhileOthersWorkUnlessToldTo() {
        assertThat(spinner(SpinMode.ADAPTIVE, 4).spin(() -> true, ELSEWHERE, true)).isFalse();
        assertThat(spinner(SpinMode.ALWAYS, 4).spin(() -> true, ELSEWHERE, true)).isTrue();
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
        }, ELSEWHERE, false));
        first.start();
        try {
            polling.await();
            assertThat(spin(new Spinner(policy), ELSEWHERE)).isFalse();
        } finally {
            release.countDown();
            first.join();
        }
        assertThat(new Spinner(policy).spin(() -> true, ELSEWHERE, false)).isTrue();
    }
}
