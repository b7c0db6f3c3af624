package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.nio.FlowSample.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlowSampleTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long SLOW_AFTER = 5 * SECOND;

    private final RateWindow.Clock clock = new RateWindow.Clock();
    private final FlowSample sample = new FlowSample(clock, null);
    private long now = -3 * SECOND;

    private Verdict look(long received, long unread) {
        return look(received, unread, false);
    }

    private Verdict look(long received, long unread, boolean peerBlocked) {
        now += SECOND;
        clock.advance(now);
        return sample.look(now, 0, received, unread, peerBlocked, 0, SLOW_AFTER);
    }

    @Test
    void aReaderIsSlowOnceInAnEpisode() {
        assertThat(look(0, 100)).isEqualTo(Verdict.UNCHANGED);
        for (int i = 0; i < 4; i++) {
            assertThat(look(0, 100 + i)).isEqualTo(Verdict.UNCHANGED);
        }
        assertThat(sample.slowSince()).isNull();
        assertThat(look(0, 200)).isEqualTo(Verdict.SLOW);
        assertThat(sample.slowSince()).isNotNull();
        assertThat(look(0, 200)).isEqualTo(Verdict.UNCHANGED);
        assertThat(sample.flow().unreadFor()).isEqualTo(Duration.ofSeconds(6));
        assertThat(sample.unread()).isEqualTo(200);
        assertThat(look(1, 199)).isEqualTo(Verdict.RECOVERED);
        assertThat(sample.slowSince()).isNull();
        assertThat(sample.flow().unreadFor()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(look(1, 199)).isEqualTo(Verdict.UNCHANGED);
        }
        assertThat(look(1, 199)).as("the next episode").isEqualTo(Verdict.SLOW);
        assertThat(look(200, 0)).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void whoReadsALittleOrHasNothingToReadIsNotSlow() {
        for (int i = 0; i < 20; i++) {
            assertThat(look(i, 100)).isEqualTo(Verdict.UNCHANGED);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(look(20, 0)).isEqualTo(Verdict.UNCHANGED);
        }
    }

    private boolean lookAtWriter(long sent, long stalled) {
        now += SECOND;
        clock.advance(now);
        sample.look(now, sent, 0, 0, false, stalled, SLOW_AFTER);
        return sample.isPeerNewlySlow(SLOW_AFTER);
    }

    @Test
    void aPeerIsSlowOnceForEachTimeThatItTakesNothing() {
        for (int episode = 0; episode < 3; episode++) {
            int sent = episode;
            for (int i = 0; i < 6; i++) {
                assertThat(lookAtWriter(sent, episode * 20 + i)).as("look " + i).isFalse();
            }
            assertThat(lookAtWriter(sent, episode * 20 + 6)).isTrue();
            assertThat(lookAtWriter(sent, episode * 20 + 7)).as("told already").isFalse();
        }
    }

    @Test
    void aPeerThatTakesALittleOrHasAllIsNotSlow() {
        for (int i = 0; i < 20; i++) {
            assertThat(lookAtWriter(i, i)).isFalse();
        }
        for (int i = 0; i < 20; i++) {
            assertThat(lookAtWriter(20, 20)).isFalse();
        }
    }

    @Test
    void notToKnowWhatIsUnreadChangesNothing() {
        assertThat(look(0, 100)).isEqualTo(Verdict.UNCHANGED);
        for (int i = 0; i < 10; i++) {
            assertThat(look(0, FlowSample.UNKNOWN)).isEqualTo(Verdict.UNCHANGED);
        }
        assertThat(sample.unread()).isEqualTo(100);
        assertThat(look(0, 100)).isEqualTo(Verdict.SLOW);
        assertThat(look(7, FlowSample.UNKNOWN)).isEqualTo(Verdict.RECOVERED);
        for (int i = 0; i < 10; i++) {
            assertThat(look(7, FlowSample.UNKNOWN)).isEqualTo(Verdict.UNCHANGED);
        }
    }

    @Test
    void aClockThatGoesBackwardsMakesNobodySlow() {
        look(0, 100);
        now -= 100 * SECOND;
        assertThat(look(0, 100)).isEqualTo(Verdict.UNCHANGED);
        assertThat(sample.flow().unreadFor()).isZero();
    }

    @Test
    void thePeersWritersStandStillWhileTheyAreSeenToWait() {
        look(0, 100, true);
        assertThat(sample.flow().peerStalled()).isZero();
        look(0, 100, true);
        look(0, 100, true);
        look(0, 100, false);
        look(0, 100, true);
        assertThat(sample.flow().peerStalled()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void mayRestWhenNothingMovesOrWaits() {
        for (int i = 0; i < 4; i++) {
            look(1, 0);
            look(1, FlowSample.UNKNOWN);
        }
        assertThat(sample.mayRest()).as("the first look saw a byte").isFalse();
        look(1, 0);
        look(1, 0);
        assertThat(sample.mayRest()).isTrue();
        look(2, 0);
        assertThat(sample.mayRest()).as("bytes move").isFalse();
        for (int i = 0; i < 20; i++) {
            look(2, 1);
        }
        assertThat(sample.mayRest()).as("bytes are unread").isFalse();
        for (int i = 0; i < 20; i++) {
            lookAtWriter(0, i);
        }
        assertThat(sample.mayRest()).as("a writer waits").isFalse();
    }
}
