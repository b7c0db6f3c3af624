package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SegmentLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmcdLinkGroupTest {

    private static final int K = 1024;
    private static final int LIMIT = 2 << 20;

    private long mappedBefore;
    private LinkPair links;
    private SmcdLinkGroup own;
    private SmcdLinkGroup peer;

    @BeforeEach
    void open() throws Exception {
        mappedBefore = LinkPair.mappedSegments();
        links = new LinkPair(LIMIT);
        own = links.client.group;
        peer = links.server.group;
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        links.closeAndFindNothingLeft();
        assertThat(LinkPair.mappedSegments()).isEqualTo(mappedBefore);
    }

    /** A connection that does as it is told. */
    private static final class Connection implements LinkGroup.Member {
        private final SmcdLocalRing ring;
        private final AtomicInteger downs = new AtomicInteger();
        private final AtomicInteger peerCloses = new AtomicInteger();
        private volatile boolean closed;
        private volatile boolean peerDone;
        private boolean freed;

        Connection(SmcdLocalRing ring, SmcdPeerRing peer) {
            this.ring = ring;
            ring.pairWith(peer);
            ring.attach(this);
        }

        @Override
        public void linkDown() {
            downs.incrementAndGet();
        }

        @Override
        public void peerClosed() {
            peerCloses.incrementAndGet();
        }

        @Override
        public synchronized boolean tryRelease() {
            if (!freed && closed && (downs.get() > 0 || peerDone)) {
                freed = true;
                ring.free();
            }
            return freed;
        }

        void close() {
            closed = true;
            if (!tryRelease()) {
                ring.linger();
            }
        }
    }

    @Test
    void handsOutRingsUntilTheBudgetIsUsedUpAndAgainWhenTheyAreFree() throws Exception {
        List<SmcdLocalRing> rings = new ArrayList<>();
        for (int i = 0; i < LIMIT / (256 * K); i++) {
            rings.add(own.allocate(256 * K, 256 * K));
        }
        assertThat(links.client.budget.used()).isEqualTo(LIMIT);
        assertThatExceptionOfType(DeclineException.class).isThrownBy(() -> own.allocate(16 * K, 16 * K))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(FallbackReason.MEMORY_LIMIT));

        rings.forEach(SmcdLocalRing::free);

        assertThat(links.client.budget.used()).isZero();
        assertThat(own.isIdle()).isTrue();
        own.allocate(1024 * K, 1024 * K).free();
    }

    @Test
    void bindsTheRingThatTheTokenNames() throws Exception {
        SmcdLocalRing ring = own.allocate(64 * K, 64 * K);

        SmcdPeerRing remote = peer.bind(ring.token(), 64 * K, null);
        remote.data().put(12345, (byte) 42);

        assertThat(ring.data().get(12345)).isEqualTo((byte) 42);
        ring.free();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 16, 1L << 62, SegmentLayout.BOUND, 0x8000, 0xFFFF})
    void bindsNothingForAWrongToken(long difference) throws Exception {
        SmcdLocalRing ring = own.allocate(64 * K, 64 * K);

        assertThat(peer.bind(ring.token() ^ difference, 64 * K, null)).isNull();
        assertThat(peer.bind(0, 64 * K, null)).isNull();
        ring.free();
    }

    @Test
    void bindsNothingForAWrongSizeATokenUsedBeforeOrARingGivenBack() throws Exception {
        SmcdLocalRing ring = own.allocate(64 * K, 64 * K);

        assertThat(peer.bind(ring.token(), 128 * K, null)).isNull();
        assertThat(peer.bind(ring.token(), 64 * K, null)).isNotNull();
        assertThat(peer.bind(ring.token(), 64 * K, null)).as("again").isNull();
        ring.free();
        SmcdLocalRing other = own.allocate(64 * K, 64 * K);
        other.free();
        assertThat(peer.bind(other.token(), 64 * K, null)).as("given back").isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4096, SegmentLayout.RINGS_OFFSET - 4096, SegmentLayout.RINGS_OFFSET + 1, -4096,
            Long.MAX_VALUE - 4095, 1L << 40})
    void bindsNoRingThatLiesWhereNoneCan(long offset) throws Exception {
        bindsNoRingAt(offset);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4096, 60 * K})
    void bindsNoRingThatLiesBeyondTheEnd(long fromEnd) throws Exception {
        bindsNoRingAt(own.own().byteSize() - fromEnd);
    }

    private void bindsNoRingAt(long offset) throws Exception {
        SmcdLocalRing ring = own.allocate(64 * K, 64 * K);
        SegmentLayout.LONG.set(own.own(), LinkPair.Side.control(ring) + SegmentLayout.RING, offset);

        assertThat(peer.bind(ring.token(), 64 * K, null)).isNull();
        ring.free();
    }

    @Test
    void doesNotTakeALateStateOfOnePeerForThatOfAnother() throws Exception {
        SmcdLocalRing first = own.allocate(16 * K, 16 * K);
        SmcdPeerRing late = peer.bind(first.token(), 16 * K, null);
        first.free();
        SmcdLocalRing second = own.allocate(16 * K, 16 * K);
        SmcdPeerRing current = peer.bind(second.token(), 16 * K, null);
        assertThat(second.index()).isEqualTo(first.index());

        late.setState(0x60);
        assertThat(second.peerState()).isZero();
        current.setState(1);
        late.setState(0xFF);
        current.setState(0x81);

        assertThat(second.peerState()).isEqualTo(0x81);
        second.free();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0x40, 0x12345678})
    void takesAStateThatNobodyShowedForTheEnd(int garbage) throws Exception {
        SmcdLocalRing ring = own.allocate(16 * K, 16 * K);
        SegmentLayout.INT.set(own.own(), LinkPair.Side.control(ring) + SegmentLayout.STATE, garbage);

        assertThat(ring.peerState()).isEqualTo(0xFF);
        ring.free();
    }

    @Test
    void tellsThePeerOfWhatLingers() throws Exception {
        SmcdLocalRing mine = own.allocate(16 * K, 16 * K);
        SmcdLocalRing theirs = peer.allocate(16 * K, 16 * K);
        Connection connection = new Connection(mine, own.bind(theirs.token(), 16 * K, null));
        Connection opposite = new Connection(theirs, peer.bind(mine.token(), 16 * K, null));

        connection.close();
        links.client.sweep();

        await().until(() -> opposite.peerCloses.get() > 0);
        assertThat(connection.freed).isFalse();
        connection.peerDone = true;
        opposite.peerDone = true;
        connection.tryRelease();
        opposite.close();
    }

    @Test
    void tellsEveryConnectionOnceThePeerIsGone() throws Exception {
        SmcdLocalRing mine = own.allocate(16 * K, 16 * K);
        SmcdLocalRing theirs = peer.allocate(16 * K, 16 * K);
        Connection connection = new Connection(mine, own.bind(theirs.token(), 16 * K, null));
        theirs.free();

        links.server.close();

        await().until(() -> connection.downs.get() == 1);
        assertThat(own.isActive()).isFalse();
        assertThatExceptionOfType(DeclineException.class).isThrownBy(() -> own.allocate(16 * K, 16 * K))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(FallbackReason.PEER_LOST));
        mine.data().put(0, (byte) 1);
        connection.close();
        assertThat(links.client.budget.used()).isZero();
    }

    @Test
    void freesARingThatBeginsToLingerAfterTheEnd() throws Exception {
        SmcdLocalRing mine = own.allocate(16 * K, 16 * K);
        SmcdLocalRing theirs = peer.allocate(16 * K, 16 * K);
        Connection connection = new Connection(mine, own.bind(theirs.token(), 16 * K, null));
        theirs.free();
        // As if the peer died between a close that could not free the ring and its leaving it to the link group.
        connection.closed = true;
        links.server.close();
        await().until(() -> links.client.groups.snapshot().isEmpty());

        mine.linger();

        assertThat(links.client.budget.used()).isZero();
    }

    @Test
    void tellsAConnectionMadeTooLate() throws Exception {
        SmcdLocalRing mine = own.allocate(16 * K, 16 * K);
        SmcdLocalRing theirs = peer.allocate(16 * K, 16 * K);
        SmcdPeerRing remote = own.bind(theirs.token(), 16 * K, null);
        theirs.free();
        links.server.close();
        await().until(() -> !own.isActive());

        Connection connection = new Connection(mine, remote);

        assertThat(connection.downs.get()).isEqualTo(1);
        connection.close();
    }

    @Test
    void reclaimsWhatLingersWhenMemoryIsShort() throws Exception {
        List<Connection> connections = new ArrayList<>();
        List<SmcdLocalRing> theirs = new ArrayList<>();
        for (int i = 0; i < LIMIT / (256 * K); i++) {
            SmcdLocalRing mine = own.allocate(256 * K, 256 * K);
            SmcdLocalRing opposite = peer.allocate(16 * K, 16 * K);
            theirs.add(opposite);
            connections.add(new Connection(mine, own.bind(opposite.token(), 16 * K, null)));
        }
        connections.forEach(Connection::close);
        assertThatExceptionOfType(DeclineException.class).isThrownBy(() -> own.allocate(1024 * K, 1024 * K));

        connections.forEach(connection -> connection.peerDone = true);

        own.allocate(1024 * K, 1024 * K).free();
        assertThat(links.client.budget.used()).isZero();
        theirs.forEach(SmcdLocalRing::free);
    }

    @Test
    void endsWithAllConnectionsItHasAndHandsOutNoDoorbellAfterwards() throws Exception {
        try (Doorbell doorbell = new Doorbell(1)) {
            assertThat(doorbell.slot(own)).isNotNull();
            links.client.close();
            assertThat(doorbell.slot(own)).isNotNull();
            doorbell.arm();
            assertThat(doorbell.slot(own)).isNull();
        }
    }
}
