package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * An SMC stream is a byte pipe: whatever is done to its ends, what comes out is what went in, in order, then the end.
 */
class BytePipePropertyTest {

    private enum Act { WRITE, GATHER, READ, SCATTER, SHUTDOWN_OUTPUT, CLOSE }

    /** Something done to one end. */
    private record Step(boolean byClient, Act act, int size, int pieces, boolean direct) {
    }

    private static LinkPair links;
    /** Where writers have memory for what there is no room for. */
    private static LinkPair overflowing;

    @BeforeContainer
    static void link() throws OsException {
        links = new LinkPair();
        overflowing = new LinkPair(64 << 20, 4 << 20, Duration.ofDays(1));
    }

    @AfterContainer
    static void unlink() {
        links.close();
        overflowing.close();
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        Arbitrary<Act> acts = Arbitraries.frequency(Tuple.of(30, Act.WRITE),
                Tuple.of(15, Act.GATHER), Tuple.of(30, Act.READ),
                Tuple.of(15, Act.SCATTER), Tuple.of(2, Act.SHUTDOWN_OUTPUT),
                Tuple.of(1, Act.CLOSE));
        Arbitrary<Integer> sizes = Arbitraries.oneOf(Arbitraries.integers().between(0, 20),
                Arbitraries.integers().between(0, 5000), Arbitraries.integers().between(16_300, 70_000));
        return Combinators.combine(Arbitraries.of(true, false), acts, sizes, Arbitraries.integers().between(1, 5),
                Arbitraries.of(true, false)).as(Step::new).list().ofMinSize(5).ofMaxSize(120);
    }

    @Provide
    Arbitrary<Integer> rings() {
        return Arbitraries.of(16 * 1024, 64 * 1024, 1024 * 1024);
    }

    /** One direction as it ought to be. */
    private static final class Model {
        private final ArrayDeque<Byte> underWay = new ArrayDeque<>();
        private final Random content = new Random(1);
        private boolean ended;
        private boolean broken;
        private boolean readerClosed;
        /**
         * Whether a write, or a read, of the reader's was told of the reset: it is told once, to whichever comes first.
         */
        private boolean toldWrite;
        private boolean toldRead;

        byte next() {
            byte value = (byte) content.nextInt();
            underWay.add(value);
            return value;
        }
    }

    @Property(tries = 200)
    void behavesAsItsModel(@ForAll("schedules") List<Step> steps, @ForAll("rings") int clientRing,
            @ForAll("rings") int serverRing, @ForAll("rings") int limit, @ForAll boolean overflow) throws Exception {
        try (ConnectionPair pair = new ConnectionPair(overflow ? overflowing : links, clientRing, serverRing, limit,
                SpinMode.NEVER)) {
            Model toServer = new Model();
            Model toClient = new Model();
            for (Step step : steps) {
                SmcConnection connection = (step.byClient ? pair.client : pair.server).connection;
                Model out = step.byClient ? toServer : toClient;
                Model in = step.byClient ? toClient : toServer;
                if (in.readerClosed) {
                    continue;
                }
                switch (step.act) {
                    case WRITE, GATHER -> write(connection, out, in, step,
                            Math.min(limit, step.byClient ? serverRing : clientRing), overflow ? limit : 0);
                    case READ, SCATTER -> read(connection, in, step);
                    case SHUTDOWN_OUTPUT -> {
                        connection.shutdownOutput();
                        out.ended = true;
                    }
                    case CLOSE -> {
                        connection.close(false);
                        // Whose output has ended is done: as on TCP, its reader sees that and no reset behind it.
                        out.broken = !out.ended && !in.underWay.isEmpty();
                        out.ended = true;
                        in.readerClosed = true;
                    }
                }
            }
            readOut(pair.server.connection, toServer);
            readOut(pair.client.connection, toClient);
        }
    }

    private static void readOut(SmcConnection connection, Model in) throws IOException {
        Step read = new Step(true, Act.READ, 50_000, 1, true);
        while (!in.readerClosed && !in.underWay.isEmpty()) {
            read(connection, in, read);
        }
    }

