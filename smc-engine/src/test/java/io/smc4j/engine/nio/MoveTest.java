package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.SmcPolicy.Rule;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.CheckedStream.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that go over from SMC to TCP in mid-stream. */
@Timeout(120)
class MoveTest extends TwoEngines {

    /** Who begins. */
    enum Mover { CLIENT, SERVER, BOTH }

    @BeforeEach
    void connectBySmc() throws Exception {
        open(SmcConfig.defaults(), SmcConfig.defaults());
        connect();
        assertThat(mode(clients)).isEqualTo(SmcMode.SMCD);
    }

    @AfterEach
    void findNothingLeft() throws IOException {
        client.close();
        server.close();
        for (SmcSelectorProvider engine : List.of(clients, servers)) {
            await().untilAsserted(() -> {
                SmcSnapshot snapshot = engine.snapshot();
                assertThat(snapshot.connections()).isEmpty();
                assertThat(snapshot.linkGroups()).allMatch(group -> group.connections() == 0);
            });
        }
    }

    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private static SmcMode mode(SmcSelectorProvider engine) {
        return engine.snapshot().connections().get(0).mode();
    }

    private void move(Mover mover) {
        if (mover != Mover.SERVER) {
            denyAll(clients);
        }
        if (mover != Mover.CLIENT) {
            denyAll(servers);
        }
    }

    private static void denyAll(SmcSelectorProvider engine) {
        Rule rule = new Rule(Action.DENY, Direction.ANY, null, null, new PortRange(1, 65535));
        engine.policyTable().add(rule, Origin.RUNTIME, new Terms(null, null, true), 0);
    }

    private void connectAnew() throws Exception {
        client.close();
        server.close();
        clients.policyTable().replace(SmcPolicy.allowAll());
        servers.policyTable().replace(SmcPolicy.allowAll());
        connect();
    }

    private static void awaitMoved(SmcSelectorProvider engine, FallbackReason... reasons) {
        soon().untilAsserted(() -> assertThat(engine.snapshot().connections()).allSatisfy(connection -> {
            assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
            assertThat(connection.fallbackReason()).isIn((Object[]) reasons);
        }));
    }

    private void awaitMoved() {
        awaitMoved(clients, FallbackReason.MOVED, FallbackReason.MOVED_BY_PEER);
        awaitMoved(servers, FallbackReason.MOVED, FallbackReason.MOVED_BY_PEER);
    }

    @Test
    void movesAnIdleConnection() throws Exception {
        move(Mover.CLIENT);

        awaitMoved(clients, FallbackReason.MOVED);
        awaitMoved(servers, FallbackReason.MOVED_BY_PEER);
        transfer(client, server, 100_000);
        transfer(server, client, 100_000);
        // The rings are of no use any more.
        await().untilAsserted(() -> assertThat(clients.snapshot().linkGroups())
                .allMatch(group -> group.connections() == 0));
    }

    @Test
    void countsWhatEachWayHasCarried() throws Exception {
        transfer(client, server, 1000);
        move(Mover.SERVER);
        awaitMoved();
        transfer(client, server, 20);

        SmcSnapshot snapshot = clients.snapshot();
        assertThat(snapshot.bytes().get(SmcMode.SMCD).sent()).isEqualTo(1001);
        assertThat(snapshot.bytes().get(SmcMode.TCP).sent()).isEqualTo(20);
        assertThat(snapshot.connections().get(0).bytesSent()).isEqualTo(1021);
        assertThat(snapshot.fallbacks()).containsEntry(FallbackReason.MOVED_BY_PEER, 1L);
        assertThat(snapshot.handshakes()).containsEntry(SmcSnapshot.HandshakeOutcome.SMC, 1L)
                .containsEntry(SmcSnapshot.HandshakeOutcome.FALLBACK, 0L);
        client.close();
        assertThat(clients.snapshot().bytes()).isEqualTo(snapshot.bytes());
    }

