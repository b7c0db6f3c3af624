package io.smc4j.samples.benchmark.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server or client process of a test, spoken to as the driver does. */
final class Peer implements AutoCloseable {

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final String first;

    private Peer(Class<?> main, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        first = answers.readLine();
    }

    /** @param options of the JVM */
    static Peer server(String pair, String transport, String... options) throws IOException {
        return new Peer(ServerMain.class, List.of(options),
                List.of("--pair", pair, "--transport", transport, "--loops", "1"));
    }

    /** @param server {@code null} if the client is to contain it */
    static Peer client(String pair, String transport, Peer server) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--pair", pair, "--transport", transport, "--loops", "1"));
        if (server != null) {
            arguments.addAll(List.of("--address", server.address()));
        }
        return new Peer(ClientMain.class, List.of(), arguments);
    }

    /** What it said first. */
    String first() {
        return first;
    }

    /** Where the server listens. */
    String address() {
        return first.replaceFirst("^ready ", "");
    }

    String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return answers.readLine();
    }

    /** The figures of an answer that must be {@code ok}. */
    Map<String, Long> figures(String command) throws IOException {
        String answer = ask(command);
        if (!answer.startsWith("ok ")) {
            throw new AssertionError(command + ": " + answer);
        }
        return Stream.of(answer.substring("ok ".length()).split(" ")).map(word -> word.split("="))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Long.parseLong(parts[1])));
    }

    /** Ends its input and returns its exit status. */
    int end() throws IOException, InterruptedException {
        commands.close();
        return process.waitFor();
    }

    @Override
    public void close() {
        // The end of its input lets it clean up after itself.
        try {
            commands.close();
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
