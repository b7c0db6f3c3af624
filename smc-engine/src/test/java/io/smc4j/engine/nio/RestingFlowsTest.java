package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestingFlowsTest {

    private static final long SECOND = 1_000_000_000;

    private final RateWindow.Clock clock = new RateWindow.Clock();
    private final FlowTotal mode = new FlowTotal(clock);
    private final FlowTotal group = new FlowTotal(clock);
    private final RestingFlows resting = new RestingFlows(2);
    private long now;

    private FlowSample rests(long sent) {
        FlowSample sample = new FlowSample(clock, null);
        sample.look(now, sent, 0, 0, false, 0, SECOND);
        rest(sample);
        return sample;
    }

    private void rest(FlowSample sample) {
        sample.restIn(mode, group);
        resting.add(sample);
    }

    private int woken() {
        List<ChannelTransport> woken = new ArrayList<>();
        resting.end(woken::add);
        return woken.size();
    }

    private long total(FlowTotal total) {
        now += SECOND;
        clock.advance(now);
        total.begin();
        total.end();
        return total.flow().last10s().sent() * 10;
    }

    @Test
    void eachHasItsTurnOnceInARest() {
        for (int i = 0; i < 5; i++) {
            rests(0);
        }
        assertThat(woken()).isEqualTo(2);
        assertThat(woken()).isEqualTo(2);
        assertThat(woken()).isEqualTo(1);
        assertThat(woken()).isZero();
    }

    @Test
    void whoIsWokenDoesNotWaitForItsTurn() {
        rests(0);
        rests(0);
        FlowSample last = rests(0);
        resting.wake(last);
        resting.wake(last);
        assertThat(woken()).isEqualTo(3);
        assertThat(last.endRest()).isFalse();
        assertThat(woken()).as("its turn is forfeited").isZero();
    }

    @Test
    void aTurnOfAFormerRestIsNotDoubled() {
        rests(0);
        rests(0);
        FlowSample last = rests(0);
        last.endRest();
        rest(last);
        assertThat(woken()).isEqualTo(2);
        assertThat(woken()).isEqualTo(1);
        assertThat(woken()).isZero();
    }

    @Test
    void totalsKeepWhatRests() {
        clock.advance(now);
        assertThat(total(mode)).isZero();
        FlowSample sample = rests(1000);
        assertThat(total(mode)).isEqualTo(1000);
        assertThat(total(group)).isEqualTo(1000);
        assertThat(mode.isOver()).isFalse();
        sample.endRest();
        mode.ended(1500, 0, 0, 0);
        assertThat(total(mode)).as("it has ended, and moved some more").isEqualTo(1500);
    }
}
