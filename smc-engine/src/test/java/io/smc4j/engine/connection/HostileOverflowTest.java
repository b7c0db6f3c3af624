package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.smcd.LinkPair;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that tells anything about memory of its own that is to be read. The server is the victim. */
@Timeout(60)
class HostileOverflowTest {

    private static final int RING = 16 * 1024;
    private static final int OVERFLOW = 4 << 20;
    private static final int PRODUCER = 64;
    private static final int OVERFLOWS = 92;
    private static final int FROM = 96;
    private static final int TO = 104;
    private static final int MEMORY = 112;
    private static final int CONSUMER = 128;
    private static final long OPEN = Long.MAX_VALUE;

    private LinkPair links;
    private ConnectionPair pair;
    private ConnectionPair bystander;
    private SmcConnection victim;
    private MemorySegment told;
    private long control;
    private long place;

    @BeforeEach
    void open() throws Exception {
        links = new LinkPair();
        bystander = ConnectionPair.growing(links, RING, RING);
        pair = ConnectionPair.growing(links, RING, RING);
        victim = pair.server.connection;
        told = links.server.memory();
        control = LinkPair.Side.control(pair.server.ring);
        place = SegmentLayout.overflows(links.client.memory().byteSize());
    }

    @AfterEach
    void othersLiveAndNothingIsLeft() throws Exception {
        ByteBuffer ball = ByteBuffer.allocate(1000);
        assertThat(bystander.client.connection.write(ball)).isEqualTo(1000);
        assertThat(bystander.server.connection.read(ball.clear())).isEqualTo(1000);
        bystander.close();
        victim.close(false);
        pair.client.connection.close(false);
        links.closeAndFindNothingLeft();
    }

    private void tell(int count, long from, long to, long memory) {
        told.set(ValueLayout.JAVA_LONG, control + FROM, from);
        told.set(ValueLayout.JAVA_LONG, control + TO, to);
        told.set(ValueLayout.JAVA_LONG, control + MEMORY, memory);
        told.set(ValueLayout.JAVA_INT, control + OVERFLOWS, count);
    }

    private void produce(long position) {
        told.set(ValueLayout.JAVA_LONG, control + PRODUCER, position);
    }

    private int read(int length) throws Exception {
        return victim.read(ByteBuffer.allocate(length));
    }

    private void readUntilBroken() {
        assertThatThrownBy(() -> {
            for (int i = 0; i < 2000; i++) {
                read(RING);
            }
        }).isInstanceOf(CursorException.class);
        assertThatThrownBy(() -> read(RING)).as("it stays so").isInstanceOf(CursorException.class);
    }

