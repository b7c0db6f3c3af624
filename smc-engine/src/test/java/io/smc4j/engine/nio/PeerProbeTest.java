package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How far SMC comes with listeners of several kinds. The time limits guard against hanging only. */
@Timeout(120)
class PeerProbeTest {

    private static final String HOST = "127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private SmcSelectorProvider engine;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Pairing.isEngineImplemented());
        engine = SmcSelectorProvider.open(SmcConfig.builder().handshakeTimeout(LIMIT).build());
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void goesAllStepsWithAListenerThatUnderstandsSmc() throws IOException {
        try (SmcSelectorProvider server = SmcSelectorProvider.open(SmcConfig.defaults());
                ServerSocketChannel listener = server.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(HOST, 0));
            Thread.ofPlatform().daemon().start(() -> acceptAndLeave(listener));
            PeerCheck check = engine.check(HOST, port(listener), LIMIT);
            assertThat(check.mode()).as(check.toString()).isEqualTo(SmcMode.SMCD);
            assertThat(check.steps()).extracting(PeerCheck.Step::name).containsExactly("resolve", "policy", "connect",
                    "host", "announced", "handshake", "link group");
            assertThat(check.steps()).allMatch(PeerCheck.Step::passed);
            assertThat(check.lever()).isEmpty();
        }
    }

    @Test
    void sendsAFewBytesToAListenerThatReturnsThem() throws IOException {
        assertThat(last(checkOf(Echo::serve))).isEqualTo(new PeerCheck.Step("echo", true, "a few bytes came back"));
    }

    @Test
    void tellsThatBytesDoNotComeBack() throws IOException {
        PeerCheck check = checkOf(client -> {
            client.write(ByteBuffer.wrap("smc4j echo\n".getBytes(StandardCharsets.US_ASCII)));
            client.write(ByteBuffer.allocate(64));
        });
        assertThat(last(check).name()).isEqualTo("echo");
        assertThat(last(check).passed()).isFalse();
        assertThat(check.lever()).isNotEmpty();
    }

    @Test
    void sendsNothingToAListenerThatGreetsOtherwise() throws IOException {
        CompletableFuture<Integer> received = new CompletableFuture<>();
        PeerCheck check = checkOf(client -> {
            // As long as the other greeting, so that the check leaves nothing unread.
            client.write(ByteBuffer.wrap("220 ready\r\n".getBytes(StandardCharsets.US_ASCII)));
            received.complete(client.read(ByteBuffer.allocate(64)));
        });
        assertThat(check.mode()).as(check.toString()).isEqualTo(SmcMode.SMCD);
        assertThat(last(check).name()).isEqualTo("link group");
        assertThat(received.join()).isEqualTo(-1);
    }

    private interface Service {

        void serve(SocketChannel client) throws IOException;
    }

    /** What comes of a check of a listener that serves one client over SMC. */
    private PeerCheck checkOf(Service service) throws IOException {
        try (SmcSelectorProvider server = SmcSelectorProvider.open(SmcConfig.defaults());
                ServerSocketChannel listener = server.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(HOST, 0));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SocketChannel client = listener.accept()) {
                    // Only what SMC carries counts as an offer, so the greeting waits for it.
                    await().atMost(LIMIT).until(() -> server.snapshot().connectionsByMode().get(SmcMode.SMCD) == 1);
                    service.serve(client);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            PeerCheck check = engine.check(HOST, port(listener), LIMIT);
            served.join();
            return check;
        }
    }

    private static void acceptAndLeave(ServerSocketChannel listener) {
        List<SocketChannel> open = new ArrayList<>();
        try {
            while (true) {
                // Left to the engine's end.
                open.add(listener.accept());
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    void sendsNothingToAListenerThatIsNotKnownToUnderstandSmc() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            PeerCheck check = engine.check(HOST, silent.getLocalPort(), LIMIT);
            assertThat(check.mode()).isEqualTo(SmcMode.TCP);
            assertThat(check.verdict()).startsWith("TCP: ");
            assertThat(check.lever()).isNotEmpty();
            assertThat(last(check).name()).isEqualTo("announced");
            assertThat(last(check).passed()).isFalse();
            try (Socket accepted = silent.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    /** As a mail server does; an HTTP or TLS server waits for its client, as the silent one above. */
    @Test
    void tellsTheSameOfAListenerThatSpeaksFirstAndLeaves() throws IOException {
        try (ServerSocket hasty = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> greet(hasty));
            PeerCheck check = engine.check(HOST, hasty.getLocalPort(), LIMIT);
            assertThat(check.mode()).as(check.toString()).isEqualTo(SmcMode.TCP);
            assertThat(last(check).name()).isEqualTo("announced");
            assertThat(read.join()).isEqualTo(-1);
        }
    }

    /** What comes of the client after a greeting. */
    private static int greet(ServerSocket listener) {
        try (Socket accepted = listener.accept()) {
            accepted.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
            accepted.shutdownOutput();
            return accepted.getInputStream().read();
        } catch (SocketException e) {
            // The client leaves the greeting unread, which resets the connection.
            return -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tellsThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            port = gone.getLocalPort();
        }
        PeerCheck check = engine.check(HOST, port, LIMIT);
        assertThat(check.mode()).isNull();
        assertThat(last(check).name()).isEqualTo("connect");
        assertThat(check.verdict()).startsWith("no connection: ");
    }

    @Test
    void tellsThatTheNameIsUnknown() {
        PeerCheck check = engine.check("no-such-host.invalid", 80, LIMIT);
        assertThat(check.mode()).isNull();
        assertThat(check.steps()).singleElement().satisfies(step -> assertThat(step.name()).isEqualTo("resolve"));
    }

    @Test
    void tellsWhichRuleStandsAgainstIt() throws IOException {
        try (ServerSocketChannel listener = engine.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(HOST, 0));
            engine.setPolicy(new SmcPolicy(List.of(SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, null, null, HOST,
                    Integer.toString(port(listener))))));
            PeerCheck check = engine.check(HOST, port(listener), LIMIT);
            assertThat(check.mode()).isEqualTo(SmcMode.TCP);
            assertThat(check.steps()).filteredOn(step -> !step.passed()).singleElement().satisfies(step -> {
                assertThat(step.name()).isEqualTo("policy");
                assertThat(step.found()).contains(engine.policyTable().rules().get(0).id());
            });
        }
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static PeerCheck.Step last(PeerCheck check) {
        return check.steps().get(check.steps().size() - 1);
    }
}
