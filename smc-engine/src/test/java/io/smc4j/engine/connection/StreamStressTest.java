package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.smcd.LinkPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many streams at once between threads of all kinds, for a while: no byte is wrong and nobody is left waiting. */
class StreamStressTest {

    private static final Duration WHILE = Duration.ofSeconds(20);
    private static final StreamDriver[] THREADS = {StreamDriver.PLATFORM, StreamDriver.VIRTUAL};
    private static final int[] RINGS = {16 << 10, 64 << 10, 256 << 10, 1 << 20};

    @Test
    @Timeout(120)
    void carriesStreamsForAWhile() throws Exception {
        long end = System.nanoTime() + WHILE.toNanos();
        long seed = 1;
        while (System.nanoTime() - end < 0) {
            seed += 100;
            try (LinkPair links = new LinkPair()) {
                carry(links, new Random(seed));
            }
        }
    }

    /** One generation of connections. */
    private static void carry(LinkPair links, Random random) throws Exception {
        List<ConnectionPair> pairs = new ArrayList<>();
        List<CompletableFuture<Long>> sent = new ArrayList<>();
        List<CompletableFuture<Long>> received = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ConnectionPair pair = new ConnectionPair(links, any(random, RINGS), any(random, RINGS), any(random, RINGS),
                    i % 4 == 0 ? SpinMode.NEVER : SpinMode.ADAPTIVE);
            pairs.add(pair);
            long length = random.nextLong(1, 4 << 20);
            SmcConnection client = pair.client.connection;
            SmcConnection server = pair.server.connection;
            // A connection rings one selector at a time, as it has one channel.
            StreamDriver[] drivers = i % 2 == 0 ? THREADS : StreamDriver.values();
            sent.add(any(random, drivers).send(client, new Random(random.nextLong()), position -> position < length));
            received.add(any(random, drivers).receive(server, new Random(random.nextLong())));
            if (drivers == THREADS) {
                sent.add(any(random, drivers).send(server, new Random(random.nextLong()),
                        position -> position < length));
                received.add(any(random, drivers).receive(client, new Random(random.nextLong())));
            }
        }
        for (int i = 0; i < sent.size(); i++) {
            assertThat(received.get(i).get()).isEqualTo(sent.get(i).get());
        }
        pairs.forEach(ConnectionPair::close);
    }

    private static int any(Random random, int[] values) {
        return values[random.nextInt(values.length)];
    }

    private static StreamDriver any(Random random, StreamDriver[] values) {
        return values[random.nextInt(values.length)];
    }
}
