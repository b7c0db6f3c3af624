package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.smcd.SmcdPeerRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writing end of a ring in one engine and its reading end in another. */
class StreamSidesTest {

    private static final int K = 1024;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static LinkPair links;

    private SmcdLocalRing ring;
    private SmcdPeerRing remote;
    private SendSide out;
    private ReceiveSide in;

    @BeforeAll
    static void link() throws OsException {
        links = new LinkPair();
    }

    @AfterAll
    static void unlink() {
        links.close();
    }

    private void open(int size, int limit, long start) throws DeclineException {
        ring = links.server.group.allocate(size, size);
        remote = links.client.group.bind(ring.token(), size, null);
        remote.setProducer(start);
        ring.publishConsumer(start);
        out = new SendSide(remote, limit, start);
        in = new ReceiveSide(ring, start);
    }

    @AfterEach
    void free() {
        if (ring != null) {
            ring.free();
        }
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }

    private int write(int length) throws IOException {
        int n = out.write(bytes(length), 0);
        out.publish();
        return n;
    }

    private int read(int length) throws IOException {
        return in.read(bytes(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {16 * K, 64 * K, 1024 * K})
    void fillsAndEmptiesTheWholeRing(int size) throws Exception {
        open(size, NO_LIMIT, 0);
        for (int round = 0; round < 3; round++) {
            assertThat(write(size)).isEqualTo(size);
            assertThat(in.available()).isEqualTo(size);
            assertThat(write(1)).isZero();
            assertThat(read(size + 1)).isEqualTo(size);
            assertThat(read(1)).isZero();
            in.publish();
        }
    }

    @Test
    void writesOneMoreThanTheRingInTwoPieces() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        ByteBuffer source = bytes(16 * K + 1);

        assertThat(out.write(source, 0)).isEqualTo(16 * K);
        out.publish();
        assertThat(out.write(source, 0)).isZero();
        read(16 * K);
        in.publish();

        assertThat(out.write(source, 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, (1L << 31) - 5000, (1L << 32) - 5000, (1L << 33) + 17, (1L << 62) - 1})
    void carriesBytesInOrderWhateverThePositions(long start) throws Exception {
        open(16 * K, NO_LIMIT, start);
        Random random = new Random(start);
        byte[] sent = new byte[500_000];
        random.nextBytes(sent);
        ByteBuffer source = ByteBuffer.wrap(sent);
        ByteBuffer target = ByteBuffer.allocateDirect(sent.length);
        while (target.hasRemaining()) {
            source.limit(Math.min(sent.length, source.position() + random.nextInt(1, 9000)));
            out.write(source, 0);
            out.publish();
            target.limit(Math.min(sent.length, target.position() + random.nextInt(1, 9000)));
            in.read(target);
            in.publish();
            target.limit(sent.length);
        }
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(sent));
        assertThat(in.total()).isEqualTo(out.total()).isEqualTo(start + sent.length);
    }

    @Test
    void showsNothingBeforeItIsPublished() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        out.write(bytes(100), 0);

        assertThat(in.hasData()).isFalse();
        out.publish();
        assertThat(in.hasData()).isTrue();
        assertThat(in.available()).isEqualTo(100);
    }

    @Test
    void freesNothingBeforeReadingIsPublished() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        write(16 * K);
        read(16 * K);

        assertThat(write(1)).isZero();
        in.publish();
        assertThat(write(1)).isOne();
    }

    @Test
    void keepsToASendLimitBelowTheRing() throws Exception {
        open(1024 * K, 64 * K, 0);
        assertThat(out.window()).isEqualTo(64 * K);
        assertThat(write(200 * K)).isEqualTo(64 * K);
        assertThat(write(1)).isZero();

        read(16 * K);
        in.publish();

        assertThat(write(200 * K)).isEqualTo(16 * K);
    }

    @Test
    void waitsForAQuarterOfTheWindowUnlessLessWillDo() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        write(16 * K);
        read(4 * K - 1);
        in.publish();

        assertThat(out.hasRoom()).isFalse();
        assertThat(write(16 * K)).isZero();
        assertThat(write(4 * K)).isZero();
        assertThat(write(4 * K - 1)).isEqualTo(4 * K - 1);

        read(4 * K);
        in.publish();
        assertThat(out.hasRoom()).isTrue();
        assertThat(write(16 * K)).isEqualTo(4 * K);
    }

    @Test
    void countsWhatFollowsInTheSameGatherTowardsTheQuarter() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        write(16 * K);
        read(1000);
        in.publish();

        assertThat(out.write(bytes(10), 5000)).isZero();
        assertThat(out.write(bytes(10), 900)).isEqualTo(10);
    }

    @Test
    void tellsOfRoomOnlyIfAskedAndWhenHalfOfTheRingIsFree() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        write(16 * K);
        read(K);
        assertThat(in.publish()).as("nobody waits").isFalse();

        assertThat(out.awaitRoom()).isFalse();
        read(6 * K);
        assertThat(in.publish()).as("less than half").isFalse();
        read(K);
        assertThat(in.publish()).as("half").isTrue();
        read(K);
        assertThat(in.publish()).as("told already").isFalse();
    }

    @Test
    void asksToBeToldWhenAWriteFindsNoRoom() throws Exception {
        open(16 * K, NO_LIMIT, 0);
        write(16 * K);
        assertThat(ring.isPeerBlocked()).isFalse();

        assertThat(write(1)).isZero();

        assertThat(ring.isPeerBlocked()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 16 * K + 1, 1L << 32, Long.MAX_VALUE})
    void refusesAProducerOutOfTheRing(long producer) throws Exception {
        open(16 * K, NO_LIMIT, 0);
        remote.setProducer(producer);

        assertThat(in.hasData()).isTrue();
        assertThatExceptionOfType(CursorException.class).isThrownBy(() -> read(1));
        assertThatExceptionOfType(CursorException.class).isThrownBy(() -> in.available());
        assertThat(in.total()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 16 * K + 1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32})
    void refusesAConsumerOutOfTheWindow(long consumer) throws Exception {
        open(16 * K, NO_LIMIT, 0);
        write(16 * K);
        ring.publishConsumer(consumer);

        assertThat(out.hasRoom()).as("so that a waiting writer learns of it").isTrue();
        assertThatExceptionOfType(CursorException.class).isThrownBy(() -> write(1));
    }

    @Test
    void refusesAConsumerOutOfAWindowSmallerThanTheRing() throws Exception {
        open(64 * K, 16 * K, 100 * K);
        write(16 * K);
        ring.publishConsumer(99 * K);

        assertThat(out.hasRoom()).isTrue();
        assertThatExceptionOfType(CursorException.class).isThrownBy(() -> write(1));
    }
}
