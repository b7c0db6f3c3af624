package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcState;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcd.SmcdLocalRing;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings that are replaced by larger ones when they are full, and by small ones when they lie idle. */
@Timeout(120)
class RingChangeTest {

    private static final int K = 1024;
    private static final int INITIAL = 16 * K;
    private static final int LARGEST = 256 * K;
    /** All rings that can be full behind each other. */
    private static final int ALL = (16 + 64 + 256) * K;
    private static final int OFFER = 44;
    private static final int TAKEN = 88;
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration AT_ONCE = Duration.ofNanos(1);

    private LinkPair links;
    private ConnectionPair pair;
    private SmcConnection client;
    private SmcConnection server;
    private long written;
    private long read;

    private void open(long memoryLimit, Duration idleAfter) throws Exception {
        open(memoryLimit, idleAfter, LARGEST);
    }

    private void open(long memoryLimit, Duration idleAfter, int limit) throws Exception {
        links = new LinkPair(memoryLimit, idleAfter);
        pair = ConnectionPair.growing(links, INITIAL, limit);
        client = pair.client.connection;
        server = pair.server.connection;
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        pair.close();
        links.closeAndFindNothingLeft();
    }

    private static byte at(long position) {
        return (byte) (position * 0x9E3779B97F4A7C15L >>> 56);
    }

