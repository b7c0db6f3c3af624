package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        List<SocketChannel> accepted = new ArrayList<>();
        acceptOne(listener, proposal, accepted);
        Set<String> threads = engineThreads();
        long descriptors = descriptors();

        for (int i = 1; i < CLIENTS; i++) {
            acceptOne(listener, proposal, accepted);
        }

        await().until(() -> server.snapshot().connections().size() == CLIENTS);
        assertThat(engineThreads()).isEqualTo(threads);
        assertThat(descriptors() - descriptors).as("one at each end").isEqualTo(2 * (CLIENTS - 1));
        assertThat(server.snapshot().resources().kinds().get(Kind.RING_MEMORY).used()).isZero();
        assertThat(server.snapshot().resources().kinds().get(Kind.LINK_GROUPS).used()).isZero();
    }

    private void acceptOne(ServerSocketChannel listener, byte[] proposal, List<SocketChannel> accepted)
            throws Exception {
        bench.connect(listener).send(Arrays.copyOf(proposal, proposal.length - 1));
        accepted.add(bench.accept(listener));
    }

    private static Set<String> engineThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("smc")).collect(Collectors.toSet());
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
