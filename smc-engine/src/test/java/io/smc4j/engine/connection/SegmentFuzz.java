package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.testsupport.Corpus;
import io.smc4j.engine.testsupport.EngineFaults;
import io.smc4j.engine.testsupport.Script;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connection both of whose control blocks are written to by somebody who means harm, while both ends go on. Either
 * end reads, writes and waits, or is told by an {@link IOException}; nothing is left of it afterwards.
 */
class SegmentFuzz {

    private static final int RING = 16 * 1024;
    private static final int LARGEST = 64 * 1024;
    private static final int MOST = 3 * LARGEST;
    private static final int CONTROL = 256;
    /** Connections before the link groups are made anew, which shows what is left of them. */
    private static final int GENERATION = 500;
    /** Where {@link io.smc4j.engine.link.SegmentLayout} has fields, in bytes of a control block. */
    private static final int[] LONGS = {0, 8, 32, 64, 80, 96, 104, 112, 120, 128};
    private static final int[] INTS = {16, 20, 24, 40, 44, 48, 72, 76, 88, 92, 192, 196};

    private static EngineFaults faults;
    private static LinkPair links;
    private static int used;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MOST);

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.of(SegmentFuzz.class), Stream.of(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                new byte[] {2, 0, 64, 0, 2, 0, 64, 0, 6, 0, 1, 1, 9, 1}));
    }

    @BeforeAll
    static void open() throws OsException {
        faults = EngineFaults.watch();
        links = new LinkPair(16 << 20, 4 << 20, Duration.ofNanos(1));
    }

    @AfterAll
    static void close() {
        links.closeAndFindNothingLeft();
        faults.expectNone();
        faults.close();
    }

    @MethodSource("corpus")
    @FuzzTest
    void write(byte[] bytes) throws Exception {
        if (++used % GENERATION == 0) {
            links.closeAndFindNothingLeft();
            links = new LinkPair(16 << 20, 4 << 20, Duration.ofNanos(1));
        }
        Script script = new Script(bytes);
        boolean overflowing = script.flag();
        ConnectionPair pair = ConnectionPair.growing(links, RING, LARGEST, overflowing ? LARGEST : Integer.MAX_VALUE);
        try {
            while (script.goesOn()) {
                step(pair, script);
            }
        } finally {
            pair.client.connection.close(script.flag());
            pair.server.connection.close(script.flag());
        }
        faults.expectNone();
    }

    private void step(ConnectionPair pair, Script script) {
        boolean server = script.flag();
        ConnectionPair.End end = server ? pair.server : pair.client;
        SmcConnection connection = end.connection;
        try {
            switch (script.below(11)) {
                case 0 -> {
                    int offset = LONGS[script.below(LONGS.length)];
                    MemorySegment block = block(end);
                    block.set(ValueLayout.JAVA_LONG, offset, script.number(block.get(ValueLayout.JAVA_LONG, offset)));
                }
                case 1 -> {
                    int offset = INTS[script.below(INTS.length)];
                    MemorySegment block = block(end);
                    block.set(ValueLayout.JAVA_INT, offset,
                            (int) script.number(block.get(ValueLayout.JAVA_INT, offset)));
                }
                case 2, 3 -> {
                    int length = Math.min(4 * script.size(), MOST);
                    end.writeLock.lock();
                    try {
                        assertThat(connection.write(buffer.clear().limit(length))).isBetween(0, length);
                    } finally {
                        end.writeLock.unlock();
                    }
                }
                case 4, 5 -> {
                    int length = Math.min(4 * script.size(), MOST);
                    int read = connection.read(buffer.clear().limit(length));
                    assertThat(read).isBetween(SmcConnection.UNAVAILABLE, length);
                    assertThat(buffer.position()).isEqualTo(Math.max(0, read));
                }
                case 6 -> {
                    connection.isReadable();
                    connection.isWritable();
                    assertThat(connection.available()).isNotNegative();
                }
                case 7 -> (server ? links.server : links.client).sweep();
                case 8 -> connection.ringOffered();
                case 9 -> connection.shutdownOutput();
                default -> connection.awaitReadable(1);
            }
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static MemorySegment block(ConnectionPair.End end) {
        SmcdLocalRing ring = end.ring;
        return end.side.memory().asSlice(LinkPair.Side.control(ring), CONTROL);
    }
}
