package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcState;
import io.smc4j.engine.os.SharedMemoryPages;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer keeps in memory of its own while the peer's ring has no room. The client writes. */
@Timeout(120)
class OverflowTest {

    private static final int K = 1024;
    private static final int M = 1024 * K;
    private static final int RING = 16 * K;
    private static final int OVERFLOWS = 92;
    private static final int OFFER = 44;
    private static final Duration NEVER = Duration.ofDays(1);

    private LinkPair links;
    private ConnectionPair pair;
    private SmcConnection client;
    private SmcConnection server;
    private long written;
    private long read;

    /** Rings that stay as they are, so that all room beyond is the writer's own. */
    private void open(long overflowLimit, int sendLimit) throws Exception {
        links = new LinkPair(256 << 20, overflowLimit, NEVER);
        pair = ConnectionPair.growing(links, RING, RING, sendLimit);
        client = pair.client.connection;
        server = pair.server.connection;
    }

    private void openGrowing() throws Exception {
        links = new LinkPair(256 << 20, 16 << 20, Duration.ofNanos(1));
        pair = ConnectionPair.growing(links, RING, 4 * M, 4 * M);
        client = pair.client.connection;
        server = pair.server.connection;
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        pair.close();
        links.closeAndFindNothingLeft();
        assertThat(links.client.budget.kept()).isZero();
    }

    private static byte at(long position) {
        return (byte) (position * 0x9E3779B97F4A7C15L >>> 56);
    }

