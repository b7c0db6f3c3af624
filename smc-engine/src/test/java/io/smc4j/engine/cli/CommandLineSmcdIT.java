package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two processes of one host agree on shared memory, and say so. */
@Timeout(120)
class CommandLineSmcdIT {

    @Test
    void checksAListenerThatUnderstandsSmc() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0");
                EngineProcess check = EngineProcess.start("check", "127.0.0.1:" + listener.awaitPort())) {
            assertThat(check.exitCode()).as(check.outputText()).isEqualTo(Main.OK);
            assertThat(check.outputText()).contains("link group", "SMC: connections run on SMCD");
        }
    }

    @Test
    void checksAsOftenAsWantedWithAListenerThatReturnsWhatItGets() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "--echo", "127.0.0.1:0")) {
            for (int i = 0; i < 2; i++) {
                try (EngineProcess check = EngineProcess.start("check", "127.0.0.1:" + listener.awaitPort())) {
                    assertThat(check.exitCode()).as(check.outputText()).isEqualTo(Main.OK);
                    assertThat(check.outputText()).containsPattern("echo +ok");
                }
            }
        }
    }

    @Test
    void bothSidesNameTheirRings() throws Exception {
        byte[] request = bytes(1);
        byte[] response = bytes(2);
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0", "--receive-size", "128K")
                .feed(response);
                EngineProcess client =
                        EngineProcess.start("connect", "127.0.0.1:" + listener.awaitPort(), "--receive-size", "64K")
                        .feed(request)) {
            assertThat(listener.output()).isEqualTo(request);
            assertThat(client.output()).isEqualTo(response);
            assertThat(client.exitCode()).isEqualTo(Main.OK);
            assertThat(listener.exitCode()).isEqualTo(Main.OK);
            // They begin small, and may have grown when it is told.
            assertThat(client.errors().getFirst())
                    .matches("connected 127\\.0\\.0\\.1:\\d+ mode SMCD rings \\d+/(16384|65536)");
            assertThat(listener.errors().get(1))
                    .matches("connected 127\\.0\\.0\\.1:\\d+ mode SMCD rings \\d+/(16384|65536|131072)");
            assertThat(client.errors().getLast()).startsWith("closed ").contains("mode SMCD");
        }
    }

    @Test
    void aSwitchedOffServerFallsBackWithAReason() throws Exception {
        try (EngineProcess listener = EngineProcess.start("--no-smc", "listen", "127.0.0.1:0").feed(bytes(3));
                EngineProcess client = EngineProcess.start("connect", "127.0.0.1:" + listener.awaitPort())
                        .feed(bytes(4))) {
            assertThat(listener.output()).isEqualTo(bytes(4));
            assertThat(client.output()).isEqualTo(bytes(3));
            assertThat(listener.errors().get(1)).contains("mode TCP reason DISABLED (0x0A000001)");
            assertThat(client.errors().getFirst()).contains("mode TCP reason ");
        }
    }

    @Test
    void aDeniedPeerStaysOnTcp() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0").feed(bytes(5));
                EngineProcess client = EngineProcess.start("--json", "--deny", "127.0.0.0/8", "connect",
                        "127.0.0.1:" + listener.awaitPort()).feed(bytes(6))) {
            assertThat(listener.output()).isEqualTo(bytes(6));
            assertThat(client.output()).isEqualTo(bytes(5));
            assertThat(client.errors().getFirst()).contains("\"event\":\"connected\"", "\"mode\":\"TCP\"",
                    "\"reason\":\"POLICY\"");
            assertThat(listener.errors()).anyMatch(line -> line.contains("mode TCP reason "));
        }
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[3 << 20];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
