package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.CheckedStream.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all connections that leave SMC in mid-stream. Who extends it names the {@code ends()} there are. */
@Timeout(120)
abstract class LeavingContract extends LeavingEngines {

    /** All together. */
    static final int ROUNDS = Integer.getInteger("smc4j.moves", 180);

    private static final List<List<Use>> USES = List.of(List.of(Use.BLOCKING, Use.BLOCKING),
            List.of(Use.BLOCKING, Use.SELECTOR), List.of(Use.VIRTUAL, Use.VIRTUAL), List.of(Use.VIRTUAL, Use.SELECTOR),
            List.of(Use.SOCKET, Use.SOCKET), List.of(Use.SOCKET, Use.VIRTUAL), List.of(Use.SELECTOR, Use.SELECTOR),
            List.of(Use.SELECTOR, Use.BLOCKING), List.of(Use.SELECTOR, Use.SOCKET));

    /** Both ways of use, and an end. */
    static Stream<Arguments> loads(List<End> ends) {
        return IntStream.range(0, USES.size())
                .mapToObj(i -> Arguments.of(USES.get(i).get(0), USES.get(i).get(1), ends.get(i % ends.size())));
    }

    /** @return what connections are before */
    abstract SmcMode mode();

    /** Opens engines between which that is so. */
    abstract void open(SmcConfig.Builder config) throws Exception;

    abstract void end(End end);

    /** Has new connections be as those before. */
    abstract void restore();

    @BeforeEach
    final void connectBySmc() throws Exception {
        open(SmcConfig.builder());
        connectOnSmc();
    }

    final void connectOnSmc() throws Exception {
        connect();
        assertThat(mode(clients)).isEqualTo(mode());
    }

    final void connectAnew() throws Exception {
        client.close();
        server.close();
        restore();
        connectOnSmc();
    }

    @ParameterizedTest
    @MethodSource("ends")
    void goesOnIfIdle(End end) throws Exception {
        end(end);

        awaitMoved();
        transfer(client, server, 100_000);
        transfer(server, client, 100_000);
        await().untilAsserted(() -> assertThat(clients.snapshot().linkGroups())
                .allMatch(group -> group.connections() == 0));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void losesNothingUnderLoad(Use ofClient, Use ofServer, End end) throws Exception {
        SplittableRandom random = new SplittableRandom(end.ordinal());
        for (int i = 0; i < ROUNDS / USES.size(); i++) {
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
        for (SmcMode mode : List.of(mode(), SmcMode.TCP)) {
            assertThat(clients.snapshot().bytes().get(mode).sent()).isGreaterThan(100_000);
            assertThat(clients.snapshot().bytes().get(mode).received()).isGreaterThan(100_000);
        }
    }

    @ParameterizedTest
    @MethodSource("ends")
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

    @ParameterizedTest
    @MethodSource("ends")
    void keepsWhatTheReaderHasNotRead(End end) throws Exception {
        CompletableFuture<Void> writing = new CheckedStream(client, 1, 3_000_000, 0).run(Use.BLOCKING);
        soon().until(() -> clients.snapshot().connections().get(0).bytesSent() > 200_000);
        end(end);
        new CheckedStream(server, ~1, 0, 3_000_000).run(Use.BLOCKING).get(60, TimeUnit.SECONDS);

        writing.get(60, TimeUnit.SECONDS);
        awaitMoved();
    }

    @ParameterizedTest
    @MethodSource("ends")
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
    @MethodSource("ends")
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

    @ParameterizedTest
    @MethodSource("ends")
    void wakesAReaderThatIsClosed(End end) throws Exception {
        CompletableFuture<Void> reading = CheckedStream.start(false, () -> {
            client.read(ByteBuffer.allocate(1));
            return null;
        });
        end(end);
        client.close();

        assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }
}
