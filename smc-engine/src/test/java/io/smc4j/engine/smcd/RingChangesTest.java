package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.link.RingAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a link group replaces its rings, whatever the connections in them do. */
class RingChangesTest {

    private static final int K = 1024;
    private static final int INITIAL = 16 * K;
    private static final int LARGEST = 256 * K;
    private static final long LIMIT = 512 << 20;

    private final List<SmcdLocalRing> rings = new ArrayList<>();
    private LinkPair links;

    private void open(Duration idleAfter) throws Exception {
        links = new LinkPair(LIMIT, idleAfter);
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        rings.forEach(SmcdLocalRing::free);
        assertThat(links.server.budget.used()).isZero();
        links.close();
    }

    private SmcdLocalRing ring() throws Exception {
        SmcdLocalRing ring = links.server.group.allocate(INITIAL, LARGEST);
        rings.add(ring);
        return ring;
    }

    private SmcdPeerRing remote(SmcdLocalRing ring) {
        return links.client.group.bind(ring.token(), INITIAL, null);
    }

    private static int offers(SmcdLocalRing ring) {
        return ring.newest().number();
    }

    /** What has been sent before has been heard. */
    private void awaitHeard() throws Exception {
        SmcdLocalRing marker = ring();
        remote(marker).wantRoom(INITIAL, 0);
        await().until(() -> offers(marker) == 1);
        rings.remove(marker);
        marker.free();
    }

    @Test
    void tenThousandIdleConnectionsFitTheDefaultLimit() throws Exception {
        open(Duration.ofDays(1));
        for (int i = 0; i < 10_000; i++) {
            ring();
        }
        assertThat(links.server.budget.used()).isEqualTo(10_000L * INITIAL);
    }

    @Test
    void offersNothingForATokenOfNoRing() throws Exception {
        open(Duration.ofDays(1));
        SmcdLocalRing ring = ring();
        for (long token : new long[] {0, -1, ring.token() ^ 1L << 20, ring.token() + 1, Long.MIN_VALUE}) {
            links.client.group.wantRoom(token, 0, false);
        }
        awaitHeard();

        assertThat(offers(ring)).isZero();
        assertThat(links.server.budget.used()).isEqualTo(INITIAL);
    }

    @Test
    void offersOneRingHoweverOftenItIsWanted() throws Exception {
        open(Duration.ofDays(1));
        SmcdLocalRing ring = ring();
        for (int i = 0; i < 100; i++) {
            links.client.group.wantRoom(ring.token(), 0, false);
        }
        awaitHeard();

        assertThat(offers(ring)).isEqualTo(1);
        assertThat(links.server.budget.used()).isEqualTo(INITIAL + 64 * K);
    }

    @Test
    void offersNothingBeyondTheLargest() throws Exception {
        open(Duration.ofDays(1));
        SmcdLocalRing ring = ring();
        SmcdPeerRing remote = remote(ring);
        for (int number = 1; number <= 2; number++) {
            links.client.group.wantRoom(ring.token(), number - 1, false);
            awaitHeard();
            assertThat(remote.offer()).isEqualTo(number);
            assertThat(remote.take(number, 0)).isNotNull();
        }
        links.client.group.wantRoom(ring.token(), 2, false);
        awaitHeard();

        assertThat(offers(ring)).isEqualTo(2);
        assertThat(ring.size()).isEqualTo(LARGEST);
        assertThat(links.server.budget.used()).isEqualTo(LARGEST);
    }

    @Test
    void offersOneRingForEachThatIsFull() throws Exception {
        open(Duration.ofDays(1));
        SmcdLocalRing ring = ring();
        SmcdPeerRing remote = remote(ring);
        remote.wantRoom(LARGEST, 0);
        awaitHeard();
        assertThat(offers(ring)).as("it is large enough").isZero();

        remote.wantRoom(INITIAL, 0);
        awaitHeard();
        assertThat(offers(ring)).isEqualTo(1);
        remote.take(1, 0);
        remote.wantRoom(INITIAL, 0);
        awaitHeard();
        assertThat(offers(ring)).as("that ring was replaced already").isEqualTo(1);
        remote.wantRoom(64 * K, 1);
        awaitHeard();
        assertThat(offers(ring)).isEqualTo(2);
    }

