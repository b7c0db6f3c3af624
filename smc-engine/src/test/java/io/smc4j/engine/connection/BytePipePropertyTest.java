package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcr.LoopedPair;
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
 * Over shared memory, over rings that replace each other, and over RDMA.
 */
class BytePipePropertyTest {

    private enum Act { WRITE, GATHER, READ, SCATTER, LOOK, INTERRUPT_READS, SHUTDOWN_OUTPUT, CLOSE }

    /** Something done to one end. */
    private record Step(boolean byClient, Act act, int size, int pieces, boolean direct) {
    }

    /**
     * What carries the bytes.
     *
     * @param ends the client's and the server's
     * @param windows bytes that each may write for certain before the other reads
     * @param most bytes that either may write beyond that
     * @param telling whether who reads is sure to tell at once, so that the window is known to the writer
     * @param delivery has come what is under way; after each step if it is prompt, else when somebody looks
     * @param prompt whether a reader sees at once what was written
     */
    private record Pipe(SmcConnection[] ends, int[] windows, int most, boolean telling, Runnable delivery,
            boolean prompt) {

        static Pipe shared(ConnectionPair pair, int clientWindow, int serverWindow, int most) {
            return new Pipe(new SmcConnection[] {pair.client.connection, pair.server.connection},
                    new int[] {clientWindow, serverWindow}, most, true, () -> { }, true);
        }

        static Pipe remote(LoopedPair pair, int window, boolean prompt) {
            return new Pipe(new SmcConnection[] {pair.client(), pair.server()}, new int[] {window, window}, 0, false,
                    pair::deliver, prompt);
        }
    }

    private static LinkPair links;
    /** Where writers have memory for what there is no room for. */
    private static LinkPair overflowing;
    private static LinkPair growing;

    @BeforeContainer
    static void link() throws OsException {
        links = new LinkPair();
        overflowing = new LinkPair(64 << 20, 4 << 20, Duration.ofDays(1));
        growing = new LinkPair(64 << 20, Duration.ofNanos(1));
    }

    @AfterContainer
    static void unlink() {
        links.close();
        overflowing.close();
        growing.close();
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        Arbitrary<Act> acts = Arbitraries.frequency(Tuple.of(30, Act.WRITE),
                Tuple.of(15, Act.GATHER), Tuple.of(30, Act.READ),
                Tuple.of(15, Act.SCATTER), Tuple.of(15, Act.LOOK), Tuple.of(1, Act.INTERRUPT_READS),
                Tuple.of(2, Act.SHUTDOWN_OUTPUT),
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
            play(steps, Pipe.shared(pair, Math.min(limit, serverRing), Math.min(limit, clientRing),
                    overflow ? limit : 0));
        }
    }

    @Property(tries = 100)
    void behavesAsItsModelWhileRingsGrowAndShrink(@ForAll("schedules") List<Step> steps) throws Exception {
        int small = 16 * 1024;
        try (ConnectionPair pair = ConnectionPair.growing(growing, small, 256 * 1024)) {
            play(steps, Pipe.shared(pair, small, small, 1 << 20));
        }
    }

    @Property(tries = 200)
    void behavesAsItsModelOverRdma(@ForAll("schedules") List<Step> steps, @ForAll("smallRings") int ring,
            @ForAll("smallRings") int limit, @ForAll boolean prompt) throws Exception {
        try (LoopedPair pair = new LoopedPair(ring, limit)) {
            play(steps, Pipe.remote(pair, Math.min(ring, limit), prompt));
            assertThat(pair.closeAndCount()).as("rings left").isZero();
        }
    }

    private static void play(List<Step> steps, Pipe pipe) throws IOException {
        Model[] models = {new Model(), new Model()};
        for (Step step : steps) {
            int me = step.byClient ? 0 : 1;
            SmcConnection connection = pipe.ends[me];
            Model out = models[me];
            Model in = models[1 - me];
            if (in.readerClosed) {
                continue;
            }
            switch (step.act) {
                case WRITE, GATHER -> write(pipe, me, out, in, step);
                case READ, SCATTER -> read(pipe, connection, in, step);
                case LOOK -> look(pipe, me, out, in);
                case INTERRUPT_READS -> {
                    connection.interruptReads();
                    assertThat(connection.awaitReadable(Long.MAX_VALUE)).as("nobody waits any more").isTrue();
                }
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
            if (pipe.prompt) {
                pipe.delivery.run();
            }
        }
        pipe.delivery.run();
        readOut(pipe, 1, models[0]);
        readOut(pipe, 0, models[1]);
    }

    private static void look(Pipe pipe, int me, Model out, Model in) {
        pipe.delivery.run();
        assertThat(pipe.ends[me].isReadable()).isEqualTo(!in.underWay.isEmpty() || in.ended);
        boolean certain = pipe.telling ? out.underWay.size() <= pipe.windows[me] / 2 : out.underWay.isEmpty();
        if ((certain || out.readerClosed) && !pipe.ends[me].isWritable()) {
            assertThat(pipe.telling).as("need not ask").isFalse();
            pipe.delivery.run();
            assertThat(pipe.ends[me].isWritable()).as("room, or an end to be told of").isTrue();
        }
    }

    private static void readOut(Pipe pipe, int reader, Model in) throws IOException {
        Step read = new Step(true, Act.READ, 50_000, 1, true);
        while (!in.readerClosed && !in.underWay.isEmpty()) {
            read(pipe, pipe.ends[reader], in, read);
            pipe.delivery.run();
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

    private static void write(Pipe pipe, int me, Model out, Model in, Step step) {
        if (out.ended) {
            return;
        }
        SmcConnection connection = pipe.ends[me];
        int window = pipe.windows[me];
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
            boolean certain = pipe.telling && free >= Math.min(step.size, window / 4);
            assertThat(written).isBetween(certain ? Math.min(1, step.size) : 0L,
                    (long) Math.min(Math.max(free, pipe.most), step.size));
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

    private static void read(Pipe pipe, SmcConnection connection, Model in, Step step) throws IOException {
        ByteBuffer[] pieces = pieces(step);
        long n;
        try {
            n = pieces.length == 1 ? connection.read(pieces[0]) : connection.read(pieces, 0, pieces.length);
        } catch (IOException e) {
            assertThat(in.underWay.isEmpty() || !pipe.prompt && in.broken).isTrue();
            assertThat(in.broken).as("only a peer that dropped data resets").isTrue();
            assertThat(in.toldRead || !in.toldWrite).as("told once, but for readers").isTrue();
            in.toldRead = true;
            return;
        }
        if (step.size == 0) {
            assertThat(n).isZero();
        } else if (!pipe.prompt) {
            assertThat(n).isBetween((long) SmcConnection.UNAVAILABLE, Math.min(step.size, (long) in.underWay.size()));
            assertThat(n == SmcConnection.EOF && !(in.ended && in.underWay.isEmpty())).as("an early end").isFalse();
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

    @Provide
    Arbitrary<Integer> smallRings() {
        return Arbitraries.of(16 * 1024, 64 * 1024);
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
