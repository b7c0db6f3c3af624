package io.smc4j.engine.negotiation;

import static io.smc4j.engine.negotiation.RawPeer.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener with SMC makes of clients that speak no CLC: the application sees what they sent, to the byte. */
@Timeout(60)
class ForeignBytesTest {

    @RegisterExtension
    final Bench bench = new Bench();

    private SmcSelectorProvider server;
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        server = bench.provider(config -> config.handshakeTimeout(Duration.ofMillis(100)));
        listener = bench.listen(server);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "474554202f20485454502f312e310d0a0d0a", // an HTTP request
        "00",
        "e2d4c3d8010044221122",     // a wrong eyecatcher
        "c3d9e2d4010044221122",
        "e2d4c4",                   // right up to the third byte
        "e2d4c3d9010000220000",     // length 0
        "e2d4c3d9010007220000",     // length 7
        "e2d4c3d901ffff220000",     // length 64 KiB
        "e2d4c3d901028d220000",     // one byte longer than the longest message
    })
    void bytesThatAreNoClcMessageAreTheApplications(String hex) throws IOException {
        byte[] sent = HexFormat.of().parseHex(hex);
        RawPeer client = bench.connect(listener).send(sent);

        SocketChannel channel = bench.accept(listener);

        assertThat(Bench.read(channel, sent.length)).isEqualTo(sent);
        assertThat(Bench.connection(server).mode()).isEqualTo(SmcMode.TCP);
        assertThat(Bench.connection(server).fallbackReason()).isEqualTo(FallbackReason.PEER_WITHOUT_SMC);
        Bench.expectPipe(channel, client);
    }

    @Test
    void aProposalCutShortByTheEndIsTheApplications() throws IOException {
        byte[] proposal = aProposal();
        for (int length = 0; length < proposal.length; length++) {
            byte[] part = Arrays.copyOf(proposal, length);
            try (RawPeer client = RawPeer.connect(listener.getLocalAddress())) {
                if (length > 0) {
                    client.send(part);
                }
                client.endOutput();
                try (SocketChannel channel = listener.accept()) {
                    assertThat(Bench.read(channel, length)).isEqualTo(part);
                    Bench.expectEnd(channel);
                    Bench.write(channel, "answer");
                    assertThat(client.receiveText(6)).isEqualTo("answer");
                }
            }
        }
    }

    @Test
    void aProposalThatIsNeverCompletedIsTheApplicationsAfterTheHandshakeTime() throws IOException {
        byte[] proposal = aProposal();
        List<RawPeer> clients = new ArrayList<>();
        List<SocketChannel> channels = new ArrayList<>();
        for (int length = 1; length < proposal.length; length++) {
            clients.add(bench.connect(listener).send(Arrays.copyOf(proposal, length)));
            channels.add(bench.accept(listener));
        }

        for (int i = 0; i < clients.size(); i++) {
            int length = i + 1;
            assertThat(Bench.read(channels.get(i), length)).isEqualTo(Arrays.copyOf(proposal, length));
            Bench.expectPipe(channels.get(i), clients.get(i));
        }
        assertThat(server.snapshot().fallbacks()).containsEntry(FallbackReason.TIMEOUT, (long) clients.size());
    }

    @Test
    void bytesAfterAPauseBelongToTheSameStream() throws IOException {
        RawPeer client = bench.connect(listener).send(new byte[] {(byte) 0xE2});
        SocketChannel channel = bench.accept(listener);
        client.send(new byte[] {(byte) 0x80, (byte) 0xA6});

        assertThat(Bench.read(channel, 3)).isEqualTo(bytesOf("\u2026"));
        Bench.expectPipe(channel, client);
    }

    private static byte[] aProposal() {
        return bytesOf(SmcdClc.proposal(Gid.random()));
    }
}
