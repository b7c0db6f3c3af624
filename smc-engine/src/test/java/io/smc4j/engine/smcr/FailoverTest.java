package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.wire.CdcMessage;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection sends when its link is lost, and what it makes of a peer whose link is. */
class FailoverTest {

    private static final int SIZE = 16 * 1024;
    private static final int PEER_TOKEN = 77;

    private final FakeLink first = new FakeLink(1);
    private final FakeLink second = new FakeLink(2);
    private final FakeLink third = new FakeLink(3);
    private final Rtokens rtokens = new Rtokens();
    private RdmaWithoutDevices engine;
    private SmcrLinkGroup group;
    private SmcrLocalRing rmb;
    private SmcrPeerRing ring;

    @BeforeEach
    void open() throws Exception {
        engine = new RdmaWithoutDevices(2, 255);
        group = engine.group();
        rmb = group.allocate(SIZE);
        rtokens.put(1, 11, 0x1000);
        rtokens.put(2, 22, 0x2000);
        rtokens.put(3, 33, 0x3000);
        RegisteredBuffer buffer = new RegisteredBuffer(0, Arena.ofAuto().allocate(SIZE, 8), false);
        ring = new SmcrPeerRing(rmb, buffer, first, rtokens, PEER_TOKEN, SIZE, () -> { });
        rmb.tie(ring);
    }

    @AfterEach
    void close() {
        engine.onLoop(() -> group.down("test"));
        engine.close();
    }

    private void write(long upTo) {
        ring.setProducer(upTo);
        ring.ring();
    }

    @Test
    void whatThePeerHasNotConsumedIsWrittenOnceMore() {
        write(1000);
        write(1500);
        ring.delivered(first.sequences.get(0));
        assertThat(ring.consumed(0, 400)).isTrue();

        ring.moveTo(second);

        assertThat(second.messages).hasSize(2);
        assertThat(CdcMessage.isFailoverValidation(second.messages.get(0), 0)).isTrue();
        assertThat(CdcMessage.sequence(second.messages.get(0), 0)).isEqualTo(1);
        assertThat(CdcMessage.token(second.messages.get(0), 0)).isEqualTo(PEER_TOKEN);
        assertThat(second.writes).containsExactly(new FakeLink.Write(400, 1100, 0x2000 + 400, 22));
        assertThat(CdcMessage.isFailoverValidation(second.messages.get(1), 0)).isFalse();
        assertThat(CdcMessage.sequence(second.messages.get(1), 0)).isEqualTo(3);
        assertThat(CdcMessage.producerCount(second.messages.get(1), 0)).isEqualTo(1500);
    }

    /** The question whether message 1 has come has come; that says nothing of message 2. */
    @Test
    void aValidationThatHasComeIsNotTakenForTheMessagesThatHaveNot() {
        write(10);
        write(20);
        ring.delivered(first.sequences.get(0));
        ring.moveTo(second);
        ring.delivered(second.sequences.get(0));

        ring.moveTo(third);

        assertThat(CdcMessage.isFailoverValidation(third.messages.get(0), 0)).isTrue();
        assertThat(CdcMessage.sequence(third.messages.get(0), 0)).isEqualTo(1);
        assertThat(third.writes).containsExactly(new FakeLink.Write(0, 20, 0x3000, 33));
    }

    @Test
    void aLostQuestionForSpaceIsAskedOnceMore() throws Exception {
        RegisteredBuffer small = new RegisteredBuffer(0, Arena.ofAuto().allocate(SIZE / 2, 8), false);
        ring = new SmcrPeerRing(rmb, small, first, rtokens, PEER_TOKEN, SIZE, () -> { });
        write(SIZE / 2);
        ring.setBlocked();
        assertThat(CdcMessage.producerFlags(first.messages.getLast(), 0) & CdcMessage.UPDATE_REQUESTED).isNotZero();

        ring.moveTo(second);

        assertThat(CdcMessage.producerFlags(second.messages.getLast(), 0) & CdcMessage.UPDATE_REQUESTED).isNotZero();
    }