    /** Has the client write what fits, up to a length. */
    private void write(long most) throws IOException {
        while (most > 0) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(most, LARGEST));
            for (int i = 0; i < piece.limit(); i++) {
                piece.put(i, at(written + i));
            }
            int n;
            pair.client.writeLock.lock();
            try {
                n = client.write(piece);
            } finally {
                pair.client.writeLock.unlock();
            }
            if (n == 0) {
                return;
            }
            written += n;
            most -= n;
        }
    }

    /** Has the server read what is there. */
    private void read() throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(7000);
        for (int n = server.read(piece); n > 0; n = server.read(piece.clear())) {
            for (int i = 0; i < n; i++) {
                assertThat(piece.get(i)).isEqualTo(at(read + i));
            }
            read += n;
        }
    }

    private void fill() throws IOException {
        write(Long.MAX_VALUE);
    }

    private void fillAll() throws IOException {
        fillUpTo(ALL);
    }

    private void fillUpTo(long backlog) throws IOException {
        fill();
        while (written - read < backlog) {
            await().until(client::isWritable);
            fill();
        }
    }

    private int serverField(int field) {
        return links.server.memory().get(ValueLayout.JAVA_INT, LinkPair.Side.control(pair.server.ring) + field);
    }

    /** Lets the server's link group do what it does now and then, until that has come about. */
    private void awaitServerUses(long bytes) {
        await().until(() -> {
            links.server.sweep();
            return links.server.budget.used() == bytes;
        });
    }

    private void sweepAgainAndAgain() {
        for (int i = 0; i < 10; i++) {
            links.server.sweep();
        }
    }

    @Test
    void growsForAWriterWhosePeerReads() throws Exception {
        open(64 << 20, NEVER);
        assertThat(server.figures().receiveBufferSize()).isEqualTo(INITIAL);
        assertThat(client.figures().sendBufferSize()).isEqualTo(INITIAL);
        await().until(() -> {
            fill();
            read();
            return client.figures().sendBufferSize() == LARGEST;
        });
        read();

        assertThat(read).isEqualTo(written);
        assertThat(server.figures().receiveBufferSize()).isEqualTo(LARGEST);
        assertThat(links.server.budget.used()).isEqualTo(LARGEST);
        assertThat(client.figures().receiveBufferSize()).as("the other direction").isEqualTo(INITIAL);
    }

    @Test
    void growsForAWriterWhosePeerDoesNotRead() throws Exception {
        open(64 << 20, NEVER);
        fillAll();

        assertThat(client.isWritable()).isFalse();
        assertThat(client.figures().sendBufferSize()).isEqualTo(LARGEST);
        assertThat(links.server.budget.used()).isEqualTo(ALL);
        assertThat(server.available()).isPositive();
        read();
        assertThat(read).isEqualTo(written).isEqualTo(ALL);
        assertThat(links.server.budget.used()).isEqualTo(LARGEST);
        assertThat(client.isWritable()).isTrue();
    }

    @Test
    void readsAcrossAChangeAtOnce() throws Exception {
        open(64 << 20, NEVER);
        fillAll();

        assertThat(server.read(ByteBuffer.allocate(2 * ALL))).isEqualTo(ALL);
        read = ALL;
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.UNAVAILABLE);
    }

    @Test
    void countsTheBytesOfAllRingsAgainstTheConsumer() throws Exception {
        open(64 << 20, NEVER);
        fillAll();
        ByteBuffer piece = ByteBuffer.allocate(70 * K);
        assertThat(server.read(piece)).isEqualTo(70 * K);

        assertThat(client.isWritable()).as("the last ring is as full as before").isFalse();
        assertThat(server.read(piece.clear())).isEqualTo(70 * K);
        assertThat(server.read(piece.clear())).isEqualTo(70 * K);
        assertThat(client.isWritable()).isTrue();
        read = 210 * K;
        fill();
        read();
        assertThat(read).isEqualTo(written);
    }

    @Test
    void becomesSmallWhenIdleAndGrowsAgain() throws Exception {
        open(64 << 20, AT_ONCE);
        for (int round = 0; round < 3; round++) {
            fillAll();
            read();
            awaitServerUses(INITIAL);

            assertThat(server.figures().receiveBufferSize()).isEqualTo(INITIAL);
            assertThat(client.figures().sendBufferSize()).isEqualTo(INITIAL);
        }
        write(10);
        read();
        assertThat(read).isEqualTo(written);
    }

    @Test
    void staysLargeWhileNothingIsRead() throws Exception {
        open(64 << 20, AT_ONCE);
        fillAll();
        sweepAgainAndAgain();
        assertThat(links.server.budget.used()).isEqualTo(ALL);
        read();
        assertThat(read).isEqualTo(ALL);
    }

    @Test
    void staysLargeUntilItWasIdleForLongEnough() throws Exception {
        open(64 << 20, NEVER);
        fillAll();
        read();
        sweepAgainAndAgain();
        assertThat(links.server.budget.used()).isEqualTo(LARGEST);
    }

    @Test
    void hasAnIdlePeerTakeWhatItAskedForAndNeededNoMore() throws Exception {
        open(64 << 20, AT_ONCE);
        fill();
        read();
        await().until(() -> serverField(OFFER) > 0);

        awaitServerUses(INITIAL);
        write(1000);
        read();
        assertThat(read).isEqualTo(written);
    }

    @ParameterizedTest
    @EnumSource(StreamDriver.class)
    void carriesStreamsInBothDirectionsWhileRingsChange(StreamDriver driver) throws Exception {
        open(64 << 20, AT_ONCE);
        driver.carryBothWays(pair, links, 12 << 20);
        assertThat(serverField(OFFER)).as("rings offered").isGreaterThanOrEqualTo(2);
    }

    @Test
    void wakesAWriterThatWaitsWhilePeerDoesNotRead() throws Exception {
        open(64 << 20, NEVER);
        CompletableFuture<Long> sent = StreamDriver.PLATFORM.send(client, pair.client.writeLock, new Random(5),
                position -> position < ALL - 30 * K);

        assertThat(sent.get()).isGreaterThan(INITIAL);
        assertThat(StreamDriver.PLATFORM.receive(server, new Random(6)).get()).isEqualTo(sent.get());
    }

    // ---- backlog

    @Test
    void takesMegabytesForAReaderThatDoesNotRead() throws Exception {
        open(64 << 20, NEVER, 4096 * K);
        fillUpTo(4096 * K);

        assertThat(written).isEqualTo((16 + 64 + 256 + 4 * 1024) * K);
        assertThat(client.isWritable()).as("that is all").isFalse();
        assertThat(links.server.budget.used()).isEqualTo(written);
        read();
        assertThat(read).isEqualTo(written);
        // A sweep may have offered a smaller one already.
        assertThat(links.server.budget.used()).as("what was read is free").isLessThanOrEqualTo((1024 + 256) * K);
    }

    @Test
    void takesABacklogAgainAfterItWasRead() throws Exception {
        open(64 << 20, NEVER, 4096 * K);
        for (int round = 0; round < 5; round++) {
            fillUpTo(4096 * K);
            read();
            assertThat(read).isEqualTo(written);
        }
        assertThat(links.server.budget.used()).isLessThanOrEqualTo(2 * 1024 * K);
    }

    @Test
    void becomesSteadyAgainWhenABacklogWasRead() throws Exception {
        open(64 << 20, NEVER, 4096 * K);
        fillUpTo(4096 * K);
        read();
        links.server.sweep();
        await().until(() -> {
            fill();
            read();
            return client.figures().sendBufferSize() == LARGEST;
        });
        assertThat(read).isEqualTo(written);
    }

    @Test
    void becomesSmallWhenIdleAfterABacklog() throws Exception {
        open(64 << 20, AT_ONCE, 4096 * K);
        for (int round = 0; round < 3; round++) {
            fillUpTo(4096 * K);
            read();
            awaitServerUses(INITIAL);
        }
        write(10);
        read();
        assertThat(read).isEqualTo(written);
    }

    @Test
    void leavesHalfOfTheMemoryToOthersWhateverLiesUnread() throws Exception {
        open(8 << 20, NEVER, 16 << 20);
        fillUpTo((16 + 64 + 256 + 3 * 1024) * K);
        links.server.sweep();
        await().during(Duration.ofMillis(100)).until(() -> !client.isWritable());

        assertThat(links.server.budget.used()).isEqualTo(written).isLessThanOrEqualTo(4 << 20);
        SmcdLocalRing other = links.server.group.allocate(1024 * K, 1024 * K);
        other.free();
        read();
        fill();
        read();
        assertThat(read).isEqualTo(written);
    }

    // ---- memory

    @Test
    void staysSmallAndWorksWhereThereIsNoMemory() throws Exception {
        open(64 * K, NEVER);
        for (int round = 0; round < 20; round++) {
            fill();
            links.server.sweep();
            assertThat(client.isWritable()).isFalse();
            read();
            assertThat(client.isWritable()).isTrue();
        }
        assertThat(read).isEqualTo(written);
        assertThat(links.server.budget.used()).isEqualTo(INITIAL);
    }

    @Test
    void leavesAQuarterToNewConnectionsAndGrowsWhenThereIsMemory() throws Exception {
        open(8 << 20, NEVER);
        long others = (6 << 20) - INITIAL - 64 * K + 1;
        assertThat(links.server.budget.tryReserve(others)).isTrue();
        fill();
        sweepAgainAndAgain();
        assertThat(client.isWritable()).isFalse();
        links.server.group.allocate(1024 * K, 1024 * K).free();

        links.server.budget.giveBack(1);
        await().until(() -> {
            links.server.sweep();
            return client.isWritable();
        });
        links.server.budget.giveBack(others - 1);
        fill();
        assertThat(written).isEqualTo(INITIAL + 64 * K);
        read();
        assertThat(read).isEqualTo(written);
    }

    @Test
    void givesBackARingThatIsOffered() throws Exception {
        open(64 << 20, NEVER);
        fill();
        await().until(() -> serverField(OFFER) == 1);

        assertThat(serverField(TAKEN)).isZero();
        assertThat(links.server.budget.used()).isEqualTo(INITIAL + 64 * K);
    }

    @Test
    void givesBackRingsThatAreTakenAndNotYetRead() throws Exception {
        open(64 << 20, NEVER);
        fillAll();
    }

    @Test
    void givesBackASmallRingThatIsOffered() throws Exception {
        open(64 << 20, AT_ONCE);
        fillAll();
        read();
        int offers = serverField(OFFER);
        pair.client.writeLock.lock();
        try {
            CompletableFuture.supplyAsync(() -> {
                await().until(() -> {
                    links.server.sweep();
                    return serverField(OFFER) > offers;
                });
                return null;
            }).join();
            assertThat(links.server.budget.used()).isEqualTo(LARGEST + INITIAL);
            client.close(false);
            server.close(false);
        } finally {
            pair.client.writeLock.unlock();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesEverythingBackIfOneEndAbortsInTheMiddle(boolean byWriter) throws Exception {
        open(64 << 20, NEVER);
        fill();
        await().until(client::isWritable);
        fill();
        server.read(ByteBuffer.allocate(10 * K));

        (byWriter ? client : server).close(true);
        (byWriter ? server : client).close(false);
        await().until(() -> {
            links.server.sweep();
            links.client.sweep();
            return links.server.budget.used() + links.client.budget.used() == 0;
        });
    }

    @Test
    void readsWhatIsInAllRingsAfterThePeerHasClosed() throws Exception {
        open(64 << 20, NEVER);
        fillAll();
        client.close(false);

        read();
        assertThat(read).isEqualTo(ALL);
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
    }

    @Test
    void readsWhatIsInAllRingsAfterTheLinkGroupHasEnded() throws Exception {
        open(64 << 20, NEVER);
        fillAll();
        links.client.close();
        await().until(() -> server.state() == SmcState.PROCESSABORT);

        read = server.read(ByteBuffer.allocate(2 * ALL));
        assertThat(read).isEqualTo(ALL);
    }
}