    private static ByteBuffer[] pieces(Step step) {
        int count = step.act == Act.GATHER || step.act == Act.SCATTER ? step.pieces : 1;
        ByteBuffer[] pieces = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            int size = step.size / count + (i == 0 ? step.size % count : 0);
            pieces[i] = step.direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size + 3).position(3)
                    .slice();
        }
        return pieces;
    }

    private static void write(SmcConnection connection, Model out, Model in, Step step, int window, int overflow) {
        if (out.ended) {
            return;
        }
        ByteBuffer[] pieces = pieces(step);
        int before = out.underWay.size();
        for (ByteBuffer piece : pieces) {
            for (int i = 0; i < piece.capacity(); i++) {
                piece.put(i, out.next());
            }
        }
        long written;
        try {
            written = pieces.length == 1 ? connection.write(pieces[0]) : connection.write(pieces, 0, pieces.length);
        } catch (IOException e) {
            assertThat(out.readerClosed).as("nothing else breaks the pipe").isTrue();
            written = 0;
            out.ended = true;
            in.toldWrite = true;
        }
        if (out.readerClosed) {
            // What nobody reads any more may count as written, as on TCP.
            assertThat(written).isBetween(0L, (long) step.size);
        } else {
            int free = window - before;
            assertThat(written).isBetween(free >= Math.min(step.size, window / 4) ? Math.min(1, step.size) : 0L,
                    (long) Math.min(Math.max(free, overflow), step.size));
        }
        for (long i = written; i < step.size; i++) {
            out.underWay.removeLast();
        }
        long consumed = 0;
        for (ByteBuffer piece : pieces) {
            consumed += piece.position();
        }
        assertThat(consumed).isEqualTo(written);
    }

    private static void read(SmcConnection connection, Model in, Step step) throws IOException {
        ByteBuffer[] pieces = pieces(step);
        long n;
        try {
            n = pieces.length == 1 ? connection.read(pieces[0]) : connection.read(pieces, 0, pieces.length);
        } catch (IOException e) {
            assertThat(in.underWay).isEmpty();
            assertThat(in.broken).as("only a peer that dropped data resets").isTrue();
            assertThat(in.toldRead || !in.toldWrite).as("told once, but for readers").isTrue();
            in.toldRead = true;
            return;
        }
        if (step.size == 0) {
            assertThat(n).isZero();
        } else if (in.underWay.isEmpty()) {
            assertThat(in.broken && (in.toldRead || !in.toldWrite)).as("a reset that nobody was told of").isFalse();
            assertThat(n).isEqualTo(in.ended ? SmcConnection.EOF : SmcConnection.UNAVAILABLE);
        } else {
            assertThat(n).isEqualTo(Math.min(step.size, in.underWay.size()));
        }
        for (ByteBuffer piece : pieces) {
            piece.flip();
            while (piece.hasRemaining()) {
                assertThat(piece.get()).isEqualTo(in.underWay.remove());
            }
        }
    }

    /** Two threads, each with sizes of its own. */
    @Property(tries = 60)
    void carriesAStreamBetweenThreads(@ForAll StreamDriver writer, @ForAll StreamDriver reader,
            @ForAll("rings") int clientRing, @ForAll("rings") int serverRing, @ForAll("rings") int limit,
            @ForAll SpinMode spin, @ForAll long seed, @ForAll boolean overflow) throws Exception {
        LinkPair between = overflow ? overflowing : links;
        try (ConnectionPair pair = new ConnectionPair(between, clientRing, serverRing, limit, spin)) {
            CompletableFuture<Long> sent =
                    writer.send(pair.client.connection, new Random(seed), position -> position < 700_000);
            CompletableFuture<Long> received = reader.receive(pair.server.connection, new Random(~seed));

            assertThat(sent.get()).isGreaterThanOrEqualTo(700_000);
            assertThat(received.get()).isEqualTo(sent.get());
        }
    }
}