    @Test
    void readsAnHonestOne() throws Exception {
        tell(2, 100, 100 + OVERFLOW, place);
        produce(100 + OVERFLOW + 50);

        assertThat(read(2 * OVERFLOW)).isEqualTo(150 + OVERFLOW);
        assertThat(read(1)).isEqualTo(SmcConnection.UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4096, (5L << 20) - 4096, (5L << 20) + 1, -4096, Long.MAX_VALUE - 4095, Long.MIN_VALUE,
            1L << 50})
    void endsReadingIfTheMemoryCannotBe(long memory) throws Exception {
        tell(1, 0, OPEN, memory);
        produce(1);
        readUntilBroken();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4096, OVERFLOW - 4096})
    void endsReadingIfTheMemoryIsNotWithinTheSegment(long fromEnd) throws Exception {
        tell(1, 0, OPEN, links.client.memory().byteSize() - fromEnd);
        produce(1);
        readUntilBroken();
    }

    @ParameterizedTest
    @CsvSource({"1, -1, 0", "1, -9223372036854775808, 0", "2, 100, 99", "2, 100, -1", "2, -5, -5", "3, 0, 10",
            "4, 0, 10",
            "-1, 0, 10", "2147483647, 0, 10", "-2147483648, 0, 10", "77, 0, 10"})
    void endsReadingIfItsRangeOrNumberCannotBe(int count, long from, long to) throws Exception {
        tell(count, from, to, place);
        produce(200);
        readUntilBroken();
    }

    @Test
    void endsReadingIfItBeginsBeyondTheRing() throws Exception {
        tell(1, RING + 1, OPEN, place);
        produce(RING + 2);
        readUntilBroken();
    }

    @Test
    void endsReadingIfMoreIsInItThanItHolds() throws Exception {
        tell(1, 0, OPEN, place);
        produce(OVERFLOW + 1);
        readUntilBroken();
    }

    @Test
    void endsReadingIfItsEndIsFurtherThanItHolds() throws Exception {
        tell(2, 0, OVERFLOW + 1, place);
        produce(OVERFLOW + 1);
        readUntilBroken();
    }

    @Test
    void endsReadingIfMoreFollowsItThanTheRingHolds() throws Exception {
        tell(2, 10, 20, place);
        produce(20 + RING + 1);
        readUntilBroken();
    }

    @Test
    void endsReadingIfItEndsBeforeWhatWasRead() throws Exception {
        tell(1, 0, OPEN, place);
        produce(1000);
        assertThat(read(500)).isEqualTo(500);
        tell(2, 0, 499, place);
        produce(1001);
        assertThat(read(500)).as("that was known already").isEqualTo(500);
        readUntilBroken();
    }

    @Test
    void endsReadingIfAnotherBeginsWhileOneIsToBeRead() throws Exception {
        tell(2, 100, 200, place);
        produce(250);
        assertThat(read(50)).isEqualTo(50);
        tell(3, 240, OPEN, place);
        produce(300);
        assertThat(read(10)).as("that was known already").isEqualTo(10);
        readUntilBroken();
    }

    @Test
    void endsReadingIfAnotherBeginsBeforeOneWasReached() throws Exception {
        tell(1, 100, OPEN, place);
        produce(100);
        assertThat(read(50)).isEqualTo(50);
        tell(3, 120, OPEN, place);
        produce(130);
        readUntilBroken();
    }

    @Test
    void readsOnIfOneEndsAndAnotherBeginsWhereTheReaderIs() throws Exception {
        tell(1, 100, OPEN, place);
        produce(150);
        assertThat(read(500)).isEqualTo(150);
        tell(4, 200, 300, place);
        produce(350);

        assertThat(read(500)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {92, 96, 104, 112})
    void survivesAnyChangeAfterwards(int field) throws Exception {
        tell(2, 100, 200, place);
        produce(250);
        assertThat(read(500)).isEqualTo(250);
        told.set(ValueLayout.JAVA_INT, control + field, 0x5A5A5A5A);
        produce(260);
        try {
            assertThat(read(500)).isEqualTo(10);
        } catch (CursorException e) {
            assertThat(field).isEqualTo(92);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 100_000, Long.MAX_VALUE})
    void endsWritingIfTheReaderIsWhereItCannotBe(long consumer) throws Exception {
        LinkPair own = new LinkPair(64 << 20, 16 << 20, Duration.ofDays(1));
        ConnectionPair mine = ConnectionPair.growing(own, RING, RING);
        try {
            assertThat(mine.client.connection.write(ByteBuffer.allocate(RING))).isEqualTo(RING);
            assertThat(mine.client.connection.write(ByteBuffer.allocate(1000))).isEqualTo(1000);
            own.server.memory().set(ValueLayout.JAVA_LONG, LinkPair.Side.control(mine.server.ring) + CONSUMER,
                    consumer);

            assertThat(mine.client.connection.isWritable()).as("so that a waiting writer learns of it").isTrue();
            assertThatThrownBy(() -> mine.client.connection.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(CursorException.class);
            own.client.sweep();
        } finally {
            mine.close();
            own.close();
        }
        assertThat(own.client.budget.used()).isZero();
    }
}
