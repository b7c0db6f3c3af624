package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.faults.PeerMain.Behaviour;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process that runs {@link PeerMain}. */
final class PeerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private PeerProcess(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Xmx128m", "-cp", System.getProperty("java.class.path"), PeerMain.class.getName()));
        command.addAll(Arrays.asList(arguments));
        process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    static PeerProcess server(int port) throws IOException {
        return new PeerProcess("server", Integer.toString(port));
    }

    static PeerProcess client(int port, Behaviour behaviour) throws IOException {
        return new PeerProcess("client", Integer.toString(port), behaviour.name());
    }

    long pid() {
        return process.pid();
    }

    /** What it prints next; {@code null} if it has ended. */
    String nextLine() throws IOException {
        return output.readLine();
    }

    int port() throws IOException {
        return Integer.parseInt(nextLine());
    }

    /** Ends it at once, by SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void stop() throws Exception {
        signal("-STOP");
    }

    void resume() throws Exception {
        signal("-CONT");
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", name, Long.toString(process.pid())).inheritIO().start();
        assertThat(kill.waitFor()).isZero();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
