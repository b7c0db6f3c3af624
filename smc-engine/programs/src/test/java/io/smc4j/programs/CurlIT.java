package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl, which asks the JDK's HTTP server. */
class CurlIT {

    @TempDir
    private Path directory;

    /** What a server answers by TCP is the same with the agent as without, but for the time it tells. */
    @Test
    void isAnsweredTheSame() throws Exception {
        String curl = ForeignServer.find("curl").toString();
        Pieces pieces = Pieces.ONE;
        Path sent = Files.write(directory.resolve("sent"), pieces.piece(0));
        String[] answers = new String[2];
        for (boolean agent : new boolean[] {false, true}) {
            try (Program server = Program.start(agent, HttpServerIT.Server.class)) {
                int port = Integer.parseInt(server.await("port"));
                try (Tap tap = new Tap(port)) {
                    for (int each : new int[] {tap.port(), port}) {
                        Path answer = directory.resolve("answer");
                        try (Program client = Program.run("curl", List.of(curl, "-sS", "--fail", "--data-binary",
                                "@" + sent, "-o", answer.toString(), "http://127.0.0.1:" + each + "/"))) {
                            assertThat(client.exitCode()).as(client::text).isZero();
                        }
                        assertThat(answer).hasSameBinaryContentAs(sent);
                    }
                    answers[agent ? 1 : 0] = new String(tap.fromServer(), StandardCharsets.ISO_8859_1)
                            .replaceFirst("Date: .*", "");
                }
                if (agent) {
                    server.traffic().assertTcp(2 * pieces.total());
                }
                server.end();
            }
        }
        assertThat(answers[1]).hasSizeGreaterThan(pieces.size()).isEqualTo(answers[0]);
    }
}
