package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two engines count of connections with each other. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class StatisticsTest extends TwoEngines {

    private static final int RING = 64 * 1024;

    @BeforeEach
    void open() throws IOException {
        open(config().build(), config().build());
    }

    private static SmcConfig.Builder config() {
        return SmcConfig.builder().sendSize(RING).receiveSize(RING).initialSize(RING);
    }

    private static SmcStatistics of(SmcSelectorProvider provider) {
        return provider.snapshot().statistics().sinceStart();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsAndWritesAreCountedBySizeWhileOpenAndAfterwards(boolean smc) throws Exception {
        if (!smc) {
            open(config().build(), config().serverEnabled(false).build());
        }
        connect();
        transfer(client, server, 10_000);
        SmcMode mode = smc ? SmcMode.SMCD : SmcMode.TCP;
        SmcStatistics.Calls written = of(clients).traffic().get(mode).writes();
        assertThat(written.bytes()).isEqualTo(10_001);
        assertThat(written.sizes()).containsEntry("8K", 1L).containsEntry("16K", 1L);
        assertThat(written.count()).isEqualTo(2);
        SmcStatistics.Calls read = of(servers).traffic().get(mode).reads();
        assertThat(read.bytes()).isEqualTo(10_001);
        assertThat(read.count()).isGreaterThanOrEqualTo(2);
        client.close();
        server.close();
        assertThat(of(clients).traffic().get(mode).writes()).isEqualTo(written);
        assertThat(of(servers).traffic().get(mode).reads()).isEqualTo(read);
    }

    @Test
    void fullRingsAreCountedOnBothSides() throws Exception {
        connect();
        client.configureBlocking(false);
        ByteBuffer much = ByteBuffer.allocate(4 * RING);
        await().until(() -> client.write(much) == 0);
        await().until(() -> client.write(ByteBuffer.allocate(1)) == 0);
        long written = much.position();
        SmcStatistics.Rings full = of(clients).rings();
        assertThat(full.fullRemote()).isPositive();
        assertThat(full.tooSmall()).isPositive();
        assertThat(full.inUse()).containsEntry("64K", 1L);
        ByteBuffer target = ByteBuffer.allocate(4 * RING);
        while (target.position() < written) {
            server.read(target);
        }
        assertThat(of(servers).rings().fullLocal()).isPositive();
        await().until(() -> client.write(ByteBuffer.allocate(1)) == 1);
        await().until(() -> client.write(ByteBuffer.allocate(4 * RING)) == 0);
        assertThat(of(clients).rings().fullRemote()).isGreaterThan(full.fullRemote());
    }

    @Test
    void grownAndReusedRingsAreCounted() throws Exception {
        open(SmcConfig.defaults(), SmcConfig.defaults());
        connect();
        assertThat(of(servers).rings().grown()).isZero();
        assertThat(of(servers).rings().inUse()).containsEntry("16K", 1L);
        await().until(() -> {
            transfer(client, server, 1 << 20);
            return of(servers).rings().grown() > 0;
        });
        client.close();
        server.close();
        await().until(() -> clients.snapshot().ringMemoryInUse() == 0 && servers.snapshot().ringMemoryInUse() == 0);
        long before = of(servers).rings().reused();
        connect();
        assertThat(of(servers).rings().reused()).isGreaterThan(before);
    }

    @Test
    void connectionsAreCountedByRoleAndReason() throws Exception {
        connect();
        assertThat(of(clients).connections().get(Role.CLIENT))
                .isEqualTo(new SmcStatistics.Connections(1, 1, 0, Map.of()));
        assertThat(of(clients).connections().get(Role.SERVER).total()).isZero();
        assertThat(of(servers).connections().get(Role.SERVER).smc()).isEqualTo(1);
        try (ServerSocketChannel plain = ServerSocketChannel.open().bind(ANY_PORT);
                SocketChannel toPlain = clients.openSocketChannel()) {
            toPlain.connect(plain.getLocalAddress());
            toPlain.write(ByteBuffer.allocate(1));
            assertThat(of(clients).connections().get(Role.CLIENT).fallbacks())
                    .containsExactly(Map.entry(FallbackReason.PEER_WITHOUT_SMC, 1L));
            assertThat(of(clients).connections().get(Role.CLIENT).total()).isEqualTo(2);
        }
    }

    @Test
    void newsAreToldOrSpared() throws Exception {
        connect();
        SmcStatistics.Waiting before = of(clients).waiting();
        transfer(client, server, 1000);
        SmcStatistics.Waiting after = of(clients).waiting();
        assertThat(after.doorbellsRung() + after.doorbellsSpared())
                .isGreaterThan(before.doorbellsRung() + before.doorbellsSpared());
    }

    @Test
    void aSleeperIsRungFor() throws Exception {
        connect();
        long before = of(clients).waiting().doorbellsRung();
        await().until(() -> {
            Thread[] reader = new Thread[1];
            CompletableFuture<Integer> reading = new CompletableFuture<>();
            reader[0] = Thread.ofPlatform().start(() -> {
                try {
                    reading.complete(server.read(ByteBuffer.allocate(1)));
                } catch (IOException e) {
                    reading.completeExceptionally(e);
                }
            });
            // Longer than any poll: it sleeps in the kernel then.
            reader[0].join(20);
            client.write(ByteBuffer.allocate(1));
            reading.join();
            return of(clients).waiting().doorbellsRung() > before;
        });
    }

    @Test
    void aResetBeginsTheSecondSpanAnew() throws Exception {
        connect();
        assertThat(clients.snapshot().statistics().resetAt()).isEqualTo(clients.snapshot().statistics().startedAt());
        SmcStatistics before = of(clients);
        clients.resetStatistics();
        SmcStatistics.Report report = clients.snapshot().statistics();
        assertThat(report.sinceStart().traffic()).isEqualTo(before.traffic());
        assertThat(report.sinceReset().traffic()).isEqualTo(SmcStatistics.NONE.traffic());
        assertThat(report.sinceReset().connections()).isEqualTo(SmcStatistics.NONE.connections());
        transfer(client, server, 100);
        client.close();
        SmcStatistics.Calls writes = clients.snapshot().statistics().sinceReset().traffic().get(SmcMode.SMCD).writes();
        assertThat(writes.bytes()).isEqualTo(100);
        assertThat(writes.count()).isEqualTo(1);
    }
}
