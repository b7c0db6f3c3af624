package io.smc4j.engine.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.smcd.Gid;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a listener is left alone, by a clock of the test's. */
class RecentFailuresTest {

    private static final InetSocketAddress LISTENER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
    private static final Gid PROCESS = Gid.random();

    private final Set<Gid> alive = new HashSet<>(Set.of(PROCESS));
    private long now = Long.MAX_VALUE - 1;
    private final RecentFailures failures =
            new RecentFailures(TimeUnit.SECONDS.toNanos(30), alive::contains, () -> now);

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private long pauseAfter(FallbackReason reason) {
        failures.remember(LISTENER, PROCESS, reason);
        long waited = 0;
        while (failures.isLeftAlone(LISTENER)) {
            pass(100);
            waited += 100;
        }
        return waited;
    }

    @ParameterizedTest
    @EnumSource(names = {"PEER_LOST", "TIMEOUT"})
    void aPassingCauseIsTriedAgainSoonAndLessSoonEachTime(FallbackReason reason) {
        assertThat(pauseAfter(reason)).isEqualTo(100);
        assertThat(pauseAfter(reason)).isEqualTo(200);
        assertThat(pauseAfter(reason)).isEqualTo(400);
        for (int i = 0; i < 70; i++) {
            pauseAfter(reason);
        }
        assertThat(pauseAfter(reason)).isEqualTo(30_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"MALFORMED", "SERVER_SPOKE_FIRST", "CONFIRM_LINK_TIMEOUT"})
    void aCauseThatIsLikelyToStayIsLeftAloneForTheFullTime(FallbackReason reason) {
        assertThat(pauseAfter(reason)).isEqualTo(30_000);
    }

    @Test
    void aSuccessEndsTheSeries() {
        pauseAfter(FallbackReason.PEER_LOST);
        pauseAfter(FallbackReason.PEER_LOST);
        failures.forget(LISTENER);

        assertThat(pauseAfter(FallbackReason.PEER_LOST)).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource(names = {"PEER_LOST", "MALFORMED"})
    void theFailureOfAProcessThatHasEndedSaysNothingAboutItsSuccessor(FallbackReason reason) {
        failures.remember(LISTENER, PROCESS, reason);
        assertThat(failures.isLeftAlone(LISTENER)).isTrue();
        alive.remove(PROCESS);

        assertThat(failures.isLeftAlone(LISTENER)).isFalse();
        assertThat(failures.knows(LISTENER)).isFalse();
    }

    @Test
    void otherListenersAreNotAffected() {
        failures.remember(LISTENER, null, FallbackReason.MALFORMED);

        assertThat(failures.isLeftAlone(LISTENER)).isTrue();
        assertThat(failures.isLeftAlone(at(81))).isFalse();
    }

    @Test
    void remembersSomeOnly() {
        for (int port = 1; port <= 5_000; port++) {
            failures.remember(at(port), PROCESS, FallbackReason.MALFORMED);
        }
        assertThat(IntStream.rangeClosed(1, 5_000).filter(port -> failures.knows(at(port))).count())
                .isBetween(1L, 1024L);
        assertThat(failures.knows(at(5_000))).isTrue();
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(LISTENER.getAddress(), port);
    }
}
