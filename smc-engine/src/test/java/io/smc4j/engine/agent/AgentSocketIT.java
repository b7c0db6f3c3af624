package io.smc4j.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code java.net} sockets of programs that know nothing of the agent. */
@Timeout(180)
class AgentSocketIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    @Test
    void socketsBehaveAsWithoutTheAgent(@TempDir Path directory) throws Exception {
        Path keys = keys(directory);
        List<String> expected;
        try (JavaProcess program = JavaProcess.start(SocketProgram.class, List.of(), keys.toString())) {
            expected = program.ended(0).output();
        }
        assertThat(expected).contains("bytes: true", "short-lived: 500", "layered TLS: 42", "TLS: 43");
        for (String options : List.of("quiet=true", "quiet=true,client.enabled=false",
                "quiet=true,exclude.classes=" + SocketProgram.class.getName())) {
            try (JavaProcess program = JavaProcess.start(SocketProgram.class, List.of(JavaProcess.agent(options)),
                    keys.toString())) {
                program.ended(0);
                assertThat(program.output()).as(options).isEqualTo(expected);
                assertThat(program.errors()).as(options).isEmpty();
            }
        }
    }

    private static Path keys(Path directory) throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(JAVA.resolve("bin/keytool").toString(), "-genkeypair", "-alias", "a",
                "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype",
                "PKCS12", "-keystore", keys.toString(), "-storepass", "changeit").inheritIO().start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        return keys;
    }

    @Test
    void bothEndsAreOnSmc() throws Exception {
        assertThat(connectionsOfClient(List.of(JavaProcess.agent()), List.of(JavaProcess.agent())))
                .contains("\"SMCD\":1");
    }

    @Test
    void oneEndOnlyIsTcp() throws Exception {
        assertThat(connectionsOfClient(List.of(), List.of(JavaProcess.agent()))).contains("\"SMCD\":0", "\"TCP\":1");
        assertThat(connectionsOfClient(List.of(JavaProcess.agent()), List.of())).isNull();
    }

    /** What {@code show} says of the client while it has a connection; {@code null} if it has no agent. */
    private static String connectionsOfClient(List<String> server, List<String> client) throws Exception {
        try (JavaProcess listener = JavaProcess.start(EchoProgram.class, server)) {
            String port = listener.awaitOutput(line -> line.startsWith("port ")).substring(5);
            try (JavaProcess program = JavaProcess.start(EchoProgram.class, client, port)) {
                program.awaitOutput(line -> line.equals("echoed true"));
                String shown = client.isEmpty() ? null : show(program.pid());
                program.tell("end");
                program.ended(0);
                listener.ended(0);
                return shown;
            }
        }
    }

    private static String show(long pid) throws Exception {
        try (JavaProcess show = JavaProcess.run(JAVA, Map.of(),
                List.of("-jar", JavaProcess.jar().toString(), "--json", "show", Long.toString(pid)))) {
            show.ended(0);
            return String.join("\n", show.output());
        }
    }
}
