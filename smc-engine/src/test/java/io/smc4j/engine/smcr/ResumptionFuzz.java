package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.SpinMode;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.testsupport.Corpus;
import io.smc4j.engine.testsupport.Script;
import io.smc4j.engine.wire.CdcCursor;
import io.smc4j.engine.wire.CdcMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connection that leaves its ring among any CDC messages, and is told any number that the peer has received: nothing
 * more comes into the ring, and what is sent once more lies in the send buffer.
 */
class ResumptionFuzz {

    private static final int SIZE = 16 * 1024;
    private static final int PEER_TOKEN = 77;

    private static RdmaWithoutDevices engine;
    private static SmcrLinkGroup group;

    static Stream<byte[]> corpus() {
        return Corpus.of(ResumptionFuzz.class);
    }

    @BeforeAll
    static void open() throws Exception {
        engine = new RdmaWithoutDevices(1, 255);
        group = engine.group();
        group.setResumable(true);
    }

    @AfterAll
    static void close() {
        assertThat(group.rmbsInUse()).isEmpty();
        engine.onLoop(() -> group.down("the test is over"));
        assertThat(engine.budget.used()).isZero();
        engine.close();
    }

    @MethodSource("corpus")
    @FuzzTest
    void goOn(byte[] bytes) throws Exception {
        Script script = new Script(bytes);
        SmcrLocalRing rmb = group.allocate(SIZE);
        Rtokens rtokens = new Rtokens();
        FakeLink link = new FakeLink(1);
        rtokens.put(link.number(), 1, 0);
        SmcrPeerRing out = group.sendTo(rmb, link, rtokens, PEER_TOKEN, SIZE, SIZE);
        SmcConnection connection = new SmcConnection(rmb, out, SIZE, new ReentrantLock(), engine.loop,
                new Spinner.Policy(SpinMode.NEVER, 0), () -> { });
        engine.onLoop(() -> run(script, rmb, out, connection));
        engine.onLoop(() -> {
            connection.resumption().releaseRings();
            connection.pathLost();
            connection.close(true);
        });
        engine.onLoop(() -> assertThat(connection.tryRelease()).isTrue());
    }

    private static void run(Script script, SmcrLocalRing rmb, SmcrPeerRing out, SmcConnection connection) {
        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
        long received = -1;
        long sent = 0;
        int sequence = 0;
        while (script.goesOn()) {
            switch (script.below(6)) {
                case 0, 1 -> {
                    long produced = script.number(rmb.producer());
                    long read = script.number(out.consumer());
                    CdcMessage.encode(message, 0, sequence++, rmb.token(),
                            CdcCursor.wrap(produced, SIZE), CdcCursor.count(produced, SIZE),
                            CdcCursor.wrap(read, SIZE), CdcCursor.count(read, SIZE), script.next(), script.next());
                    group.cdc(null, message, 0);
                }
                case 2 -> {
                    if (received < 0) {
                        attempt(() -> connection.write(ByteBuffer.allocate(script.size())));
                        sent = connection.figures().bytesSent();
                    }
                }
                case 3 -> attempt(() -> connection.read(ByteBuffer.allocate(script.size())));
                case 4 -> {
                    long now = connection.resumption().leaveRing();
                    assertThat(now).isEqualTo(received < 0 ? rmb.producer() : received);
                    received = now;
                }
                default -> takeAnswer(connection, script.number(sent), out.consumer(), sent);
            }
            assertThat(connection.figures().bytesReceived()).isLessThanOrEqualTo(rmb.producer());
            assertThat(received < 0 || rmb.producer() == received).as("nothing comes once it was left").isTrue();
        }
    }

    private static void takeAnswer(SmcConnection connection, long position, long consumed, long sent) {
        boolean possible = position >= consumed && position <= sent;
        assertThat(attempt(() -> connection.resumption().peerHas(position))).isEqualTo(possible);
        if (possible) {
            long left = sent - position;
            for (ByteBuffer rest = connection.resumption().rest(); rest.hasRemaining(); rest = connection.resumption()
                    .rest()) {
                left -= rest.remaining();
                connection.resumption().sent(rest.remaining());
            }
            assertThat(left).isZero();
        }
    }

    /** Something that a connection may refuse. */
    private interface Attempt {
        void run() throws IOException;
    }

    private static boolean attempt(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
