package io.smc4j.engine.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is known of listeners that have told by HTTP, and for how long, by a clock of the test's. */
class LearnedListenersTest {

    private static final InetSocketAddress LISTENER = at(80);

    private long now = Long.MAX_VALUE - 1;
    private final LearnedListeners learned = new LearnedListeners(TimeUnit.SECONDS.toNanos(30), () -> now);

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private long distrustAfterFailure() {
        learned.failed(LISTENER);
        long waited = 0;
        while (!learned.mayLearn(LISTENER)) {
            assertThat(learned.add(LISTENER)).isFalse();
            assertThat(learned.contains(LISTENER)).isFalse();
            pass(30);
            waited += 30;
        }
        return waited;
    }

    @Test
    void knowsWhoHasSaidSo() {
        assertThat(learned.contains(LISTENER)).isFalse();
        assertThat(learned.add(LISTENER)).isTrue();
        assertThat(learned.add(LISTENER)).isFalse();
        assertThat(learned.contains(LISTENER)).isTrue();
        assertThat(learned.contains(at(81))).isFalse();
        assertThat(learned.known()).containsExactly(LISTENER);
    }

    @Test
    void forgetsWhatNobodyProves() {
        learned.add(LISTENER);
        pass(599);
        assertThat(learned.contains(LISTENER)).isTrue();
        pass(1);
        assertThat(learned.known()).isEmpty();
        assertThat(learned.contains(LISTENER)).isFalse();
        assertThat(learned.add(LISTENER)).isTrue();
    }

    @Test
    void knowsAsLongAsTheLinkGroupLives() {
        AtomicBoolean alive = new AtomicBoolean(true);
        learned.add(LISTENER);
        learned.confirm(LISTENER, alive::get);
        pass(100_000);
        assertThat(learned.contains(LISTENER)).isTrue();
        alive.set(false);
        assertThat(learned.known()).isEmpty();
        assertThat(learned.contains(LISTENER)).isFalse();
    }

    @Test
    void doesNotBelieveWhoFailed() {
        learned.add(LISTENER);
        assertThat(distrustAfterFailure()).isEqualTo(30);
        learned.add(LISTENER);
        assertThat(distrustAfterFailure()).isEqualTo(60);
        for (int i = 0; i < 20; i++) {
            learned.add(LISTENER);
            distrustAfterFailure();
        }
        learned.add(LISTENER);
        assertThat(distrustAfterFailure()).isEqualTo(3600);
    }

    @Test
    void aSuccessEndsTheSeries() {
        learned.add(LISTENER);
        distrustAfterFailure();
        learned.add(LISTENER);
        learned.confirm(LISTENER, () -> true);
        assertThat(distrustAfterFailure()).isEqualTo(30);
    }

    @Test
    void forgetsWhoIsGoneWithoutDistrust() {
        learned.add(LISTENER);
        learned.forget(LISTENER);
        assertThat(learned.contains(LISTENER)).isFalse();
        assertThat(learned.add(LISTENER)).isTrue();
        learned.failed(LISTENER);
        learned.forget(LISTENER);
        assertThat(learned.mayLearn(LISTENER)).isFalse();
    }

    @Test
    void whatHappensToOthersIsNothingToLearnFrom() {
        learned.failed(LISTENER);
        learned.confirm(LISTENER, () -> true);
        learned.forget(LISTENER);
        assertThat(learned.contains(LISTENER)).isFalse();
        assertThat(learned.mayLearn(LISTENER)).isTrue();
    }

    @Test
    void remembersSomeOnly() {
        for (int port = 1; port <= 5_000; port++) {
            learned.add(at(port));
        }
        assertThat(learned.known()).hasSizeBetween(1, 1024).contains(at(5_000));
    }
}
