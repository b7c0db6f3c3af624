package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.wire.CdcCursor;
import io.smc4j.engine.wire.CdcMessage;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CDC messages do to a connection, the true and the false ones. */
class SmcrLocalRingTest {

    private static final int SIZE = 16 * 1024;
    private static final int PEER_TOKEN = 77;

    /** Counts what would be told the peer. */
    private static final class QuietRing extends SmcrPeerRing {
        private int rings;
        private int shown;

        QuietRing(SmcrLocalRing rmb, RegisteredBuffer buffer) {
            super(rmb, buffer, null, new Rtokens(), PEER_TOKEN, SIZE, () -> { });
        }

        @Override
        public boolean ring() {
            rings++;
            return true;
        }

        @Override
        public synchronized void setState(int flags) {
            shown |= flags;
            super.setState(flags);
        }
    }

    private static final class Member implements LinkGroup.Member {
        private int closes;

        @Override
        public void linkDown() {
            // Nobody waits.
        }

        @Override
        public void peerClosed() {
            closes++;
        }

        @Override
        public boolean tryRelease() {
            return false;
        }
    }

    private final ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
    private final Member member = new Member();
    private RdmaWithoutDevices engine;
    private SmcrLinkGroup group;
    private SmcrLocalRing rmb;
    private QuietRing out;
    private int sequence;

    @BeforeEach
    void open() throws Exception {
        engine = new RdmaWithoutDevices(2, 255);
        group = engine.group();
        rmb = group.allocate(SIZE);
        out = new QuietRing(rmb, group.allocate(SIZE).buffer());
        rmb.tie(out);
        rmb.attach(member);
    }

    @AfterEach
    void close() {
        engine.onLoop(() -> group.down("the test is over"));
        assertThat(engine.budget.used()).isZero();
        engine.close();
    }

    private void say(int number, int token, int wrap, int count, int consumerCount, int flags, int state) {
        CdcMessage.encode(message, 0, number, token, wrap, count, 0, consumerCount, flags, state);
        group.cdc(null, message, 0);
    }

    private void say(int wrap, int count, int flags, int state) {
        say(++sequence, rmb.token(), wrap, count, 0, flags, state);
    }

    private boolean isReset() {
        return (rmb.peerState() & CdcMessage.ABORT) != 0 && (out.shown & CdcMessage.ABORT) != 0;
    }

