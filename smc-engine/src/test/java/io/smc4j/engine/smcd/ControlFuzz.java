package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.testsupport.Corpus;
import io.smc4j.engine.testsupport.EngineFaults;
import io.smc4j.engine.testsupport.Script;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that connects to a marker and sends any packets in any order, with segments and without. Whatever it is
 * told, the engine forgets it when it is gone, and goes on with others.
 */
class ControlFuzz {

    private static final long SEGMENT = SegmentLayout.segmentSize(1 << 20);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static EngineFaults faults;
    private static LinkPair.Side side;
    private static String marker;
    private static int listener;

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.of(ControlFuzz.class), Stream.of(new byte[] {0, 2, 1, 2, 3},
                new byte[] {0, 2, 1, 2, 4, 4, 0, 1, 0, 2, 0, 3}, new byte[] {5, 23}));
    }

    @BeforeAll
    static void open() throws Exception {
        faults = EngineFaults.watch();
        side = new LinkPair.Side("engine", 16 << 20);
        marker = LinkPair.newMarker();
        listener = UnixSockets.listen(marker, 16);
    }

    @AfterAll
    static void close() {
        side.close();
        Sockets.close(listener);
        faults.close();
    }

    @MethodSource("corpus")
    @FuzzTest
    void receive(byte[] bytes) throws OsException {
        Script script = new Script(bytes);
        Gid gid = Gid.random();
        int socket = UnixSockets.connect(marker);
        try (SharedMemory segment = SharedMemory.create("smc4j-test", SEGMENT)) {
            side.groups.accepted(UnixSockets.accept(listener));
            while (script.goesOn()) {
                switch (script.below(6)) {
                    case 0 -> send(socket, ControlMessage.hello(gid).encode());
                    case 1 -> send(socket, ControlMessage.attach(1, SEGMENT).encode(), segment.fd());
                    case 2 -> receive(socket);
                    case 3 -> {
                        long offset = script.size() & -Long.BYTES;
                        segment.segment().set(ValueLayout.JAVA_LONG, offset, script.number(0));
                    }
                    case 4 -> send(socket, new ControlMessage(script.below(16), (int) script.number(0),
                            script.number(token()), script.number(0)).encode());
                    default -> {
                        byte[] packet = script.bytes(script.below(2 * ControlMessage.LENGTH));
                        if (packet.length > 0) {
                            send(socket, ByteBuffer.allocateDirect(packet.length).put(packet).flip());
                        }
                    }
                }
            }
        } finally {
            Sockets.close(socket);
        }
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(PATIENCE)
                .until(() -> side.groups.snapshot().isEmpty() && isQuiet());
        faults.expectNone();
        assertThat(side.budget.used()).isZero();
    }

    /** A token of the engine's, had it a connection. */
    private static long token() {
        return 1L << 16;
    }

    /** Only the doorbell of the loop is watched: no introduction is under way. */
    private static boolean isQuiet() {
        int[] watched = new int[1];
        side.onLoop(() -> watched[0] = side.loop.watched());
        return watched[0] == 0;
    }

    private static void send(int socket, ByteBuffer packet, int... descriptors) {
        try {
            UnixSockets.send(socket, packet, descriptors);
        } catch (OsException e) {
            // The engine has hung up, as it may.
            return;
        }
    }

    /** Waits a little for a word of the engine's, so that it and what comes next do not always cross. */
    private static void receive(int socket) throws OsException {
        if (Sockets.poll(socket, Sockets.POLLIN, 5) != 0) {
            try {
                int[] passed = {-1, -1};
                UnixSockets.receive(socket, ByteBuffer.allocateDirect(64), passed);
                for (int descriptor : passed) {
                    if (descriptor >= 0) {
                        Sockets.close(descriptor);
                    }
                }
            } catch (OsException e) {
                // As above.
                return;
            }
        }
    }
}
