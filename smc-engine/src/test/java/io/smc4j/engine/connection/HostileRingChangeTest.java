package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
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

/** A peer that tells anything about rings that replace each other. The server is the victim. */
@Timeout(60)
class HostileRingChangeTest {

    private static final int RING = 16 * 1024;
    private static final int LARGEST = 256 * 1024;
    private static final int NEXT_RING = 32;
    private static final int NEXT_SIZE = 40;
    private static final int OFFER = 44;
    private static final int PRODUCER = 64;
    private static final int CONSUMER = 128;
    private static final int SWITCH_AT = 80;
    private static final int TAKEN = 88;
    private static final long RINGS = 5L << 20;

    private LinkPair links;
    private ConnectionPair pair;
    private ConnectionPair bystander;
    private SmcConnection victim;
    private MemorySegment written;
    private MemorySegment read;
    private long control;
    private long peerControl;

    @BeforeEach
    void open() throws Exception {
        links = new LinkPair(64 << 20, Duration.ofNanos(1));
        bystander = ConnectionPair.growing(links, RING, LARGEST);
        pair = ConnectionPair.growing(links, RING, LARGEST);
        victim = pair.server.connection;
        written = links.server.memory();
        read = links.client.memory();
        control = LinkPair.Side.control(pair.server.ring);
        peerControl = LinkPair.Side.control(pair.client.ring);
    }

    @AfterEach
    void othersLiveAndNothingIsLeft() throws Exception {
        links.server.sweep();
        ByteBuffer ball = ByteBuffer.allocate(1000);
        assertThat(bystander.client.connection.write(ball)).isEqualTo(1000);
        assertThat(bystander.server.connection.read(ball.clear())).isEqualTo(1000);
        bystander.close();
        victim.close(false);
        pair.client.connection.close(false);
        links.close();
        assertThat(links.server.budget.used()).isZero();
    }

    private static void setLong(MemorySegment memory, long offset, long value) {
        memory.set(ValueLayout.JAVA_LONG, offset, value);
    }

    private static void setInt(MemorySegment memory, long offset, int value) {
        memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    /** Says that an offered ring was taken. */
    private void take(int number, long position) {
        setLong(written, control + SWITCH_AT, position);
        setInt(written, control + TAKEN, number);
    }

    private static int intAt(MemorySegment memory, long offset) {
        return (int) ValueLayout.JAVA_INT.varHandle().getAcquire(memory, offset);
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }

    /** Has the victim offer a ring. */
    private void beOffered() throws IOException {
        assertThat(pair.client.connection.write(bytes(RING))).isEqualTo(RING);
        assertThat(pair.client.connection.write(bytes(1))).isZero();
        await().until(() -> intAt(written, control + OFFER) == 1);
    }

    private void readUntilBroken() {
        assertThatThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                victim.read(bytes(RING));
            }
        }).isInstanceOf(CursorException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, RING + 101, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE, 1L << 32, 99})
    void endsReadingIfTheChangeIsOutOfTheRing(long position) throws Exception {
        beOffered();
        assertThat(victim.read(bytes(100))).isEqualTo(100);
        take(1, position);

        readUntilBroken();
        assertThatThrownBy(() -> victim.available()).isInstanceOf(CursorException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 77})
    void endsReadingIfARingIsTakenThatWasNeverOffered(int number) throws Exception {
        beOffered();
        take(number, RING);

        links.server.sweep();
        readUntilBroken();
    }

    @Test
    void endsReadingIfTheProducerIsBeyondTheRingThatWasTaken() throws Exception {
        beOffered();
        take(1, RING);
        setLong(written, control + PRODUCER, RING + 64 * 1024 + 1);

        readUntilBroken();
    }

    @Test
    void endsReadingIfARingIsFilledBeyondItsEndBeforeAnotherIsTaken() throws Exception {
        beOffered();
        setLong(written, control + PRODUCER, RING + 1);

        readUntilBroken();
    }

    @Test
    void staysAsItIsIfATakenRingIsMadeUndone() throws Exception {
        beOffered();
        take(1, RING);
        links.server.sweep();
        setInt(written, control + TAKEN, 0);
        setLong(written, control + SWITCH_AT, -5);
        setLong(written, control + PRODUCER, RING + 64 * 1024);

        assertThat(victim.read(bytes(LARGEST))).isEqualTo(RING + 64 * 1024);
    }

    @Test
    void doesNotMindATakenRingWhereNoneWasOffered() throws Exception {
        take(1, 1);
        links.server.sweep();
        setLong(written, control + PRODUCER, 500);

        assertThat(victim.read(bytes(1000))).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({"0, 16384", "5242881, 16384", "-4096, 16384", "5238784, 16384",
            "9223372036854771712, 65536", "5242880, 0", "5242880, -16384", "5242880, 4096", "5242880, 16385",
            "5242880, 2097152", "5242880, -2147483648", "5242880, 49152"})
    void endsWritingIfTheOfferedRingCannotBe(long offset, int size) throws Exception {
        endsWriting(offset, size);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096, 12288})
    void endsWritingIfTheOfferedRingIsNotWithinTheSegment(int fromEnd) throws Exception {
        endsWriting(read.byteSize() - fromEnd, RING);
    }

    private void endsWriting(long offset, int size) throws Exception {
        setLong(read, peerControl + NEXT_RING, offset);
        setInt(read, peerControl + NEXT_SIZE, size);
        setInt(read, peerControl + OFFER, 1);

        assertThat(victim.write(bytes(RING))).as("looks for none while there is room").isEqualTo(RING);
        assertThat(victim.isWritable()).as("so that a waiting writer learns of it").isTrue();
        assertThatThrownBy(() -> victim.write(bytes(1))).isInstanceOf(CursorException.class)
                .hasMessage("SMC peer offered a ring that cannot be");
    }

    @Test
    void survivesARequestToTakeARingThatCannotBe() throws Exception {
        setLong(read, peerControl + NEXT_RING, 1);
        setInt(read, peerControl + NEXT_SIZE, 1);
        setInt(read, peerControl + OFFER, 1);
        victim.ringOffered();

        assertThat(victim.write(bytes(10))).isEqualTo(10);
    }

    @Test
    void takesWhateverIsARing() throws Exception {
        setLong(read, peerControl + NEXT_RING, RINGS + (3 << 20));
        setInt(read, peerControl + NEXT_SIZE, 64 * 1024);
        setInt(read, peerControl + OFFER, -7);

        assertThat(victim.write(bytes(RING))).isEqualTo(RING);
        assertThat(victim.write(bytes(LARGEST))).isEqualTo(64 * 1024);
        assertThat(victim.write(bytes(1))).isZero();
        assertThat(intAt(read, peerControl + TAKEN)).isEqualTo(-7);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, RING - 1, RING + 64 * 1024 + 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void endsWritingIfTheConsumerIsImpossibleAfterAChange(long consumer) throws Exception {
        setLong(read, peerControl + NEXT_RING, RINGS + (3 << 20));
        setInt(read, peerControl + NEXT_SIZE, 64 * 1024);
        assertThat(victim.write(bytes(RING))).isEqualTo(RING);
        setLong(read, peerControl + CONSUMER, RING);
        setInt(read, peerControl + OFFER, 1);
        victim.ringOffered();
        assertThat(victim.write(bytes(64 * 1024))).isEqualTo(64 * 1024);

        setLong(read, peerControl + CONSUMER, consumer);
        assertThat(victim.isWritable()).isTrue();
        assertThatThrownBy(() -> victim.write(bytes(1))).isInstanceOf(CursorException.class);
    }
}