    /** Rings of their own, so that time is what a test says. */
    private final class Clocked {
        final SmcdLocalRings own = new SmcdLocalRings(links.server.group, new RingAllocator(links.server.memoryOf(),
                links.server.memory().byteSize(), links.server.budget), links.server.budget);
        final RingChanges changes = new RingChanges(own, Duration.ofDays(1).toNanos());
        final SmcdLocalRing ring;
        final SmcdPeerRing writer;
        long now = System.nanoTime();
        long written;

        Clocked(int limit) throws Exception {
            ring = own.allocate(INITIAL, limit);
            writer = remote(ring);
        }

        /** Has the writer fill a ring and ask for more; returns whether it is offered some. */
        boolean fill(int size, int number) {
            written += size;
            writer.setProducer(written);
            writer.setBlocked();
            return changes.roomWanted(ring, number, now);
        }

        void read(long bytes) {
            ring.publishConsumer(ring.consumed() + bytes);
            writer.setBlocked();
        }

        boolean laterFill() {
            now += RingChanges.BACKLOG_NANOS;
            return !changes.fill(now).isEmpty();
        }
    }

    @Test
    void growsBeyondASteadySizeOnlyIfNothingIsRead() throws Exception {
        open(Duration.ofDays(1));
        Clocked clocked = new Clocked(4096 * K);
        assertThat(clocked.fill(16 * K, 0)).isTrue();
        clocked.writer.take(1, clocked.written);
        assertThat(clocked.fill(64 * K, 1)).isTrue();
        clocked.writer.take(2, clocked.written);

        assertThat(clocked.fill(256 * K, 2)).as("the reader may only be slower").isFalse();
        for (int i = 0; i < 20; i++) {
            clocked.read(10 * K);
            assertThat(clocked.laterFill()).as("it reads").isFalse();
            assertThat(clocked.changes.isFilling()).isTrue();
        }
        assertThat(clocked.laterFill()).as("it does not").isTrue();
        for (int number = 3; number < 6; number++) {
            clocked.writer.take(number, clocked.written);
            assertThat(clocked.fill(1024 * K, number)).as("more at once").isTrue();
            assertThat(clocked.ring.newest().size()).isEqualTo(1024 * K);
        }
        clocked.writer.take(6, clocked.written);
        assertThat(clocked.ring.held()).isEqualTo((256 + 4 * 1024) * K);
        assertThat(clocked.fill(1024 * K, 6)).as("that is all").isFalse();
        clocked.laterFill();
        assertThat(clocked.changes.isFilling()).as("nobody looks again and again").isFalse();

        clocked.own.free(clocked.ring);
    }

    @Test
    void looksNoMoreWhenAWriterLiesStillThatWantedMore() throws Exception {
        open(Duration.ofDays(1));
        Clocked clocked = new Clocked(4096 * K);
        clocked.fill(16 * K, 0);
        clocked.writer.take(1, clocked.written);
        clocked.fill(64 * K, 1);
        clocked.writer.take(2, clocked.written);
        clocked.fill(256 * K, 2);
        assertThat(clocked.changes.isFilling()).isTrue();
        clocked.ring.publishConsumer(clocked.written);
        clocked.laterFill();
        clocked.laterFill();

        assertThat(clocked.changes.isFilling()).isFalse();
        clocked.own.free(clocked.ring);
    }

    @Test
    void offersSmallRingsToSoManyInOneTurnAndToAllInTheEnd() throws Exception {
        open(Duration.ofNanos(1));
        int many = 700;
        List<SmcdPeerRing> remotes = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            SmcdLocalRing ring = ring();
            SmcdPeerRing remote = remote(ring);
            remotes.add(remote);
            remote.wantRoom(INITIAL, 0);
        }
        await().until(() -> remotes.stream().allMatch(remote -> remote.offer() == 1));
        remotes.forEach(remote -> remote.take(1, 0));
        await().until(() -> {
            links.server.onLoop(() -> {
                long before = offered(remotes);
                links.server.group.sweep();
                assertThat(offered(remotes) - before).isLessThanOrEqualTo(500);
            });
            for (SmcdPeerRing remote : remotes) {
                if (remote.offer() == 2) {
                    remote.take(2, 0);
                }
            }
            return links.server.budget.used() == many * (long) INITIAL;
        });
    }

    private static long offered(List<SmcdPeerRing> remotes) {
        return remotes.stream().filter(remote -> remote.offer() == 2).count();
    }
}
