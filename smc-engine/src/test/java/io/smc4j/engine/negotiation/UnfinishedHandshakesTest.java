package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients cost that begin a handshake and leave it at that. */
@Timeout(60)
class UnfinishedHandshakesTest {

    private static final int CLIENTS = 300;

    @RegisterExtension
    final Bench bench = new Bench();

    @Test
    void costNothingButTheirConnections() throws Exception {
        SmcSelectorProvider server = bench.provider(config -> config.handshakeTimeout(Duration.ofMinutes(5)));
        ServerSocketChannel listener = bench.listen(server);
        byte[] proposal = bytesOf(SmcdClc.proposal(Gid.random()));
        acceptOne(listener, proposal);
        Set<Thread> threads = engineThreads();
        var descriptors = Bench.descriptors();

        for (int i = 1; i < CLIENTS; i++) {
            acceptOne(listener, proposal);
        }

        await().until(() -> server.snapshot().connections().size() == CLIENTS);
        // Those of tests before may end meanwhile.
        assertThat(threads).containsAll(engineThreads());
        var more = Bench.descriptors();
        more.removeAll(descriptors);
        assertThat(more).as("one at each end").hasSize(2 * (CLIENTS - 1));
        assertThat(server.snapshot().resources().kinds().get(Kind.RING_MEMORY).used()).isZero();
        assertThat(server.snapshot().resources().kinds().get(Kind.LINK_GROUPS).used()).isZero();
    }

    private void acceptOne(ServerSocketChannel listener, byte[] proposal) throws IOException {
        bench.connect(listener).send(Arrays.copyOf(proposal, proposal.length - 1));
        bench.accept(listener);
    }

    private static Set<Thread> engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("smc")).collect(Collectors.toSet());
    }
}
