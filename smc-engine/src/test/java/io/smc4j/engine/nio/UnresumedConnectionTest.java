package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SMC-R connections that cannot go on when their path is lost: that is a reset, with a reason, at once. */
@Timeout(60)
class UnresumedConnectionTest extends LeavingEngines {

    private static final String RECEIVED_ONE = "534a523100000000" + "0000000000000001";

    private LoopedLink link;

    /** @param resumable whether both sides agree that connections go on over TCP */
    private void open(boolean resumable) throws Exception {
        link = new LoopedLink(resumable);
        open(link.clients(SmcConfig.builder()), link.servers(SmcConfig.builder()));
        connect();
        assertThat(mode(clients)).isEqualTo(SmcMode.SMCR);
    }

    private void expectReset(String reason) {
        SocketException reset = (SocketException) catchThrowable(() -> client.read(ByteBuffer.allocate(1)));
        assertThat(reset).hasMessage("Connection reset");
        assertThat(reset.getCause()).hasMessageContaining(reason);
        assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }

    /** What the server's engine would never say. */
    private void say(String hex) throws IOException {
        Sockets.write(((SmcSocketChannel) server).fd(), ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    @Test
    void isResetIfThatWasNotAgreed() throws Exception {
        open(false);
        link.lose(End.BOTH_LOSE);

        expectReset("link 1 lost");
    }

    @Test
    void staysOnRdmaIfThatWasNotAgreed() throws Exception {
        open(false);
        leave(End.CLIENT_LEAVES);
        say(RECEIVED_ONE);
        transfer(server, client, 100_000);

        assertThat(mode(clients)).isEqualTo(SmcMode.SMCR);
    }

    @ParameterizedTest
    @CsvSource({
        "an eyecatcher that is none, 534a523200000000 0000000000000001",
        "bits that nobody knows, 534a523100000002 0000000000000001",
        "a number below zero, 534a523100000000 8000000000000001"})
    void isResetByAMessageThatIsNone(String what, String message) throws Exception {
        open(true);
        say(message.replace(" ", ""));

        expectReset("malformed");
    }

    @ParameterizedTest
    @CsvSource({"more than was ever sent, 534a523100000000 0000000000000002",
        "less than was consumed, 534a523100000000 0000000000000000"})
    void isResetByAPositionThatCannotBe(String what, String message) throws Exception {
        open(true);
        // Half of what is under way is consumed, and the peer told so.
        if (message.endsWith("0")) {
            transfer(client, server, 400_000);
            soon().until(() -> {
                server.read(ByteBuffer.allocate(0));
                return clients.snapshot().connections().get(0).bytesSent() > 400_000;
            });
        }
        say(message.replace(" ", ""));

        expectReset("cursor");
    }

    @Test
    void isResetIfThePeerDiesBeforeItHasAnswered() throws Exception {
        open(true);
        CompletableFuture<Void> reading = CheckedStream.start(false, () -> {
            expectReset("lost");
            return null;
        });
        say(RECEIVED_ONE.substring(0, 30));
        Sockets.shutdown(((SmcSocketChannel) server).fd(), Sockets.SHUT_WR);
        link.lose(End.CLIENT_LOSES);

        reading.get(20, TimeUnit.SECONDS);
    }

    @Test
    void tellsASelector() throws Exception {
        open(true);
        client.configureBlocking(false);
        try (Selector selector = clients.openSelector()) {
            client.register(selector, SelectionKey.OP_READ);
            Sockets.shutdown(((SmcSocketChannel) server).fd(), Sockets.SHUT_WR);
            link.lose(End.CLIENT_LOSES);

            assertThat(selector.select(TimeUnit.SECONDS.toMillis(20))).isOne();
            expectReset("lost");
        }
    }

    @Test
    void isResetIfTheEngineEndsBeforeThePeerHasAnswered() throws Exception {
        open(true);
        // The peer's control loop does not come to answering.
        CompletableFuture<Void> blocked = new CompletableFuture<>();
        EngineAccess.of(servers).loop().execute(blocked::join);
        try {
            link.lose(End.CLIENT_LOSES);
            soon().until(() -> clients.snapshot().linkGroups().isEmpty());
            EngineAccess.of(clients).close();

            expectReset("lost");
        } finally {
            blocked.complete(null);
        }
    }
}
