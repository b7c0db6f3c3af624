package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.MonitorConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor;
import io.smc4j.engine.SmcMonitor.SlowReader;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the monitors of two engines see of connections with each other. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class MonitorTest extends TwoEngines {

    private static final Duration SHORT = Duration.ofMillis(1);

    private void connect(boolean smc, MonitorConfig monitor) throws Exception {
        SmcConfig.Builder config = SmcConfig.builder().sendSize(64 * 1024).receiveSize(64 * 1024)
                .initialSize(64 * 1024).monitor(monitor);
        open(config.build(), config.serverEnabled(smc).build());
        connect();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(condition);
    }

    private static SmcSnapshot.Connection connection(SmcSelectorProvider provider) {
        return provider.snapshot().connections().get(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatTakesNothingIsSlowUntilItReads(boolean smc) throws Exception {
        connect(smc, new MonitorConfig(true, SHORT, MonitorConfig.DEFAULT_WARN_AT));
        List<SlowReader> told = new CopyOnWriteArrayList<>();
        servers.monitor().onSlowReader(told::add);
        client.write(ByteBuffer.allocate(1000));
        await(() -> !told.isEmpty());
        SmcSnapshot snapshot = servers.snapshot();
        assertThat(snapshot.monitor().slowReaders()).singleElement().satisfies(slow -> {
            assertThat(slow.mode()).isEqualTo(smc ? SmcMode.SMCD : SmcMode.TCP);
            assertThat(slow.peer()).isEqualTo(server.getRemoteAddress());
            assertThat(slow.local()).isEqualTo(server.getLocalAddress());
            assertThat(slow.unread()).isEqualTo(1000);
            assertThat(slow).isEqualTo(told.get(0));
        });
        assertThat(snapshot.connections().get(0).slowSince()).isEqualTo(told.get(0).since());
        assertThat(snapshot.connections().get(0).flow().unread()).isEqualTo(1000);
        assertThat(clients.snapshot().monitor().slowReaders()).as("the other end has nothing to read").isEmpty();

        Duration before = snapshot.connections().get(0).flow().unreadFor();
        await(() -> connection(servers).flow().unreadFor().compareTo(before) > 0);
        assertThat(told).as("told once, however long it lasts").hasSize(1);
        assertThat(servers.snapshot().monitor().slowReaderEpisodes()).isEqualTo(1);
        assertThat(server.read(ByteBuffer.allocate(2000))).isEqualTo(1000);
        await(() -> servers.snapshot().monitor().slowReaders().isEmpty());
        assertThat(connection(servers).flow().unread()).isZero();

        client.write(ByteBuffer.allocate(10));
        await(() -> servers.snapshot().monitor().slowReaderEpisodes() == 2);
        server.close();
        assertThat(servers.snapshot().monitor().slowReaders()).isEmpty();
        assertThat(servers.snapshot().monitor().slowReaderEpisodes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ratesAreMeasuredByConnectionPeerAndMode(boolean smc) throws Exception {
        connect(smc, MonitorConfig.DEFAULTS);
        SmcMode mode = smc ? SmcMode.SMCD : SmcMode.TCP;
        // Not before the first look: what is moved before is no part of any span.
        await(() -> connection(clients).flow() != null && connection(servers).flow() != null);
        long bytes = 6_000_000;
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                client.write(ByteBuffer.allocate((int) bytes));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ByteBuffer target = ByteBuffer.allocate(1 << 16);
        for (long read = 0; read < bytes;) {
            target.clear();
            read += server.read(target);
        }
        writing.join();
        await(() -> connection(clients).flow().last60s().sent() > 0
                && connection(servers).flow().last60s().received() > 0);
        await(() -> connection(clients).flow().last1s().sent() == 0
                && connection(servers).flow().last1s().received() == 0);
        SmcSnapshot seen = clients.snapshot();
        SmcFlow flow = seen.connections().get(0).flow();
        assertThat(flow.last60s().sent()).isBetween(80_000L, 101_000L);
        assertThat(flow.last60s().received()).isLessThan(10);
        assertThat(connection(servers).flow().last60s().received()).isBetween(80_000L, 101_000L);
        assertThat(seen.monitor().modes().get(mode).last60s()).isEqualTo(flow.last60s());
        if (smc) {
            assertThat(seen.monitor().peers()).singleElement().satisfies(peer -> {
                assertThat(peer.linkGroup()).isEqualTo(seen.connections().get(0).linkGroup());
                assertThat(peer.mode()).isEqualTo(SmcMode.SMCD);
                assertThat(peer.flow().last60s()).isEqualTo(flow.last60s());
            });
        }
        client.close();
        assertThat(clients.snapshot().connections()).isEmpty();
        long total = clients.snapshot().monitor().modes().get(mode).last60s().sent();
        assertThat(total).as("what has ended counts as well").isBetween(80_000L, 101_000L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionAtRestIsSeenAsSoonAsItMoves(boolean smc) throws Exception {
        connect(smc, MonitorConfig.DEFAULTS);
        SmcMode mode = smc ? SmcMode.SMCD : SmcMode.TCP;
        // Not before the first look: what is moved before is no part of any span.
        await(() -> connection(clients).flow() != null && connection(servers).flow() != null);
        client.write(ByteBuffer.allocate(6000));
        server.read(ByteBuffer.allocate(6000));
        await(() -> clients.monitor().busy() == 0 && servers.monitor().busy() == 0);
        assertThat(connection(clients).flow()).isNotNull();
        assertThat(clients.snapshot().monitor().modes().get(mode).last60s().sent()).as("kept at rest").isPositive();
        client.write(ByteBuffer.allocate(60_000));
        await(() -> clients.snapshot().monitor().modes().get(mode).last10s().sent() >= 6000);
        assertThat(clients.monitor().busy()).isEqualTo(1);
        await(() -> connection(servers).flow().unread() > 0);
        server.close();
        await(() -> servers.monitor().busy() == 0);
    }

    @Test
    void bothSidesSeeThatAWriterStandsStill() throws Exception {
        connect(true, MonitorConfig.DEFAULTS);
        await(() -> connection(clients).flow() != null && connection(servers).flow() != null);
        client.configureBlocking(false);
        await(() -> {
            client.write(ByteBuffer.allocate(64 * 1024));
            return connection(clients).flow().stalled().toNanos() > 0
                    && connection(servers).flow().peerStalled().toNanos() > 0;
        });
        assertThat(connection(servers).flow().stalled()).isZero();
        assertThat(connection(clients).flow().peerStalled()).isZero();
        assertThat(clients.snapshot().monitor().modes().get(SmcMode.SMCD).stalled()).isPositive();
        assertThat(servers.snapshot().monitor().peers().get(0).flow().peerStalled()).isPositive();
        assertThat(connection(servers).flow().unread()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListenerWhoseReaderTakesNothingGoesToTcp(boolean smc) throws Exception {
        SmcConfig.Builder config = SmcConfig.builder().sendSize(64 * 1024).receiveSize(64 * 1024)
                .initialSize(64 * 1024).monitor(new MonitorConfig(true, SHORT, MonitorConfig.DEFAULT_WARN_AT))
                .adaptive(new AdaptiveConfig(true, 0, 1, Duration.ofMinutes(5)));
        open(config.build(), config.serverEnabled(smc).build());
        connect();
        InetSocketAddress listener = (InetSocketAddress) client.getRemoteAddress();
        assertThat(clients.policyTable().checkOutbound(listener).action()).isEqualTo(SmcPolicy.Action.ALLOW);
        client.configureBlocking(false);
        await(() -> {
            client.write(ByteBuffer.allocate(64 * 1024));
            return connection(clients).flow() != null && connection(clients).flow().stalled().toNanos() > 0;
        });
        if (smc) {
            await(() -> clients.policyTable().rules().size() == 1);
            assertThat(clients.policyTable().checkOutbound(listener).action()).isEqualTo(SmcPolicy.Action.DENY);
        } else {
            Duration stalled = connection(clients).flow().stalled();
            await(() -> connection(clients).flow().stalled().compareTo(stalled.plusSeconds(3)) > 0);
            assertThat(clients.policyTable().rules()).as("it is on TCP anyhow").isEmpty();
        }
        assertThat(servers.policyTable().rules()).as("the side that does not read").isEmpty();
    }

    @Test
    void nothingIsSeenWithoutAMonitor() throws Exception {
        connect(true, new MonitorConfig(false, SHORT, MonitorConfig.DEFAULT_WARN_AT));
        assertThat(servers.snapshot().monitor()).isEqualTo(SmcMonitor.OFF);
        assertThat(servers.monitor().isRunning()).isFalse();
        assertThat(connection(servers).flow()).isNull();
        assertThat(servers.snapshot().statistics().sinceStart().traffic().get(SmcMode.SMCD).reads().count())
                .as("the statistics do without").isEqualTo(1);
    }
}
