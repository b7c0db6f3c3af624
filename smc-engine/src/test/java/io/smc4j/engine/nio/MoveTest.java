package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.CheckedStream.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that go over from SMC to TCP in mid-stream. */
class MoveTest extends LeavingContract {

    static List<End> ends() {
        return Stream.of(End.values()).filter(end -> !end.isLoss()).toList();
    }

    static Stream<Arguments> loads() {
        return loads(ends());
    }

    @Override
    SmcMode mode() {
        return SmcMode.SMCD;
    }

    @Override
    void open(SmcConfig.Builder config) throws Exception {
        open(config.build(), config.build());
    }

    @Override
    void end(End end) {
        leave(end);
    }

    @Override
    void restore() {
        allowAll();
    }

    @Test
    void countsWhatEachWayHasCarried() throws Exception {
        transfer(client, server, 1000);
        end(End.SERVER_LEAVES);
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
    @CsvSource({"BLOCKING, CLIENT_LEAVES", "VIRTUAL, SERVER_LEAVES", "SELECTOR, BOTH_LEAVE", "SOCKET, CLIENT_LEAVES"})
    void hasAWriterThatFindsNoRoomGoOn(Use use, End end) throws Exception {
        SmcConfig small = SmcConfig.builder().sendSize(16 * 1024).receiveSize(16 * 1024).build();
        client.close();
        server.close();
        open(small, small);
        connectOnSmc();
        CheckedStream stream = new CheckedStream(client, 1, 600_000, 0);
        CompletableFuture<Void> writing = stream.run(use);
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 10_000);
        end(end);
        // The socket has room for all.
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 600_000);
        server.shutdownOutput();
        writing.get(60, TimeUnit.SECONDS);
        new CheckedStream(server, ~1, 0, 600_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);
        awaitMoved();
    }

    @Test
    void movesWhenBothStreamsHaveEnded() throws Exception {
        client.shutdownOutput();
        server.shutdownOutput();
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        end(End.BOTH_LEAVE);
        awaitMoved();

        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void resetsWhatIsClosedWithBytesUnread() throws Exception {
        server.write(ByteBuffer.allocate(10));
        end(End.CLIENT_LEAVES);
        awaitMoved(servers);
        client.close();

        assertThatThrownBy(() -> server.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }

    @Test
    void readsToTheEndWhatAClosedPeerHasWritten() throws Exception {
        server.write(ByteBuffer.allocate(10));
        end(End.SERVER_LEAVES);
        server.write(ByteBuffer.allocate(20));
        server.close();

        ByteBuffer all = ByteBuffer.allocate(100);
        while (client.read(all) >= 0) {
            assertThat(all.position()).isLessThanOrEqualTo(30);
        }
        assertThat(all.position()).isEqualTo(30);
    }
}
