package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.testsupport.InstalledJava;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CommandLineIT {

    private static final int MEGABYTE = 1 << 20;

    @Test
    void showsWhatTheMachineOffers() throws Exception {
        try (EngineProcess probe = EngineProcess.start()) {
            assertThat(probe.exitCode()).isIn(Main.OK, Main.FAILED);
            assertThat(probe.outputText()).contains("Java", "Same-host path", "Shared directory", "Verbs devices",
                    "Processors", "SMC-D between processes of this host: ");
            assertThat(probe.errors()).isEmpty();
        }
    }

    @Test
    void showsTheSameToScripts() throws Exception {
        try (EngineProcess probe = EngineProcess.start("--json")) {
            assertThat(probe.exitCode()).isIn(Main.OK, Main.FAILED);
            assertThat(probe.outputText().lines()).hasSize(1).first().asString()
                    .startsWith("{\"version\":").contains("\"usable\":", "\"smcd\":{\"available\":").endsWith("]}");
        }
    }

    @Test
    void explainsItself() throws Exception {
        try (EngineProcess help = EngineProcess.start("--help"); EngineProcess version =
                EngineProcess.start("--version")) {
            assertThat(help.exitCode()).isEqualTo(Main.OK);
            assertThat(help.outputText()).contains("listen [HOST:]PORT", "connect HOST:PORT", "Exit codes");
            assertThat(version.exitCode()).isEqualTo(Main.OK);
            assertThat(version.outputText()).startsWith("smc4j ");
        }
    }

    @Test
    void refusesInOneLineWhatShowsWhenTheEngineOpens() throws Exception {
        try (EngineProcess process = EngineProcess.start("listen", "0", "--users", "root,smc4j-no-such-user")) {
            assertThat(process.exitCode()).isEqualTo(Main.USAGE);
            assertThat(process.errors()).singleElement().asString()
                    .startsWith("smc4j: --users must be ").endsWith(", not 'smc4j-no-such-user' (see --help)");
        }
    }

    @Test
    void refusesWrongArgumentsInOneLine() throws Exception {
        try (EngineProcess process = EngineProcess.start("listen", "none")) {
            assertThat(process.exitCode()).isEqualTo(Main.USAGE);
            assertThat(process.errors()).containsExactly("smc4j: 'none' does not end in a port number (see --help)");
        }
    }

    @Test
    void tellsAnOlderJavaInOneLine() throws Exception {
        Optional<Path> older = InstalledJava.find(version -> version < 22);
        assumeTrue(older.isPresent(), "no Java before 22 is installed");
        try (EngineProcess process = EngineProcess.start(older.get(), "listen", "0")) {
            assertThat(process.exitCode()).isEqualTo(Main.USAGE);
            assertThat(process.outputText()).isEmpty();
            assertThat(process.errors()).hasSize(1).first().asString()
                    .startsWith("smc4j needs Java 22 or later; this is Java ");
        }
    }

    @Test
    void tellsScriptsThatAListenerIsNotKnownToUnderstandSmc() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EngineProcess check = EngineProcess.start("check", "127.0.0.1:" + plain.getLocalPort(), "--json")) {
            assertThat(check.exitCode()).isEqualTo(Main.FAILED);
            assertThat(check.outputText().lines()).singleElement().asString()
                    .startsWith("{\"peer\":\"127.0.0.1:" + plain.getLocalPort() + "\",\"mode\":\"TCP\"")
                    .contains("\"lever\":\"");
            try (Socket accepted = plain.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void movesBytesBothWays() throws Exception {
        byte[] request = bytes(1, MEGABYTE);
        byte[] response = bytes(2, MEGABYTE + 4711);
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0").feed(response);
                EngineProcess client = EngineProcess.start("connect", "127.0.0.1:" + listener.awaitPort())
                        .feed(request)) {
            assertThat(client.exitCode()).as("exit code, having said %s", client.errors()).isEqualTo(Main.OK);
            assertThat(listener.exitCode()).as("exit code, having said %s", listener.errors()).isEqualTo(Main.OK);
            assertThat(listener.output()).isEqualTo(request);
            assertThat(client.output()).isEqualTo(response);
            assertThat(listener.errors().getLast()).contains("sent " + response.length, "received " + request.length);
            assertThat(client.errors().getLast()).contains("sent " + request.length, "received " + response.length);
        }
    }

    @Test
    void answersAfterThePeersEnd() throws Exception {
        try (EngineProcess listener = EngineProcess.start("--linger", "forever", "listen", "[::1]:0");
                EngineProcess client = EngineProcess.start("connect", "[::1]:" + listener.awaitPort())) {
            client.feed("question".getBytes(StandardCharsets.UTF_8));
            assertThat(listener.outputText()).isEqualTo("question");
            listener.feed("answer".getBytes(StandardCharsets.UTF_8));
            assertThat(client.outputText()).isEqualTo("answer");
            assertThat(client.exitCode()).isEqualTo(Main.OK);
            assertThat(listener.exitCode()).isEqualTo(Main.OK);
        }
    }

    @Test
    void endsWithThePeerWhenItHasNothingToSay() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "0", "--linger", "0.1");
                EngineProcess client = EngineProcess.start("connect", "127.0.0.1:" + listener.awaitPort())) {
            client.feed(new byte[0]);
            assertThat(listener.exitCode()).isEqualTo(Main.OK);
            assertThat(client.exitCode()).isEqualTo(Main.OK);
        }
    }

    @Test
    void talksToAPlainTcpClient() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0")
                .feed("pong".getBytes(StandardCharsets.UTF_8));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.awaitPort())) {
            socket.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("pong");
            assertThat(listener.outputText()).isEqualTo("ping");
            assertThat(listener.exitCode()).isEqualTo(Main.OK);
            assertThat(listener.errors()).noneMatch(line -> line.contains("mode SMC"));
        }
    }

    @Test
    void talksToAPlainTcpServer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EngineProcess client = EngineProcess.start("connect", "localhost:" + server.getLocalPort())
                        .feed("ping".getBytes(StandardCharsets.UTF_8));
                Socket socket = server.accept()) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("ping");
            socket.getOutputStream().write("pong".getBytes(StandardCharsets.UTF_8));
            socket.close();
            assertThat(client.outputText()).isEqualTo("pong");
            assertThat(client.exitCode()).isEqualTo(Main.OK);
            assertThat(client.errors()).noneMatch(line -> line.contains("mode SMC"));
        }
    }

    @Test
    void failsInOneLineWhenNobodyListens() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        try (EngineProcess client = EngineProcess.start("connect", "127.0.0.1:" + port)) {
            assertThat(client.exitCode()).isEqualTo(Main.FAILED);
            assertThat(client.errors()).hasSize(1).first().asString()
                    .startsWith("smc4j: cannot connect to 127.0.0.1:" + port + ": ").containsIgnoringCase("refused");
        }
    }

    @Test
    void failsInOneLineWhenThePortIsTaken() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EngineProcess listener =
                        EngineProcess.start("--json", "listen", "127.0.0.1:" + server.getLocalPort())) {
            assertThat(listener.exitCode()).isEqualTo(Main.FAILED);
            assertThat(listener.errors()).hasSize(1).first().asString()
                    .startsWith("{\"event\":\"error\",\"message\":\"cannot listen on 127.0.0.1:" + server.getLocalPort()
                    + ": ")
                    .containsIgnoringCase("in use");
        }
    }

    @Test
    void givesUpAfterTheTimeout() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0", "--timeout", "0.2")) {
            assertThat(listener.exitCode()).isEqualTo(Main.FAILED);
            assertThat(listener.errors()).last().isEqualTo("smc4j: no connection: timed out after 0.2 s");
        }
    }

    @Test
    void reportsAResetConnection() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.awaitPort())) {
                socket.getOutputStream().write("half a message".getBytes(StandardCharsets.UTF_8));
                listener.input().write("unread".getBytes(StandardCharsets.UTF_8));
                listener.input().flush();
                assertThat(read(socket.getInputStream(), 6)).isEqualTo("unread");
                socket.setSoLinger(true, 0);
            }
            assertThat(listener.exitCode()).isEqualTo(Main.FAILED);
            assertThat(listener.errors()).last().asString().startsWith("smc4j: connection with 127.0.0.1:");
            assertThat(listener.errors()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    private static String read(InputStream stream, int length) throws IOException {
        return new String(stream.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