    /**
     * What a kernel said of its cursor over the lost link stays unsaid until its application receives something more.
     */
    @Test
    void aPeerWhoseCursorStandsStillIsSentWhatWasHeldBack() {
        group.expectChanges();
        write(SIZE);
        assertThat(CdcMessage.producerCount(first.messages.getLast(), 0)).isEqualTo(SIZE - 64);
        ring.moveTo(second);
        int before = second.messages.size();
        ring.askIfStuck();
        ring.askIfStuck();
        assertThat(second.messages).as("before the peer has changed links").hasSize(before);

        receive(0, CdcMessage.FAILOVER_VALIDATION, 0);
        ring.askIfStuck();

        assertThat(second.writes.getLast()).isEqualTo(new FakeLink.Write(SIZE - 64, 64, 0x2000 + SIZE - 64, 22));
        ByteBuffer message = second.messages.getLast();
        assertThat(CdcMessage.producerWrap(message, 0)).isEqualTo(1);
        assertThat(CdcMessage.producerCount(message, 0)).isZero();
        assertThat(CdcMessage.producerFlags(message, 0) & CdcMessage.UPDATE_REQUESTED).isNotZero();
        assertThat(ring.consumed(1, 0)).isTrue();
        int answered = second.messages.size();
        ring.askIfStuck();
        ring.askIfStuck();
        assertThat(second.messages).hasSize(answered);
    }

    /**
     * Where the application waits for more room than there is, nothing was held back: it has to write into what there
     * is.
     */
    @Test
    void aPeerWhoseCursorStandsStillIsAskedWithAllThatIsSentFromThen() {
        group.expectChanges();
        write(SIZE - 1000);
        ring.moveTo(second);
        receive(0, CdcMessage.FAILOVER_VALIDATION, 0);
        ring.askIfStuck();
        assertThat(ring.isStuck()).isFalse();

        ring.askIfStuck();

        assertThat(ring.isStuck()).isTrue();
        write(SIZE);
        ByteBuffer message = second.messages.getLast();
        assertThat(CdcMessage.producerWrap(message, 0)).isEqualTo(1);
        assertThat(CdcMessage.producerFlags(message, 0) & CdcMessage.UPDATE_REQUESTED).isNotZero();
        assertThat(ring.consumed(0, SIZE - 1000)).isTrue();
        assertThat(ring.isStuck()).isFalse();
    }

    @Test
    void somethingIsHeldBackOfAFullSendBufferToo() throws Exception {
        group.expectChanges();
        RegisteredBuffer small = new RegisteredBuffer(0, Arena.ofAuto().allocate(SIZE / 2, 8), false);
        ring = new SmcrPeerRing(rmb, small, first, rtokens, PEER_TOKEN, SIZE, () -> { });

        write(SIZE / 2);

        assertThat(CdcMessage.producerCount(first.messages.getLast(), 0)).isEqualTo(SIZE / 2 - 64);
    }

    @Test
    void whatIsHeldBackFollowsThePeersCursorAndIsNotHeldBackAtTheEnd() {
        group.expectChanges();
        write(SIZE);
        assertThat(ring.consumed(0, 10)).isTrue();
        assertThat(CdcMessage.producerCount(first.messages.getLast(), 0)).isEqualTo(SIZE - 54);

        ring.setState(CdcMessage.DONE_WRITING);
        ring.ring();

        assertThat(CdcMessage.producerWrap(first.messages.getLast(), 0)).isEqualTo(1);
        assertThat(first.writes.getLast()).isEqualTo(new FakeLink.Write(SIZE - 54, 54, 0x1000 + SIZE - 54, 11));
    }

    @Test
    void withoutAKeyForTheOtherLinkOnlyTheEndIsTold() {
        write(1000);
        rtokens.remove(2);

        ring.endOver(second);
        rmb.breakOff("no key for the other link");

        assertThat(second.writes).isEmpty();
        assertThat(second.messages).singleElement().satisfies(message -> assertThat(CdcMessage.stateFlags(message, 0))
                .isEqualTo(CdcMessage.ABORT));
        assertThat(rmb.resetReason()).isEqualTo("no key for the other link");
    }

    @Test
    void aPeerThatHasSentMoreThanHasComeHasLostData() {
        receive(1, 0, 100);
        receive(1, CdcMessage.FAILOVER_VALIDATION, 0);
        assertThat(rmb.producer()).isEqualTo(100);
        assertThat(rmb.peerState()).isZero();

        receive(2, CdcMessage.FAILOVER_VALIDATION, 0);

        assertThat(rmb.peerState() & CdcMessage.ABORT).isNotZero();
        assertThat(rmb.resetReason()).isEqualTo("data lost with a link");
    }

    private void receive(int sequence, int flags, int producer) {
        receive(sequence, flags, producer, 0);
    }

    private void receive(int sequence, int flags, int producer, int state) {
        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
        CdcMessage.encode(message, 0, sequence, rmb.token(), 0, producer, 0, 0, flags, state);
        group.cdc(null, message, 0);
    }
}