    @Test
    void takesCursorsUpToTheFullRing() {
        say(0, 100, 0, 0);
        assertThat(rmb.producer()).isEqualTo(100);

        say(1, 0, 0, 0);
        assertThat(rmb.producer()).isEqualTo(SIZE);

        rmb.publishConsumer(SIZE);
        say(2, 0, 0, 0);
        assertThat(rmb.producer()).isEqualTo(2 * SIZE);
        assertThat(isReset()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0, 16384", "0, -1", "0, -2147483648", "2, 0", "32767, 16383"})
    void resetsTheConnectionOfAProducerThatCannotBe(int wrap, int count) {
        say(wrap, count, 0, 0);

        assertThat(isReset()).isTrue();
        assertThat(rmb.producer()).isZero();
        assertThat(member.closes).isOne();
    }

    @ParameterizedTest
    @CsvSource({"1", "16384", "-1", "2147483647"})
    void resetsTheConnectionOfAConsumerOfWhatWasNeverSent(int count) {
        out.setProducer(5000);

        say(++sequence, rmb.token(), 0, 0, count, 0, 0);

        assertThat(isReset()).isTrue();
        assertThat(out.consumer()).isZero();
    }

    @Test
    void takesAConsumerOfWhatWasTold() {
        tell(0);

        say(++sequence, rmb.token(), 0, 10, 0, 0, 0);

        assertThat(isReset()).isFalse();
        assertThat(out.consumer()).isZero();
    }

    private void tell(long position) {
        out.setProducer(position);
        ByteBuffer told = ByteBuffer.allocate(CdcMessage.LENGTH);
        out.begin();
        assertThat(out.post(null, told, 0)).isZero();
        assertThat(CdcMessage.token(told, 0)).isEqualTo(PEER_TOKEN);
    }

    @Test
    void ignoresWhatRunsBackwards() {
        say(0, 500, 0, 0);

        say(0, 499, 0, 0);
        say(0x8000, 0, 0, 0);
        say(sequence - 1, rmb.token(), 0, 600, 0, 0, CdcMessage.ABORT);
        say(sequence - 0x7FFF, rmb.token(), 2, 2, 0, 0xF7, 0xFF);

        assertThat(rmb.producer()).isEqualTo(500);
        assertThat(rmb.peerState()).isZero();
    }

    @Test
    void takesSequencesThatWrap() {
        for (int i = 0; i < 70_000; i++) {
            say(0, i % 2 == 0 ? 100 : 0, 0, 0);
        }

        say(0, 200, 0, 0);

        assertThat(rmb.producer()).isEqualTo(200);
    }

    @Test
    void ignoresTokensThatAreNobodys() {
        say(1, rmb.token() ^ 0x100, 9, 9, 9, 0xFF, 0xFF);
        say(1, rmb.token() ^ 0xFF, 9, 9, 9, 0xFF, 0xFF);
        say(1, 0, 9, 9, 9, 0xFF, 0xFF);
        say(1, -1, 9, 9, 9, 0xFF, 0xFF);

        assertThat(rmb.peerState()).isZero();
        assertThat(rmb.producer()).isZero();
    }

    @Test
    void ignoresTheTokenOfAConnectionThatIsFreed() {
        rmb.tie(null);
        group.free(rmb);

        say(0, 10, 0, CdcMessage.CLOSED);

        assertThat(rmb.producer()).isZero();
        assertThat(member.closes).isZero();
    }

    @Test
    void anEndCannotBeTakenBack() {
        say(0, 1, 0, CdcMessage.DONE_WRITING);
        say(0, 1, 0, 0);
        assertThat(rmb.peerState()).isEqualTo(CdcMessage.DONE_WRITING);

        say(0, 1, 0, CdcMessage.CLOSED);
        say(0, 1, 0, 0);
        assertThat(rmb.peerState()).isEqualTo(CdcMessage.DONE_WRITING | CdcMessage.CLOSED);
    }

    @Test
    void anEndOutlastsWhatBreaksTheConnectionLater() {
        say(0, 1, 0, CdcMessage.DONE_WRITING);
        say(9, 9, 0, 0);

        assertThat(isReset()).isTrue();
        assertThat(rmb.peerState())
                .isEqualTo(CdcMessage.DONE_WRITING | CdcMessage.CLOSED | CdcMessage.ABORT);
    }

    @Test
    void anAbortIsAnEndOfWriting() {
        say(0, 0, 0, CdcMessage.ABORT);

        assertThat(rmb.peerState()).isEqualTo(CdcMessage.ABORT | CdcMessage.CLOSED);
        assertThat(member.closes).isOne();
    }

    @Test
    void flagsWithoutMeaningHaveNone() {
        say(0, 0, 0x67, 0x1F);

        assertThat(rmb.peerState()).isZero();
        assertThat(out.rings).isZero();
    }

    @Test
    void isResetOnce() {
        for (int i = 0; i < 100; i++) {
            say(9, 9, i % 2 == 0 ? 0 : CdcMessage.FAILOVER_VALIDATION, 0);
            say(sequence + 1000, rmb.token(), 0, 0, 0, CdcMessage.FAILOVER_VALIDATION, 0);
        }

        assertThat(isReset()).isTrue();
        assertThat(out.rings).isOne();
        assertThat(member.closes).isOne();
    }

    @Test
    void dataThatWasLostWithALinkResets() {
        say(0, 10, 0, 0);
        say(1, rmb.token(), 0, 0, 0, CdcMessage.FAILOVER_VALIDATION, 0);
        assertThat(isReset()).isFalse();

        say(2, rmb.token(), 0, 0, 0, CdcMessage.FAILOVER_VALIDATION, 0);
        assertThat(isReset()).isTrue();
        assertThat(rmb.producer()).isEqualTo(10);
    }

    @Test
    void whoAsksForAnUpdateIsToldOnlyNews() {
        say(0, 1000, CdcMessage.UPDATE_REQUESTED | CdcMessage.WRITE_BLOCKED, 0);
        say(0, 1000, CdcMessage.UPDATE_REQUESTED | CdcMessage.WRITE_BLOCKED, 0);
        assertThat(out.rings).isZero();

        assertThat(rmb.publishConsumer(1)).isTrue();
        assertThat(rmb.publishConsumer(2)).isFalse();
        say(0, 1000, CdcMessage.UPDATE_REQUESTED, 0);
        assertThat(out.rings).isOne();
    }

    /** Whatever comes: the producer stays within what the ring can hold, and never goes back. */
    @Test
    void staysWithinTheRing() throws DeclineException {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            rmb.tie(null);
            group.free(rmb);
            rmb = group.allocate(SIZE);
            rmb.tie(out);
            long consumed = 0;
            sequence = 0;
            for (int i = 0; i < 200; i++) {
                long before = rmb.producer();
                long aim = Math.max(0, before + random.nextInt(-SIZE, SIZE + SIZE / 8));
                boolean wild = random.nextInt(50) == 0;
                say(sequence + random.nextInt(-1, 4), rmb.token(), wild ? random.nextInt() : CdcCursor.wrap(aim, SIZE),
                        wild ? random.nextInt() : CdcCursor.count(aim, SIZE), 0, random.nextInt(256), 0);
                sequence++;
                assertThat(rmb.producer()).isBetween(before, consumed + SIZE);
                consumed += random.nextLong(rmb.producer() - consumed + 1);
                rmb.publishConsumer(consumed);
            }
        }
    }
}
