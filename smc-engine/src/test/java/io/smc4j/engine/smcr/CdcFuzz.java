package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import io.smc4j.engine.testsupport.Script;
import io.smc4j.engine.wire.CdcCursor;
import io.smc4j.engine.wire.CdcMessage;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any CDC messages in any order, among what the connection itself does: cursors stay within what the rings can hold and
 * never go back, and what the peer has shown of its end stays.
 */
class CdcFuzz {

    private static final int SIZE = 16 * 1024;
    private static final int PEER_TOKEN = 77;

    private static RdmaWithoutDevices engine;
    private static SmcrLinkGroup group;

    static Stream<byte[]> corpus() {
        return Corpus.of(CdcFuzz.class);
    }

    @BeforeAll
    static void open() throws Exception {
        engine = new RdmaWithoutDevices(2, 255);
        group = engine.group();
    }

    @AfterAll
    static void close() {
        engine.onLoop(() -> group.down("the test is over"));
        assertThat(engine.budget.used()).isZero();
        engine.close();
    }

    @MethodSource("corpus")
    @FuzzTest
    void receive(byte[] bytes) throws Exception {
        Script script = new Script(bytes);
        SmcrLocalRing rmb = group.allocate(SIZE);
        SmcrLocalRing buffer = group.allocate(SIZE);
        FakeLink link = new FakeLink(1);
        Rtokens rtokens = new Rtokens();
        rtokens.put(link.number(), 1, 0);
        SmcrPeerRing out = new SmcrPeerRing(rmb, buffer.buffer(), link, rtokens, PEER_TOKEN, SIZE, () -> { });
        rmb.tie(out);
        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
        long consumed = 0;
        long written = 0;
        int sequence = 0;
        while (script.goesOn()) {
            long producer = rmb.producer();
            long consumer = out.consumer();
            int state = rmb.peerState();
            switch (script.below(5)) {
                case 0, 1 -> {
                    long produced = script.number(producer);
                    long read = script.number(consumer);
                    CdcMessage.encode(message, 0, sequence + script.below(3), rmb.token(),
                            CdcCursor.wrap(produced, SIZE), CdcCursor.count(produced, SIZE),
                            CdcCursor.wrap(read, SIZE), CdcCursor.count(read, SIZE), script.next(), script.next());
                    sequence++;
                    group.cdc(null, message, 0);
                }
                case 2 -> {
                    byte[] any = script.bytes(CdcMessage.LENGTH);
                    message.clear().put(any);
                    if (CdcMessage.isCdc(message, 0, any.length)) {
                        group.cdc(null, message, 0);
                    }
                }
                case 3 -> {
                    consumed += Math.min(script.size(), Math.max(0, producer - consumed));
                    rmb.publishConsumer(consumed);
                }
                default -> {
                    written += Math.min(script.size(), SIZE - (written - consumer));
                    out.setProducer(written);
                    out.ring();
                }
            }
            assertThat(rmb.producer()).isBetween(producer, consumed + SIZE);
            assertThat(out.consumer()).isBetween(consumer, written);
            assertThat(rmb.peerState() & state).as("what was shown").isEqualTo(state);
        }
        for (FakeLink.Write write : link.writes) {
            assertThat(write.offset() + write.length()).isLessThanOrEqualTo(SIZE);
            assertThat(write.remoteAddress() + write.length()).isLessThanOrEqualTo(SIZE);
        }
        rmb.tie(null);
        group.free(rmb);
        group.free(buffer);
    }
}
