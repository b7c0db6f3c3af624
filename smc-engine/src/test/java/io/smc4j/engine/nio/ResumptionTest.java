package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.CheckedStream.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SMC-R connections that go on over TCP in mid-stream, as their path is lost or left. */
@Timeout(120)
class ResumptionTest extends LoopedEngines {

    private static final int LOSSES = Integer.getInteger("smc4j.losses", 200);

    @BeforeEach
    void connectBySmc() throws Exception {
        open(true, SmcConfig.builder());
    }

    private void connectAnew() throws Exception {
        client.close();
        server.close();
        // What has heard only from its peer that the path is lost comes to hear it from the device as well.
        ofClients.lose();
        ofServers.lose();
        clients.policyTable().replace(SmcPolicy.allowAll());
        servers.policyTable().replace(SmcPolicy.allowAll());
        await().until(() -> clients.snapshot().linkGroups().isEmpty() && servers.snapshot().linkGroups().isEmpty());
        connect();
        assertThat(mode(clients)).isEqualTo(SmcMode.SMCR);
    }

    private void awaitMoved() {
        for (SmcSelectorProvider engine : List.of(clients, servers)) {
            soon().untilAsserted(() -> assertThat(engine.snapshot().connections()).allSatisfy(connection -> {
                assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
                assertThat(connection.fallbackReason()).isNotNull().matches(FallbackReason::isMove);
            }));
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void goesOnIfIdle(End end) throws Exception {
        end(end);

        awaitMoved();
        transfer(client, server, 100_000);
        transfer(server, client, 100_000);
        await().untilAsserted(() -> assertThat(clients.snapshot().linkGroups())
                .allMatch(group -> group.connections() == 0));
    }

    @Test
    void saysWhyAndCountsWhatEachWayHasCarried() throws Exception {
        transfer(client, server, 1000);
        end(End.CLIENT_LOSES);
        awaitMoved();
        transfer(client, server, 20);

        SmcSnapshot snapshot = clients.snapshot();
        assertThat(snapshot.connections()).singleElement().satisfies(connection -> {
            assertThat(connection.fallbackReason()).isEqualTo(FallbackReason.PATH_LOST);
            assertThat(connection.bytesSent()).isEqualTo(1021);
        });
        assertThat(servers.snapshot().connections()).singleElement().satisfies(connection ->
                assertThat(connection.fallbackReason()).as("told by the peer").isEqualTo(FallbackReason.PATH_LOST));
        assertThat(snapshot.bytes().get(SmcMode.SMCR).sent()).isEqualTo(1001);
        assertThat(snapshot.bytes().get(SmcMode.TCP).sent()).isEqualTo(20);
        assertThat(snapshot.handshakes()).containsEntry(SmcSnapshot.HandshakeOutcome.SMC, 1L)
                .containsEntry(SmcSnapshot.HandshakeOutcome.FALLBACK, 0L);
    }

    @Test
    void saysWhoHasLeftThePath() throws Exception {
        end(End.CLIENT_LEAVES);
        awaitMoved();

        assertThat(clients.snapshot().fallbacks()).containsOnly(Map.entry(FallbackReason.MOVED, 1L));
        assertThat(servers.snapshot().fallbacks()).containsOnly(Map.entry(FallbackReason.MOVED_BY_PEER, 1L));
    }

    @ParameterizedTest
    @CsvSource({
        "BLOCKING, BLOCKING, CLIENT_LOSES", "BLOCKING, SELECTOR, SERVER_LOSES", "VIRTUAL, VIRTUAL, BOTH_LOSE",
        "SOCKET, SOCKET, BOTH_LOSE", "SELECTOR, SELECTOR, CLIENT_LOSES", "SELECTOR, SOCKET, BOTH_LOSE",
        "VIRTUAL, SELECTOR, CLIENT_LEAVES", "SOCKET, VIRTUAL, SERVER_LEAVES", "SELECTOR, BLOCKING, BOTH_LEAVE",
        "BLOCKING, BLOCKING, BOTH_LEAVE"})
    void losesNothingUnderLoad(Use ofClient, Use ofServer, End end) throws Exception {
        SplittableRandom random = new SplittableRandom(end.ordinal());
        for (int i = 0; i < LOSSES / 10; i++) {
            long toServer = random.nextLong(4_000_000);
            long toClient = random.nextLong(4_000_000);
            CompletableFuture<Void> atClient = new CheckedStream(client, i, toServer, toClient).run(ofClient);
            CompletableFuture<Void> atServer = new CheckedStream(server, ~i, toClient, toServer).run(ofServer);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(4)));
            end(end);
            CompletableFuture.allOf(atClient, atServer).get(60, TimeUnit.SECONDS);
            awaitMoved();
            connectAnew();
        }
        assertThat(clients.snapshot().bytes().get(SmcMode.SMCR).sent()).isPositive();
        assertThat(clients.snapshot().bytes().get(SmcMode.TCP).sent()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void hasManyGoOnAtOnce(End end) throws Exception {
        List<SocketChannel> all = new ArrayList<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            connect();
            all.addAll(List.of(client, server));
            Use use = Use.values()[i % Use.values().length];
            running.add(new CheckedStream(client, i, 300_000, 3_000_000).run(use));
            running.add(new CheckedStream(server, ~i, 3_000_000, 300_000).run(Use.SELECTOR));
        }
        end(end);

        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(100, TimeUnit.SECONDS);
        awaitMoved();
        for (SocketChannel channel : all) {
            channel.close();
        }
    }

    /** Who has closed has nobody left to see to the bytes, but they come. */
    @ParameterizedTest
    @EnumSource(End.class)
    void readsToTheEndWhatAClosedPeerHasWritten(End end) throws Exception {
        SplittableRandom random = new SplittableRandom(end.ordinal());
        for (int i = 0; i < LOSSES / 10; i++) {
            byte[] message = new byte[random.nextInt(1, 60_000)];
            random.nextBytes(message);
            boolean early = random.nextBoolean();
            if (early) {
                end(end);
            }
            client.write(ByteBuffer.wrap(message));
            client.close();
            if (!early) {
                LockSupport.parkNanos(random.nextLong(TimeUnit.MICROSECONDS.toNanos(200)));
                end(end);
            }
            ByteBuffer all = ByteBuffer.allocate(message.length + 1);
            while (server.read(all) >= 0) {
                assertThat(all.position()).isLessThanOrEqualTo(message.length);
            }
            assertThat(all.flip()).isEqualTo(ByteBuffer.wrap(message));
            connectAnew();
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void keepsWhatTheReaderHasNotRead(End end) throws Exception {
        CompletableFuture<Void> writing = new CheckedStream(client, 1, 3_000_000, 0).run(Use.BLOCKING);
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 200_000);
        end(end);
        new CheckedStream(server, ~1, 0, 3_000_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);

        writing.get(60, TimeUnit.SECONDS);
        awaitMoved();
    }

    @ParameterizedTest
    @CsvSource({"BLOCKING, CLIENT_LOSES", "VIRTUAL, SERVER_LOSES", "SELECTOR, BOTH_LOSE", "SOCKET, BOTH_LEAVE"})
    void hasAWriterThatFindsNoRoomGoOn(Use use, End end) throws Exception {
        client.close();
        server.close();
        open(true, SmcConfig.builder().sendSize(16 * 1024).receiveSize(16 * 1024));
        CompletableFuture<Void> writing = new CheckedStream(client, 1, 600_000, 0).run(use);
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 10_000);
        end(end);
        server.shutdownOutput();
        new CheckedStream(server, ~1, 0, 600_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);
        writing.get(60, TimeUnit.SECONDS);
        awaitMoved();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void keepsTheEndOfAStream(End end) throws Exception {
        client.write(ByteBuffer.allocate(100));
        client.shutdownOutput();
        end(end);
        transfer(server, client, 50_000);
        ByteBuffer all = ByteBuffer.allocate(1000);
        while (server.read(all) >= 0) {
            assertThat(all.position()).isLessThanOrEqualTo(100);
        }
        assertThat(all.position()).isEqualTo(100);
        awaitMoved();

        assertThat(server.read(ByteBuffer.allocate(1000))).isEqualTo(-1);
        transfer(server, client, 50_000);
        server.shutdownOutput();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void wakesNobodyInVain(End end) throws Exception {
        client.configureBlocking(false);
        try (Selector selector = clients.openSelector()) {
            client.register(selector, SelectionKey.OP_READ);
            end(end);
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
        end(End.SERVER_LOSES);
        client.close();

        assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void resetsWhatIsClosedWithBytesUnread() throws Exception {
        server.write(ByteBuffer.allocate(10));
        soon().until(() -> ((SmcSocketChannel) client).smcConnection().available() > 0);
        end(End.BOTH_LOSE);
        client.close();

        assertThatThrownBy(() -> {
            while (server.read(ByteBuffer.allocate(1)) == 0) {
                Thread.onSpinWait();
            }
        }).isInstanceOf(IOException.class);
    }
}
