package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcState;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transitions of a connection's two ends, and when their rings are free. */
class CloseTest {

    private static final int RING = 16 * 1024;
    private static final int EOF = SmcConnection.EOF;

    private LinkPair links;
    private ConnectionPair pair;
    private SmcConnection client;
    private SmcConnection server;

    @BeforeEach
    void open() throws Exception {
        links = new LinkPair();
        pair = new ConnectionPair(links, RING, RING);
        client = pair.client.connection;
        server = pair.server.connection;
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        pair.close();
        links.closeAndFindNothingLeft();
    }

    private static int read(SmcConnection connection, int most) throws IOException {
        return connection.read(ByteBuffer.allocate(most));
    }

    private static void write(SmcConnection connection, int length) throws IOException {
        assertThat(connection.write(ByteBuffer.allocate(length))).isEqualTo(length);
    }

    private static void assertReset(SmcConnection connection) {
        assertThatThrownBy(() -> read(connection, 1)).isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> write(connection, 1)).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
    }

    /** The first write after an orderly close is one that a TCP peer would answer with a reset. */
    private static void assertWritesOnceThenBrokenPipe(SmcConnection connection) throws IOException {
        write(connection, 1);
        assertBrokenPipe(connection);
    }

    private static void assertBrokenPipe(SmcConnection connection) {
        assertThatThrownBy(() -> write(connection, 1)).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
    }

    private void assertStates(SmcState ofClient, SmcState ofServer) {
        assertThat(client.state()).isEqualTo(ofClient);
        assertThat(server.state()).isEqualTo(ofServer);
    }

    private void assertRingsInUse(int atClient, int atServer) {
        assertThat(links.client.budget.used()).isEqualTo((long) atClient * RING);
        assertThat(links.server.budget.used()).isEqualTo((long) atServer * RING);
    }

    @Test
    void beginsActive() {
        assertStates(SmcState.ACTIVE, SmcState.ACTIVE);
        assertThat(client.isReadable()).isFalse();
        assertThat(client.isWritable()).isTrue();
        assertRingsInUse(1, 1);
    }

    @Test
    void endsOneStreamAndKeepsTheOther() throws Exception {
        write(client, 10);
        client.shutdownOutput();

        assertStates(SmcState.PEERCLOSEWAIT1, SmcState.APPCLOSEWAIT1);
        assertThat(read(server, 100)).isEqualTo(10);
        assertThat(read(server, 100)).isEqualTo(EOF);
        assertThat(read(server, 100)).isEqualTo(EOF);
        write(server, 20);
        assertThat(read(client, 100)).isEqualTo(20);
        assertThat(read(client, 100)).isEqualTo(SmcConnection.UNAVAILABLE);
    }

    @Test
    void endsBothStreamsOneAfterTheOther() throws Exception {
        client.shutdownOutput();
        client.shutdownOutput();
        server.shutdownOutput();

        assertStates(SmcState.PEERCLOSEWAIT2, SmcState.APPCLOSEWAIT2);
        assertThat(read(client, 1)).isEqualTo(EOF);
        assertThat(read(server, 1)).isEqualTo(EOF);
        server.close(false);
        assertThat(client.state()).isEqualTo(SmcState.APPFINCLOSEWAIT);
        assertRingsInUse(1, 1);
        client.close(false);
        links.server.sweep();
        assertRingsInUse(0, 0);
    }

    @Test
    void letsThePeerReadWhatWasWrittenBeforeTheClose() throws Exception {
        write(client, 1000);
        client.close(false);

        assertThat(server.state()).isEqualTo(SmcState.APPCLOSEWAIT1);
        assertThat(read(server, 600)).isEqualTo(600);
        assertThat(read(server, 600)).isEqualTo(400);
        assertThat(read(server, 600)).isEqualTo(EOF);
        assertWritesOnceThenBrokenPipe(server);
        assertThat(server.isReadable()).isTrue();
        assertThat(server.isWritable()).isTrue();
    }

    @Test
    void resetsThePeerWhoseDataItDropped() throws Exception {
        write(server, 1);
        write(client, 5);
        client.close(false);

        assertThat(server.state()).isEqualTo(SmcState.PROCESSABORT);
        assertThat(read(server, 100)).as("what had arrived").isEqualTo(5);
        assertReset(server);
    }

    @Test
    void failsAWriteFirstAndThenEndsTheStream() throws Exception {
        write(client, 5);
        client.close(true);

        assertThatThrownBy(() -> write(server, 1)).isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection reset by peer");
        assertBrokenPipe(server);
        assertThat(read(server, 100)).isEqualTo(5);
        assertThat(read(server, 100)).isEqualTo(EOF);
    }

    /** A request that TCP would have buffered. */
    @Test
    void letsAWriterThatWasHeldUpGoOnToTheAnswer() throws Exception {
        assertThat(client.write(ByteBuffer.allocate(2 * RING))).isEqualTo(RING);
        assertThat(client.write(ByteBuffer.allocate(RING))).isZero();
        write(server, 5);
        server.close(false);

        assertThat(client.isLastWord()).isTrue();
        write(client, RING);
        assertThat(client.write(new ByteBuffer[] {ByteBuffer.allocate(RING), ByteBuffer.allocate(1)}, 0, 2))
                .isEqualTo(RING + 1);
        assertThat(read(client, 100)).isEqualTo(5);
        assertThat(client.isLastWord()).isFalse();
        assertThatThrownBy(() -> write(client, 1)).isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection reset by peer");
    }

    /** The ring had room for a part of it, and no write came before the answer that would have found none. */
    @Test
    void letsAWriterOfWhomAPartWasTakenGoOnToTheAnswer() throws Exception {
        assertThat(client.write(new ByteBuffer[] {ByteBuffer.allocate(2 * RING)}, 0, 1)).isEqualTo(RING);
        assertThat(read(server, RING)).isEqualTo(RING);
        write(server, 5);
        server.close(false);

        write(client, RING);
        assertThat(read(client, 100)).isEqualTo(5);
    }

    /** As a writer is that the server overtakes: it answers and closes with some of the request unread, or none. */
    @ParameterizedTest
    @ValueSource(ints = {50, 2000})
    void letsAWriterInTheMiddleOfARequestGoOnToTheAnswer(int readByServer) throws Exception {
        write(client, 2000);
        assertThat(read(server, readByServer)).isEqualTo(readByServer);
        write(server, 5);
        server.close(false);

        for (int i = 0; i < 3; i++) {
            write(client, 100);
            assertThat(client.write(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(2)}, 0, 2))
                    .isEqualTo(3);
        }
        assertThat(read(client, 100)).isEqualTo(5);
        assertThatThrownBy(() -> write(client, 1)).isExactlyInstanceOf(IOException.class);
    }

    /** The server knew by the head of the request. */
    @Test
    void letsAWriterWhoseMessageWasShortGoOnWithWhatFollows() throws Exception {
        write(client, 100);
        assertThat(read(server, 100)).isEqualTo(100);
        write(server, 5);
        server.close(false);

        for (int i = 0; i < 3; i++) {
            write(client, 2000);
        }
        assertThat(read(client, 100)).isEqualTo(5);
        assertThatThrownBy(() -> write(client, 1)).isExactlyInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100})
    void failsAWriterWhoseMessageWasShort(int readByServer) throws Exception {
        write(client, 100);
        assertThat(read(server, readByServer)).isEqualTo(readByServer);
        write(server, 5);
        server.close(false);

        if (readByServer == 100) {
            assertWritesOnceThenBrokenPipe(client);
        } else {
            assertThatThrownBy(() -> write(client, 1)).isExactlyInstanceOf(IOException.class)
                    .hasMessage("Connection reset by peer");
        }
        assertThat(read(client, 100)).isEqualTo(5);
    }

    @Test
    void failsAWriterThatBeginsBeforeItReadsWhatThePeerLeft() throws Exception {
        write(client, 100);
        assertThat(read(server, 100)).isEqualTo(100);
        write(server, 5);
        assertThat(read(client, 5)).isEqualTo(5);
        write(server, 6);
        server.close(false);

        assertWritesOnceThenBrokenPipe(client);
        assertThat(read(client, 100)).isEqualTo(6);
    }

    @Test
    void doesNotLetAWriterGoOnForEver() throws Exception {
        assertThat(client.write(ByteBuffer.allocate(2 * RING))).isEqualTo(RING);
        assertThat(client.write(ByteBuffer.allocate(1))).isZero();
        write(server, 5);
        server.close(false);

        assertThatThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                write(client, 1_000_000);
            }
        }).isExactlyInstanceOf(IOException.class).hasMessage("Connection reset by peer");
        assertThat(read(client, 100)).isEqualTo(5);
    }

    @Test
    void failsAWriterThatWasHeldUpBeforeItReadTheAnswer() throws Exception {
        assertThat(client.write(ByteBuffer.allocate(2 * RING))).isEqualTo(RING);
        assertThat(client.write(ByteBuffer.allocate(1))).isZero();
        write(server, 5);
        assertThat(read(client, 3)).isEqualTo(3);
        server.close(false);

        assertThatThrownBy(() -> write(client, 1)).isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection reset by peer");
    }

    @Test
    void resetsThePeerWhenToldTo() throws Exception {
        write(client, 5);
        client.close(true);

        assertThat(read(server, 100)).isEqualTo(5);
        assertReset(server);
    }

    @Test
    void resetsAfterItsStreamHadEndedWithoutCuttingItOff() throws Exception {
        client.shutdownOutput();
        client.close(true);

        assertThat(server.state()).isEqualTo(SmcState.PROCESSABORT);
        assertThat(read(server, 1)).isEqualTo(EOF);
        assertBrokenPipe(server);
    }

    @Test
    void freesBothRingsOnceBothAreClosed() {
        client.close(false);
        assertRingsInUse(1, 1);
        server.close(false);
        assertRingsInUse(1, 0);
        links.client.sweep();
        assertRingsInUse(0, 0);
    }

    @Test
    void freesBothRingsWhenBothCloseAtOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (ConnectionPair another = new ConnectionPair(links, RING, RING)) {
                CompletableFuture<Void> closing =
                        CompletableFuture.runAsync(() -> another.client.connection.close(false));
                another.server.connection.close(false);
                closing.join();
            }
        }
        links.client.sweep();
        links.server.sweep();
        assertRingsInUse(1, 1);
    }

    @Test
    void freesTheRingOfTheClosedEndWhenThePeerReadsTheEnd() throws Exception {
        client.close(false);
        assertThat(read(server, 1)).isEqualTo(EOF);

        links.client.sweep();
        assertRingsInUse(0, 1);
        server.close(false);
        assertRingsInUse(0, 0);
    }

    @Test
    void freesTheRingOfTheClosedEndWhenThePeerWrites() throws Exception {
        client.close(false);
        assertWritesOnceThenBrokenPipe(server);

        links.client.sweep();
        assertRingsInUse(0, 1);
    }

    @Test
    void freesTheRingOfTheClosedEndThoughThePeerNeverLooks() throws Exception {
        write(client, 100);
        client.close(false);
        assertRingsInUse(1, 1);

        // Asked by one sweep, had by the next.
        await().until(() -> {
            links.client.sweep();
            return links.client.budget.used() == 0;
        });

        assertThat(read(server, 200)).as("what had arrived").isEqualTo(100);
        assertThat(read(server, 200)).isEqualTo(EOF);
        assertWritesOnceThenBrokenPipe(server);
    }

    @Test
    void doesNotFreeTheRingWhileThePeerIsWriting() throws Exception {
        pair.server.writeLock.lock();
        try {
            client.close(false);
            CompletableFuture<Void> asked = CompletableFuture.runAsync(server::peerClosed);
            asked.join();
            links.client.sweep();
            assertRingsInUse(1, 1);
        } finally {
            pair.server.writeLock.unlock();
        }
        server.peerClosed();
        links.client.sweep();
        assertRingsInUse(0, 1);
    }

    @Test
    void reusesAClosedConnectionsRingForTheNext() throws Exception {
        for (int i = 0; i < 1000; i++) {
            ConnectionPair next = new ConnectionPair(links, RING, RING);
            next.client.connection.close(false);
            next.server.connection.close(false);
        }
        assertThat(links.client.budget.used()).isLessThanOrEqualTo(4 * RING);
        assertThat(links.server.budget.used()).isLessThanOrEqualTo(4 * RING);
    }

    @Test
    void showsNothingAfterItsEnd() throws Exception {
        client.close(false);
        client.close(true);
        client.shutdownOutput();

        assertThat(read(server, 1)).as("the second close is none").isEqualTo(EOF);
    }

    @Test
    void letsTheSurvivorReadWhatHadArrivedThenReset() throws Exception {
        write(client, 700);
        links.client.close();
        await().until(() -> !links.server.group.isActive());

        assertThat(server.state()).isEqualTo(SmcState.PROCESSABORT);
        assertThat(server.isReadable()).isTrue();
        assertThat(server.isWritable()).isTrue();
        assertThat(server.available()).isEqualTo(700);
        assertThat(read(server, 1000)).isEqualTo(700);
        assertReset(server);
    }

    @Test
    void endsProperlyIfThePeerEndedItsStreamBeforeItDied() throws Exception {
        write(client, 700);
        client.shutdownOutput();
        links.client.close();
        await().until(() -> !links.server.group.isActive());

        assertThat(read(server, 1000)).isEqualTo(700);
        assertThat(read(server, 1000)).isEqualTo(EOF);
        assertBrokenPipe(server);
    }

    @Test
    void freesWhatLingersWhenTheLinkGroupEnds() throws Exception {
        server.close(false);
        links.client.close();

        await().until(() -> links.server.budget.used() == 0);
    }

    /** Whichever is first, the end of the link group or of the connection: the ring must be freed by one of them. */
    @Test
    void freesARingClosedWhileTheLinkGroupEnds() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (LinkPair others = new LinkPair(1 << 20)) {
                ConnectionPair other = new ConnectionPair(others, RING, RING);
                CompletableFuture<Void> ending = CompletableFuture.runAsync(others.client::close);
                other.server.connection.close(false);
                ending.join();
                await().until(() -> others.server.budget.used() == 0);
                other.client.connection.close(false);
                assertThat(others.client.budget.used()).isZero();
            }
        }
    }
}