    @ParameterizedTest
    @CsvSource({
        "BLOCKING, BLOCKING, CLIENT", "BLOCKING, SELECTOR, SERVER", "VIRTUAL, VIRTUAL, BOTH",
        "VIRTUAL, SELECTOR, CLIENT",
        "SOCKET, SOCKET, BOTH", "SOCKET, VIRTUAL, SERVER", "SELECTOR, SELECTOR, BOTH", "SELECTOR, BLOCKING, CLIENT"})
    void losesNothingUnderLoad(Use ofClient, Use ofServer, Mover mover) throws Exception {
        SplittableRandom random = new SplittableRandom(mover.ordinal());
        int rounds = Integer.getInteger("smc4j.moves", 400) / 8;
        for (int i = 0; i < rounds; i++) {
            long toServer = random.nextLong(4_000_000);
            long toClient = random.nextLong(4_000_000);
            CompletableFuture<Void> atClient = new CheckedStream(client, i, toServer, toClient).run(ofClient);
            CompletableFuture<Void> atServer = new CheckedStream(server, ~i, toClient, toServer).run(ofServer);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(4)));
            move(mover);
            CompletableFuture.allOf(atClient, atServer).get(60, TimeUnit.SECONDS);
            awaitMoved();
            connectAnew();
        }
        assertThat(clients.snapshot().bytes()).allSatisfy((mode, traffic) -> {
            assertThat(traffic.sent()).matches(sent -> sent > 100_000 || mode == SmcMode.SMCR);
            assertThat(traffic.received()).matches(received -> received > 100_000 || mode == SmcMode.SMCR);
        });
    }

    @ParameterizedTest
    @EnumSource(Mover.class)
    void movesManyAtOnce(Mover mover) throws Exception {
        List<SocketChannel> all = new ArrayList<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            connect();
            all.addAll(List.of(client, server));
            Use use = Use.values()[i % Use.values().length];
            running.add(new CheckedStream(client, i, 300_000, 3_000_000).run(use));
            running.add(new CheckedStream(server, ~i, 3_000_000, 300_000).run(Use.SELECTOR));
        }
        move(mover);

        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(100, TimeUnit.SECONDS);
        awaitMoved();
        for (SocketChannel channel : all) {
            channel.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mover.class)
    void keepsWhatTheReaderHasNotRead(Mover mover) throws Exception {
        CompletableFuture<Void> writing = new CheckedStream(client, 1, 3_000_000, 0).run(Use.BLOCKING);
        await().until(() -> clients.snapshot().connections().get(0).bytesSent() > 200_000);
        move(mover);
        awaitMoved(clients, FallbackReason.MOVED, FallbackReason.MOVED_BY_PEER);
        new CheckedStream(server, ~1, 0, 3_000_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);

        writing.get(60, TimeUnit.SECONDS);
        awaitMoved();
    }

    @ParameterizedTest
    @CsvSource({"BLOCKING, CLIENT", "VIRTUAL, SERVER", "SELECTOR, BOTH", "SOCKET, CLIENT"})
    void hasAWriterThatFindsNoRoomGoOn(Use use, Mover mover) throws Exception {
        SmcConfig small = SmcConfig.builder().sendSize(16 * 1024).receiveSize(16 * 1024).build();
        client.close();
        server.close();
        open(small, small);
        connect();
        CheckedStream stream = new CheckedStream(client, 1, 600_000, 0);
        CompletableFuture<Void> writing = stream.run(use);
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 10_000);
        move(mover);
        // The socket has room for all.
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 600_000);
        server.shutdownOutput();
        writing.get(60, TimeUnit.SECONDS);
        new CheckedStream(server, ~1, 0, 600_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);
        awaitMoved();
    }

    @ParameterizedTest
    @EnumSource(Mover.class)
    void keepsTheEndOfAStream(Mover mover) throws Exception {
        client.write(ByteBuffer.allocate(100));
        client.shutdownOutput();
        move(mover);
        transfer(server, client, 50_000);
        assertThat(server.read(ByteBuffer.allocate(1000))).isEqualTo(100);
        assertThat(server.read(ByteBuffer.allocate(1000))).isEqualTo(-1);
        awaitMoved();

        assertThat(server.read(ByteBuffer.allocate(1000))).isEqualTo(-1);
        transfer(server, client, 50_000);
        server.shutdownOutput();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void movesWhenBothStreamsHaveEnded() throws Exception {
        client.shutdownOutput();
        server.shutdownOutput();
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        move(Mover.BOTH);
        awaitMoved();

        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Mover.class)
    void wakesNobodyInVain(Mover mover) throws Exception {
        client.configureBlocking(false);
        try (Selector selector = clients.openSelector()) {
            client.register(selector, SelectionKey.OP_READ);
            move(mover);
            awaitMoved();
            assertThat(selector.selectNow()).isZero();

            server.write(ByteBuffer.allocate(1));
            assertThat(selector.select()).isOne();
        }
    }

    @Test
    void wakesAReaderThatIsClosed() throws Exception {
        CompletableFuture<Void> reading = CheckedStream.start(false, () -> {
            client.read(ByteBuffer.allocate(1));
            return null;
        });
        move(Mover.SERVER);
        awaitMoved();
        client.close();

        assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void resetsWhatIsClosedWithBytesUnread() throws Exception {
        server.write(ByteBuffer.allocate(10));
        move(Mover.CLIENT);
        awaitMoved(servers, FallbackReason.MOVED_BY_PEER);
        client.close();

        assertThatThrownBy(() -> server.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }

    @Test
    void readsToTheEndWhatAClosedPeerHasWritten() throws Exception {
        server.write(ByteBuffer.allocate(10));
        move(Mover.SERVER);
        server.write(ByteBuffer.allocate(20));
        server.close();

        ByteBuffer all = ByteBuffer.allocate(100);
        while (client.read(all) >= 0) {
            assertThat(all.position()).isLessThanOrEqualTo(30);
        }
        assertThat(all.position()).isEqualTo(30);
    }
}
