package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.wire.CdcMessage;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a send buffer is free again, and what of its bytes a peer can have consumed. */
class SmcrPeerRingTest {

    private static final int SIZE = 16 * 1024;

    private final AtomicInteger given = new AtomicInteger();
    private RdmaWithoutDevices engine;
    private SmcrLinkGroup group;
    private SmcrPeerRing ring;

    @BeforeEach
    void open() throws Exception {
        engine = new RdmaWithoutDevices(2, 255);
        group = engine.group();
        RegisteredBuffer buffer = new RegisteredBuffer(0, Arena.ofAuto().allocate(SIZE, 8), false);
        ring = new SmcrPeerRing(group.allocate(SIZE), buffer, null, new Rtokens(), 1, SIZE, given::incrementAndGet);
    }

    @AfterEach
    void close() {
        engine.onLoop(() -> group.down("the test is over"));
        engine.close();
    }

    @Test
    void isGivenBackAtOnceIfNothingIsUnderWay() {
        ring.abandon();

        assertThat(given).hasValue(1);
    }

    /** A connection whose turn has not come must not send from what belongs to another since. */
    @Test
    void isGivenBackOnceWhenAllIsOver() {
        ring.begin();
        ring.begin();
        ring.abandon();
        ring.completed();
        assertThat(given).hasValue(0);

        ring.completed();
        assertThat(given).hasValue(1);

        ring.begin();
        ring.completed();
        assertThat(given).hasValue(1);
    }

    @Test
    void whatTheApplicationHasWrittenIsNotYetTold() {
        ring.setProducer(100);

        assertThat(ring.consumed(0, 1)).isFalse();
        assertThat(ring.consumed(0, 0)).isTrue();
        assertThat(ring.consumer()).isZero();
    }

    @Test
    void anAbortSaysAll() {
        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
        ring.setState(0xFF);

        ring.begin();
        assertThat(ring.post(null, message, 0)).isZero();

        assertThat(CdcMessage.stateFlags(message, 0)).isEqualTo(CdcMessage.ABORT | CdcMessage.DONE_WRITING);
        assertThat(CdcMessage.sequence(message, 0)).isOne();
    }

    /** Otherwise the peer would keep the connection for ever. */
    @Test
    void aPeerThatHasClosedIsToldThatItsRingIsLeftAlone() throws Exception {
        FakeLink link = new FakeLink(1);
        SmcrLocalRing rmb = group.allocate(SIZE);
        ring = new SmcrPeerRing(rmb, group.allocate(SIZE).buffer(), link, new Rtokens(), 1, SIZE, () -> { });
        rmb.tie(ring);
        SmcConnection connection = new SmcConnection(rmb, ring, Integer.MAX_VALUE, new ReentrantLock(), engine.loop,
                new Spinner.Policy(SpinMode.NEVER, 0), () -> { });
        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
        CdcMessage.encode(message, 0, 1, rmb.token(), 0, 0, 0, 0, 0, CdcMessage.CLOSED | CdcMessage.DONE_WRITING);

        engine.onLoop(() -> group.cdc(null, message, 0));

        assertThat(link.messages).singleElement()
                .satisfies(sent -> assertThat(CdcMessage.stateFlags(sent, 0) & CdcMessage.CLOSED).isNotZero());
        connection.close(false);
    }
}
