package io.smc4j.engine.nio;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.CheckedStream.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SMC-R connections that go on over TCP in mid-stream, as their path is lost or left. */
class ResumptionTest extends LeavingContract {

    private LoopedLink link;

    static List<End> ends() {
        return List.of(End.values());
    }

    static Stream<Arguments> loads() {
        return loads(ends());
    }

    @Override
    SmcMode mode() {
        return SmcMode.SMCR;
    }

    @Override
    void open(SmcConfig.Builder config) throws Exception {
        close();
        link = new LoopedLink(true);
        open(link.clients(config), link.servers(config));
    }

    @Override
    void end(End end) {
        if (end.isLoss()) {
            link.lose(end);
        } else {
            leave(end);
        }
    }

    /** Who has heard only from its peer that the path is lost comes to hear it from the device as well. */
    @Override
    void restore() {
        link.lose(End.BOTH_LOSE);
        allowAll();
        await().until(() -> clients.snapshot().linkGroups().isEmpty() && servers.snapshot().linkGroups().isEmpty());
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

    /** Who has closed has nobody left to see to the bytes, but they come. */
    @ParameterizedTest
    @EnumSource(End.class)
    void readsToTheEndWhatAClosedPeerHasWritten(End end) throws Exception {
        SplittableRandom random = new SplittableRandom(end.ordinal());
        for (int i = 0; i < ROUNDS / 20; i++) {
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
    @CsvSource({"BLOCKING, CLIENT_LOSES", "VIRTUAL, SERVER_LOSES", "SELECTOR, BOTH_LOSE", "SOCKET, BOTH_LEAVE"})
    void hasAWriterThatFindsNoRoomGoOn(Use use, End end) throws Exception {
        client.close();
        server.close();
        open(SmcConfig.builder().sendSize(16 * 1024).receiveSize(16 * 1024));
        connectOnSmc();
        CompletableFuture<Void> writing = new CheckedStream(client, 1, 600_000, 0).run(use);
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 10_000);
        end(end);
        server.shutdownOutput();
        new CheckedStream(server, ~1, 0, 600_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);
        writing.get(60, TimeUnit.SECONDS);
        awaitMoved();
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
