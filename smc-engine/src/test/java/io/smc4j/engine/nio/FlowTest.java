package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcStatistics;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FlowTest {

    private static final long WINDOW = 100;

    private final Flow flow = new Flow(stall -> { });

    @Test
    void countsWhatMovedBytes() {
        assertThat(flow.read(0)).isZero();
        assertThat(flow.read(-1)).isEqualTo(-1);
        assertThat(flow.read(-2L)).isEqualTo(-2L);
        assertThat(flow.read(8192)).isEqualTo(8192);
        assertThat(flow.read(8193L)).isEqualTo(8193L);
        flow.wrote(0, 0, WINDOW);
        flow.wrote(1, 0, WINDOW);
        long[] reads = new long[SmcStatistics.SIZE_CLASSES.size()];
        long[] writes = new long[SmcStatistics.SIZE_CLASSES.size()];
        flow.addTo(reads, writes);
        assertThat(reads).startsWith(1, 1, 0);
        assertThat(writes).startsWith(1, 0, 0);
    }

    @Test
    void aStallIsCountedOnceHoweverOftenTheWriterLooks() {
        assertThat(flow.isStalled()).isFalse();
        flow.wrote(0, 1, WINDOW);
        flow.wrote(0, 1, WINDOW);
        assertThat(flow.stalls()).isEqualTo(1);
        assertThat(flow.isStalled()).isTrue();
        flow.wrote(1, 0, WINDOW);
        assertThat(flow.isStalled()).isFalse();
        assertThat(flow.stalls()).isEqualTo(1);
        flow.wrote(1, 1, WINDOW);
        assertThat(flow.stalls()).isEqualTo(2);
    }

    @Test
    void aWriteBeyondTheWindowIsCountedWhenItBegins() {
        flow.wrote(60, 40, WINDOW);
        assertThat(flow.tooSmall()).isZero();
        flow.wrote(100, 1, WINDOW);
        flow.wrote(0, 1, WINDOW);
        assertThat(flow.tooSmall()).isEqualTo(1);
    }

    @Test
    void standingStillTakesTimeUntilThereIsRoom() {
        long before = System.nanoTime();
        flow.wrote(0, 1, WINDOW);
        long after = System.nanoTime();
        assertThat(flow.stalledNanos(after + 1000)).isBetween(1000L, after - before + 1000);
        flow.roomSeen(after + 500);
        assertThat(flow.isStalled()).isFalse();
        assertThat(flow.stalledNanos(after + 1000)).isBetween(500L, after - before + 500);
        flow.wrote(1, 0, WINDOW);
        assertThat(flow.stalledNanos(after + 9000)).as("the writer came late").isBetween(500L, after - before + 500);
    }

    @Test
    void aClockThatGoesBackwardsTakesNoTimeAway() {
        flow.wrote(0, 1, WINDOW);
        assertThat(flow.stalledNanos(System.nanoTime() - Long.MAX_VALUE / 2)).isZero();
    }

    @Test
    void theRestOfSeveralBuffersIsWhatIsLeft() {
        ByteBuffer[] buffers = {ByteBuffer.allocate(3), ByteBuffer.allocate(4), ByteBuffer.allocate(0)};
        assertThat(Flow.rest(buffers, 0, 2)).isEqualTo(7);
        assertThat(Flow.rest(buffers, 1, 1)).isEqualTo(4);
        assertThat(Flow.rest(buffers, 0, 0)).isZero();
        buffers[0].position(3);
        buffers[1].position(4);
        assertThat(Flow.rest(buffers, 0, 3)).isZero();
    }
}
