package io.smc4j.engine.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.reach.Namespaces.Space;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** An {@link Agent} in a network namespace, told what to do. */
final class AgentProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final String ENGINE = "e";
    private static final String SERVER = "s";

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final Path errors;

    private AgentProcess(Process process, Path errors) throws IOException {
        this.process = process;
        this.errors = errors;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        String first = line();
        if (!"ready".equals(first)) {
            throw failure("it does not start: " + first);
        }
    }

    /** Starts it as the user that runs the tests. */
    static AgentProcess start(Namespaces namespaces, Space space) throws IOException {
        return start(namespaces, space, List.of());
    }

    /** Starts it as another user; the test is skipped where that user cannot run Java. */
    static AgentProcess startAs(Namespaces namespaces, Space space, int user) throws IOException {
        if (user == 0) {
            return start(namespaces, space);
        }
        List<String> as = asUser(user);
        List<String> test = new ArrayList<>(as);
        test.addAll(List.of("test", "-x", java(), "-a", "-r", namespaces.classes().toString()));
        try {
            if (new ProcessBuilder(test).start().waitFor() != 0) {
                Namespaces.skip("user " + user + " may not run " + java());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return start(namespaces, space, as);
    }

    /** Starts it like a container: it sees its own processes only, and the directory at a path of its own. */
    static AgentProcess startContained(Namespaces namespaces, Space space, int user, Path shared, Path mounted)
            throws IOException {
        List<String> prefix = new ArrayList<>(List.of("unshare", "--pid", "--mount", "--mount-proc", "--fork",
                "--kill-child=KILL", "sh", "-e", "-c", "mount --bind \"$0\" \"$1\"; shift; exec \"$@\"",
                shared.toString(), mounted.toString()));
        if (user != 0) {
            prefix.addAll(asUser(user));
        }
        return start(namespaces, space, prefix);
    }

    private static List<String> asUser(int user) {
        return List.of("setpriv", "--reuid", "" + user, "--regid", "" + user, "--clear-groups");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static AgentProcess start(Namespaces namespaces, Space space, List<String> prefix) throws IOException {
        List<String> command = new ArrayList<>(space.prefix());
        command.addAll(prefix);
        command.addAll(List.of(java(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx128m", "-cp", namespaces.classes().toString(),
                Agent.class.getName()));
        Path errors = namespaces.newPath("agent");
        return namespaces.own(new AgentProcess(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors));
    }

    /** Gives it a command and returns the answer. */
    synchronized String tell(Object... words) throws IOException {
        String command = String.join(" ", Stream.of(words).map(Object::toString).toList());
        input.write(command + "\n");
        input.flush();
        String answer = line();
        if (answer == null || !answer.startsWith("ok ")) {
            throw failure(command + ": " + answer);
        }
        return answer.substring(3);
    }

    /** Opens an engine. */
    void open(Object directory) throws IOException {
        tell("engine", ENGINE, directory, Agent.NONE);
    }

    /** Serves connections to an address by the engine. */
    void serve(String host, int port) throws IOException {
        serve(ENGINE, host, port);
    }

    /** Serves connections to an address as a server that knows nothing but TCP. */
    void servePlainly(String host, int port) throws IOException {
        serve(Agent.NONE, host, port);
    }

    private void serve(String engine, String host, int port) throws IOException {
        tell("listen", SERVER + port, engine, host, port);
        tell("accept", SERVER + port);
    }

    /**
     * Opens connections, exchanges bytes over all at once, and closes them.
     *
     * @return how many travelled how, such as {@code SMCD:2}, or by TCP for what reason
     */
    String exchange(String host, int port, int count, int length) throws IOException {
        return exchange("exchange", host, port, count, length);
    }

    /** The same, by HTTP. */
    String exchangeByHttp(String host, int port, int count, int length) throws IOException {
        return exchange("http", host, port, count, length);
    }

    /** The same, by TLS. */
    String exchangeByTls(String host, int port, int count, int length) throws IOException {
        return exchange("tls", host, port, count, length);
    }

    private String exchange(String how, String host, int port, int count, int length) throws IOException {
        tell("connect", "c", ENGINE, host, port, count, 0);
        String answer = tell(how, "c", length);
        tell("hang-up", "c");
        return field("ways", answer);
    }

    /**
     * Exchanges bytes until all connections are on SMC. Who is asked for the first time may not answer in time on a
     * busy machine, and the connection is TCP then.
     */
    void awaitSmc(String host, int port, int count, int length) {
        String all = "SMCD:" + count;
        await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> exchange(host, port, count, length), all::equals);
    }

    /** What a server has seen of connections, once as many as are expected are at their end. */
    String awaitSeen(int port, int connections) {
        return await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> tell("seen", SERVER + port), seen -> seen.contains(" ended=" + connections + " "));
    }

    /** Waits until a server has answered by SMC, which it counts after the answer. */
    void awaitServedOnSmc(int port) {
        await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(tell("seen", SERVER + port)).contains("SMCD:", "fault=none"));
    }

    /** What an answer says about something. */
    static String field(String name, String answer) {
        for (String word : answer.split(" ")) {
            if (word.startsWith(name + "=")) {
                return word.substring(name.length() + 1);
            }
        }
        throw new AssertionError("no " + name + " in " + answer);
    }

    private String line() throws IOException {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                line.complete(output.readLine());
            } catch (IOException e) {
                line.completeExceptionally(e);
            }
        });
        try {
            return line.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw failure("no answer within " + PATIENCE_SECONDS + " s");
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private AssertionError failure(String what) throws IOException {
        return new AssertionError(what + "\n" + Files.readString(errors));
    }

    long pid() {
        return process.pid();
    }

    /** Ends it at once, by SIGKILL. */
    void kill() throws InterruptedException {
        Namespaces.kill(process);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