    /** Writes what is accepted at once. */
    private long write(long most, int piece) throws IOException {
        long before = written;
        while (written - before < most) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most - (written - before), piece));
            for (int i = 0; i < bytes.limit(); i++) {
                bytes.put(i, at(written + i));
            }
            int n;
            pair.client.writeLock.lock();
            try {
                n = client.write(bytes);
            } finally {
                pair.client.writeLock.unlock();
            }
            if (n == 0) {
                break;
            }
            written += n;
        }
        return written - before;
    }

    private long read(long most, int piece) throws IOException {
        long before = read;
        while (read - before < most) {
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) Math.min(most - (read - before), piece));
            int n = server.read(bytes);
            if (n <= 0) {
                break;
            }
            for (int i = 0; i < n; i++) {
                assertThat(bytes.get(i)).isEqualTo(at(read + i));
            }
            read += n;
        }
        return read - before;
    }

    private long inOverflow() {
        return links.client.budget.used() - RING;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 8 * K, 100 * K, 4 * M})
    void takesMegabytesAtOnceWhateverThePiecesAre(int piece) throws Exception {
        open(16 << 20, 4 * M);
        assertThat(write(3 * M, Math.max(piece, 1000))).isEqualTo(3 * M);

        assertThat(inOverflow()).isBetween(3L * M - RING, 3L * M + 64 * K);
        assertThat(links.server.budget.used()).as("the reader pays for its ring only").isEqualTo(RING);
        assertThat(read(Long.MAX_VALUE, 7000)).isEqualTo(3 * M);
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.UNAVAILABLE);
        assertThat(write(1, 1)).isEqualTo(1);
        assertThat(inOverflow()).as("all was read").isZero();
    }

    /** As those write who wait for a selector first. */
    @Test
    void isWritableAsLongAsItTakesMore() throws Exception {
        open(16 << 20, 4 * M);
        while (client.isWritable()) {
            assertThat(write(8 * K, 8 * K)).isEqualTo(8 * K);
        }
        assertThat(written).isBetween(4L * M - 64 * K, 4L * M);
        assertThat(write(8 * K, 8 * K)).isLessThan(8 * K);
    }

    @Test
    void isNotWritableWhereTheBudgetIsUsedUp() throws Exception {
        open(M, 4 * M);
        while (client.isWritable()) {
            assertThat(write(8 * K, 8 * K)).isPositive();
        }
        assertThat(written).isBetween((long) M, M + RING + 64L * K);
        assertThat(write(64 * K, 64 * K)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wakesAWriterThatHadItsShareOfTheMoment(boolean virtual) throws Exception {
        open(16 << 20, M);
        for (int i = 0; i < 2; i++) {
            write(Long.MAX_VALUE, 50_000);
            read(Long.MAX_VALUE, 50_000);
        }
        write(RING, RING);
        CompletableFuture<Void> woken = new CompletableFuture<>();
        Runnable wait = () -> {
            client.awaitWritable();
            woken.complete(null);
        };
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(wait);

        assertThat(woken).as("nothing is read meanwhile").succeedsWithin(Duration.ofSeconds(30));
        assertThat(write(500 * K, 500 * K)).isEqualTo(500 * K);
        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(500 * K + RING);
    }

    @Test
    void chargesAWriterForWhatItUsesOfAPlace() throws Exception {
        open(4 * M, 4 * M);
        write(3 * M, 50_000);
        read(Long.MAX_VALUE, 50_000);
        links.client.sweep();
        assertThat(inOverflow()).isZero();
        assertThat(links.client.budget.kept()).as("its pages").isGreaterThanOrEqualTo(3 * M - RING);

        write(100 * K, 50_000);
        assertThat(inOverflow()).isBetween(64L * K, 128L * K);
        read(Long.MAX_VALUE, 50_000);
    }

    @Test
    void takesNoMoreThanTheLimitOfTheConnection() throws Exception {
        open(16 << 20, M);
        assertThat(write(Long.MAX_VALUE, 50_000)).isBetween((long) M - 64 * K, (long) M);
        assertThat(client.isWritable()).isFalse();
        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(written);
        assertThat(client.isWritable()).isTrue();
    }

    @Test
    void takesNoMoreThanTheBudgetHas() throws Exception {
        open(300 * K, 4 * M);
        assertThat(write(Long.MAX_VALUE, 50_000)).isBetween(256L * K, 320L * K);
        assertThat(inOverflow()).isLessThanOrEqualTo(300 * K);
        assertThat(client.isWritable()).isFalse();
        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(written);
    }

    @Test
    void takesNothingWhereThereIsNoBudget() throws Exception {
        open(0, 4 * M);
        assertThat(write(Long.MAX_VALUE, 50_000)).isEqualTo(RING);
        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(RING);
    }

    @Test
    void leavesAnOverflowOnceTheRingBelowWasReadAndItIsFull() throws Exception {
        open(300 * K, 4 * M);
        write(Long.MAX_VALUE, 50_000);
        assertThat(read(RING - 1, RING)).isEqualTo(RING - 1);
        assertThat(client.isWritable()).as("a byte is left in the ring").isFalse();
        assertThat(read(1, 1)).isEqualTo(1);
        assertThat(client.isWritable()).isTrue();
        assertThat(write(Long.MAX_VALUE, K)).isEqualTo(RING);
        assertThat(client.isWritable()).isFalse();

        assertThat(read(Long.MAX_VALUE, 3000)).isEqualTo(written - RING);
        assertThat(read).isEqualTo(written);
        assertThat(write(10, 10)).isEqualTo(10);
        assertThat(read(Long.MAX_VALUE, 3000)).isEqualTo(10);
    }

    @Test
    void readsFromRingOverflowAndRingAtOnce() throws Exception {
        open(300 * K, 4 * M);
        write(Long.MAX_VALUE, 50_000);
        read(RING, RING);
        write(Long.MAX_VALUE, 1000);

        assertThat(read(Long.MAX_VALUE, M)).isEqualTo(written - RING);
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.UNAVAILABLE);
    }

    @Test
    void beginsOneOverflowAfterTheOther() throws Exception {
        open(16 << 20, M);
        for (int round = 0; round < 20; round++) {
            long end = written + 700 * K;
            // One begins only some time after the last one had as much as the limit.
            await().until(() -> {
                write(end - written, 30_000);
                return written == end;
            });
            assertThat(read(Long.MAX_VALUE, 9000)).isEqualTo(700 * K);
        }
        int overflows = links.server.memory().get(ValueLayout.JAVA_INT,
                LinkPair.Side.control(pair.server.ring) + OVERFLOWS);
        assertThat(overflows).isBetween(39, 40);
    }

    @Test
    void givesMemoryBackThatWasReadThoughNothingIsWritten() throws Exception {
        open(16 << 20, 4 * M);
        write(2 * M, 50_000);
        links.client.sweep();
        assertThat(inOverflow()).as("it is unread").isPositive();
        read(Long.MAX_VALUE, 50_000);

        links.client.sweep();
        assertThat(inOverflow()).isZero();
        assertThat(client.isWritable()).isTrue();
        write(10, 10);
        assertThat(read(Long.MAX_VALUE, 10)).isEqualTo(10);
    }

    @Test
    void growsTheRingMeanwhile() throws Exception {
        openGrowing();
        assertThat(write(200 * K, 50_000)).isEqualTo(200 * K);
        await().until(() -> links.server.memory().get(ValueLayout.JAVA_INT,
                LinkPair.Side.control(pair.server.ring) + OFFER) > 0);
        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(200 * K);
        write(100, 100);
        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(100);
        await().until(() -> {
            links.client.sweep();
            links.server.sweep();
            return links.server.budget.used() == RING && links.client.budget.used() == RING;
        });
    }

    @Test
    void takesAnOfferWhenItHasNoMoreMemory() throws Exception {
        links = new LinkPair(256 << 20, 100 * K, NEVER);
        pair = ConnectionPair.growing(links, RING, 256 * K, 4 * M);
        client = pair.client.connection;
        server = pair.server.connection;
        await().until(() -> {
            write(Long.MAX_VALUE, K);
            return written == (16 + 64 + 64 + 256) * K;
        });
        assertThat(read(Long.MAX_VALUE, 70_000)).isEqualTo(written);
        assertThat(write(100, 100)).isEqualTo(100);
        assertThat(read(Long.MAX_VALUE, 70_000)).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isReadAfterTheWriterHasClosed(boolean shutdownOnly) throws Exception {
        open(16 << 20, 4 * M);
        write(3 * M, 50_000);
        if (shutdownOnly) {
            client.shutdownOutput();
        } else {
            client.close(false);
        }
        links.client.sweep();

        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(3 * M);
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
    }

    @Test
    void isReadAfterAllElseOfTheWriterIsFree() throws Exception {
        open(16 << 20, 4 * M);
        write(3 * M, 50_000);
        client.close(false);
        await().until(() -> {
            links.client.sweep();
            links.server.sweep();
            return links.client.groups.snapshot().iterator().next().connections() == 0;
        });
        assertThat(links.client.budget.used()).as("what is unread").isBetween(3L * M - RING, 3L * M + 64 * K);
        try (ConnectionPair next = ConnectionPair.growing(links, RING, RING, 4 * M)) {
            ByteBuffer others = ByteBuffer.allocate(3 * M);
            next.client.connection.write(others);
            next.client.connection.write(others);
            assertThat(others.hasRemaining()).isFalse();

            assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(3 * M);
            assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
        }
        await().until(() -> {
            links.client.sweep();
            links.server.sweep();
            return links.client.budget.used() == 0;
        });
    }

    @Test
    void isFreeWhenTheReaderGivesUpAfterAllElseOfTheWriterIsFree() throws Exception {
        open(16 << 20, 4 * M);
        write(3 * M, 50_000);
        read(100_000, 50_000);
        client.close(false);
        await().until(() -> {
            links.client.sweep();
            links.server.sweep();
            return links.client.groups.snapshot().iterator().next().connections() == 0;
        });
        assertThat(links.client.budget.used()).isPositive();
        server.close(false);
        links.client.sweep();
        assertThat(links.client.budget.used()).isZero();
    }

    @Test
    void isReadAfterTheWritersEngineHasEnded() throws Exception {
        open(16 << 20, 4 * M);
        write(3 * M, 50_000);
        client.close(false);
        links.client.close();
        await().until(() -> server.state() == SmcState.PROCESSABORT);

        assertThat(read(Long.MAX_VALUE, 50_000)).isEqualTo(3 * M);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isFreedIfOneEndAborts(boolean byWriter) throws Exception {
        open(16 << 20, 4 * M);
        write(3 * M, 50_000);
        read(100_000, 50_000);
        (byWriter ? client : server).close(true);
        (byWriter ? server : client).close(false);
        await().until(() -> {
            links.client.sweep();
            links.server.sweep();
            return links.client.budget.used() == 0;
        });
    }

    @Test
    void hasItsPagesWhenItIsWrittenTo() throws Exception {
        open(16 << 20, 4 * M);
        long before = SharedMemoryPages.allocated(links.client.memoryOf());
        write(3 * M, 50_000);
        assertThat(SharedMemoryPages.allocated(links.client.memoryOf()) - before).isEqualTo(inOverflow());
        assertThat(SharedMemoryPages.allocated(links.server.memoryOf())).isLessThan(M);
    }

    @Test
    void givesNoMoreThanAMomentsShareToAWriterThatIsOnlyFaster() throws Exception {
        open(16 << 20, M);
        long overflowed = 0;
        long start = System.nanoTime();
        while (written < 64L * M) {
            long before = links.client.budget.used();
            write(100 * K, 100 * K);
            overflowed += Math.max(0, links.client.budget.used() - before);
            read(10 * K, 10 * K);
            while (!client.isWritable()) {
                read(10 * K, 10 * K);
            }
        }
        long moments = (System.nanoTime() - start) / Duration.ofMillis(50).toNanos() + 1;
        assertThat(overflowed).isLessThanOrEqualTo(moments * 2 * (M + 64 * K));
        read(Long.MAX_VALUE, 50_000);
        assertThat(read).isEqualTo(written);
    }

    @ParameterizedTest
    @EnumSource(StreamDriver.class)
    void carriesStreamsInBothDirections(StreamDriver driver) throws Exception {
        openGrowing();
        driver.carryBothWays(pair, links, 24 << 20);
    }
}
