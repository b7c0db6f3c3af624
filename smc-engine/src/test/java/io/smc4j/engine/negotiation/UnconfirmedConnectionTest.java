package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that have bound the server's ring, so that they count the connection as made, when the Confirm has not come.
 */
@Timeout(60)
class UnconfirmedConnectionTest {

    /** As much as a channel keeps while it negotiates. */
    private static final int EARLY = SmcConfig.MIN_BUFFER_SIZE;

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider server;
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        server = bench.provider();
        listener = bench.listen(server);
    }

    private ScriptedClient scriptedClient() throws IOException {
        return bench.closing(new ScriptedClient(bench.engine(), listener));
    }

    private static ByteBuffer pattern(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            bytes.put((byte) (i * 31));
        }
        return bytes.flip();
    }

    /** Reads all there is up to the end of the stream. */
    private static ByteBuffer readToEnd(SmcConnection connection) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(2 * EARLY);
        for (int n = 0; n != SmcConnection.EOF; n = connection.read(read)) {
            Bench.patiently().until(connection::isReadable);
        }
        return read.flip();
    }

    private void expectReset(SmcConnection connection) {
        Bench.patiently().until(connection::isReadable);
        assertThatThrownBy(() -> connection.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    // ---- the channel is closed

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheChannelHasWrittenComesBeforeItsEnd(boolean halfClosed) throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());
        channel.write(pattern(EARLY));
        if (halfClosed) {
            channel.shutdownOutput();
        }
        channel.close();

        assertThat(readToEnd(connection)).isEqualTo(pattern(EARLY));
        assertThat(server.snapshot().handshakes()).containsEntry(HandshakeOutcome.SMC, 1L);
        assertThat(server.snapshot().bytes().get(SmcMode.SMCD).sent()).isEqualTo(EARLY);
    }

    @Test
    void whatTheChannelHasWrittenComesBeforeItsEndThoughTheConfirmComesLate() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        ClcAccept accept = client.propose();
        ClcConfirm confirm = client.confirm();
        SmcConnection connection = client.establish(accept);
        channel.write(pattern(EARLY));
        channel.close();
        client.tcp().send(confirm);

        assertThat(readToEnd(connection)).isEqualTo(pattern(EARLY));
    }

    @Test
    void whatTheChannelHasWrittenComesByTcpIfTheRingWasNotBound() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        channel.write(pattern(EARLY));
        channel.close();
        client.tcp().send(ClcDecline.v2(7, FallbackReason.PEER_LOST.code(), false));

        assertThat(ByteBuffer.wrap(client.tcp().receive(EARLY))).isEqualTo(pattern(EARLY));
        client.tcp().expectEnd();
    }

    @Test
    void moreThanARingHoldsComesBeforeTheEnd() throws Exception {
        SmcEngine engine = bench.engine();
        ScriptedClient client = bench.closing(new ScriptedClient(engine, listener));
        SocketChannel channel = bench.accept(listener);
        ClcAccept accept = client.propose();
        ClcConfirm confirm = client.confirm();
        SmcConnection connection = client.establish(accept);
        client.tcp().send(confirm);
        int length = server.config().buffers().receiveSize() * 2;
        LastBytes.send(engine.negotiations(), connection, pattern(length), false);

        assertThat(ByteBuffer.wrap(Bench.read(channel, length))).isEqualTo(pattern(length));
        Bench.expectEnd(channel);
    }

    @Test
    void aClientSeesTheEndWhenTheChannelIsClosedBeforeItsConfirm() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());

        channel.close();

        Bench.patiently().until(connection::isReadable);
        assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
    }

    @Test
    void aClientIsResetWhenTheChannelIsResetBeforeItsConfirm() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());

        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();

        expectReset(connection);
    }

    @Test
    void whatTheChannelHasWrittenComesBeforeItsReset() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());
        channel.write(pattern(EARLY));
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();

        ByteBuffer read = ByteBuffer.allocate(EARLY);
        while (read.hasRemaining()) {
            Bench.patiently().until(connection::isReadable);
            connection.read(read);
        }
        assertThat(read.flip()).isEqualTo(pattern(EARLY));
        expectReset(connection);
        // TCP is ended in order, for a client that has yet to send its Confirm.
        client.tcp().expectEnd();
    }

    @Test
    void whatTheChannelHasWrittenComesByTcpBeforeItsReset() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.propose();
        channel.write(pattern(EARLY));
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();

        assertThat(client.tcp().receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.PEER_LOST.code());
        assertThat(ByteBuffer.wrap(client.tcp().receive(EARLY))).isEqualTo(pattern(EARLY));
        client.tcp().expectReset();
    }

    @Test
    void aClientIsResetWhenWhatItWroteIsLostByAClose() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());
        connection.write(ByteBuffer.allocate(1));

        channel.close();

        expectReset(connection);
    }

    @Test
    void aClientThatNamesNoRingOfItsOwnCostsNoMore() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        client.bindInSecret(client.propose());

        channel.close();

        Bench.patiently().untilAsserted(() -> assertThat(server.snapshot().ringMemoryInUse()).isZero());
    }

    // ---- the client does something else

    @Test
    void aClientThatEndsTcpInsteadOfConfirmingIsReset() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());
        client.tcp().endOutput();

        Bench.expectEnd(channel);
        expectReset(connection);
    }

    @Test
    void aClientThatTalksNonsenseInsteadOfConfirmingIsReset() throws Exception {
        ScriptedClient client = scriptedClient();
        SocketChannel channel = bench.accept(listener);
        SmcConnection connection = client.bind(client.propose());
        client.tcp().send(client.proposal());

        assertThat(client.tcp().receive(ClcDecline.class).diagnosisCode()).isEqualTo(FallbackReason.MALFORMED.code());
        expectReset(connection);
        Bench.expectPipe(channel, client.tcp());
    }
}
