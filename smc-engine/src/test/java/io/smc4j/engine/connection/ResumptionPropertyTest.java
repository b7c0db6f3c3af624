package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.smcr.LoopedPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A stream that goes on over TCP is the same byte pipe: what was read from the ring and what is sent once more is what
 * was written, in order, each byte once; whatever had come of what was under way, and whoever left the ring first.
 */
class ResumptionPropertyTest {

    private static final int SIZE = 16 * 1024;

    private enum Act { WRITE, READ, DELIVER }

    /** Something that happens to one end. */
    private record Step(boolean byClient, Act act, int size) {
    }

    /** One end, and what it has written and read. */
    private static final class End {
        private final SmcConnection connection;
        private final int salt;
        private int written;
        private int read;

        End(SmcConnection connection, int salt) {
            this.connection = connection;
            this.salt = salt;
        }

        private static byte at(int position, int salt) {
            return (byte) (position * 31 + (position >>> 8) + salt);
        }

        void write(int size) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(size);
            for (int i = 0; i < size; i++) {
                bytes.put(at(written + i, salt));
            }
            written += connection.write(bytes.flip());
        }

        int read(int size, End from) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(size);
            int n = connection.read(bytes);
            check(bytes.flip(), from);
            return n;
        }

        void check(ByteBuffer bytes, End from) {
            while (bytes.hasRemaining()) {
                assertThat(bytes.get()).as("byte %d", read).isEqualTo(at(read, from.salt));
                read++;
            }
        }

        /** As if TCP took it in pieces. */
        void takeRest(End from) {
            ConnectionResumption resumption = from.connection.resumption();
            for (ByteBuffer rest = resumption.rest(); rest.hasRemaining(); rest = resumption.rest()) {
                ByteBuffer piece = rest.slice(0, Math.min(777, rest.remaining()));
                resumption.sent(piece.remaining());
                check(piece, from);
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        Arbitrary<Integer> sizes = Arbitraries.oneOf(Arbitraries.integers().between(1, 20),
                Arbitraries.integers().between(1, 20_000));
        return Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(Act.values()), sizes).as(Step::new)
                .list().ofMaxSize(60);
    }

    private static void run(List<Step> steps, LoopedPair pair, End client, End server) throws IOException {
        for (Step step : steps) {
            End own = step.byClient ? client : server;
            switch (step.act) {
                case WRITE -> own.write(step.size);
                case READ -> own.read(step.size, step.byClient ? server : client);
                case DELIVER -> pair.deliver(step.byClient, step.size % 4);
            }
        }
    }

    /**
     * One case.
     *
     * @param before what happens before somebody leaves the ring
     * @param between what happens then, before the other does
     * @param lost whether what is under way is lost at once
     */
    @Property(tries = 500)
    void eachByteComesOnce(@ForAll("schedules") List<Step> before, @ForAll("schedules") List<Step> between,
            @ForAll boolean byClient, @ForAll boolean lost) throws Exception {
        try (LoopedPair pair = new LoopedPair(SIZE, SIZE)) {
            pair.setResumable();
            End client = new End(pair.client(), 1);
            End server = new End(pair.server(), 2);
            run(before, pair, client, server);
            if (lost) {
                pair.drop();
            }
            End first = byClient ? client : server;
            End second = byClient ? server : client;

            long[] received = new long[2];
            pair.onLoop(() -> received[0] = first.connection.resumption().leaveRing());
            if (!lost) {
                run(between, pair, client, server);
            }
            pair.onLoop(() -> received[1] = second.connection.resumption().leaveRing());
            pair.deliver();
            second.connection.resumption().peerHas(received[0]);
            first.connection.resumption().peerHas(received[1]);

            goOn(first, second, received[0]);
            goOn(second, first, received[1]);
            first.connection.resumption().releaseRings();
            second.connection.resumption().releaseRings();
            assertThat(pair.closeAndCount()).isZero();
        }
    }

    private static void goOn(End reader, End writer, long received) throws IOException {
        while (reader.read(1000, writer) > 0) {
            assertThat(reader.read).isLessThanOrEqualTo((int) received);
        }
        assertThat(reader.read).isEqualTo((int) received);
        reader.takeRest(writer);
        assertThat(reader.read).isEqualTo(writer.written);
    }
}
