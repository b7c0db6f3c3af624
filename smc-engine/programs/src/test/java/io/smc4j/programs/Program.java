package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A program in a Java process of its own, with the agent or without. Those of ours say lines of {@code key value}, and
 * end when their standard input does.
 */
final class Program implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Exit code of a Java process that ends in good order on SIGTERM. */
    static final int TERMINATED = 143;
    private static final Path DIRECTORY = Path.of(System.getProperty("programs.directory"));
    private static final String ENGINE_JAR = String.join("", entries(true));
    private static final String CLASS_PATH = String.join(File.pathSeparator, entries(false));
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static Program start(boolean agent, Class<?> main, Object... arguments) throws IOException {
        return start(agent, main.getName(), arguments);
    }

    static Program start(boolean agent, String main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(java());
        if (agent) {
            command.add("-javaagent:" + ENGINE_JAR);
        }
        command.addAll(List.of("-cp", CLASS_PATH, main));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return run(main.replaceAll(".*\\.", ""), command);
    }

    /** Runs whatever program. */
    static Program run(String name, List<String> command) throws IOException {
        Files.createDirectories(DIRECTORY);
        Path output = DIRECTORY.resolve("%03d-%s.txt".formatted(NUMBER.incrementAndGet(), name));
        return new Program(new ProcessBuilder(command).directory(DIRECTORY.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start(), output);
    }

    private static List<String> java() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
                // There is an epoll by native code in this Netty, which would be preferred to the JVM's channels.
                "-Dio.grpc.netty.shaded.io.netty.transport.noNative=true");
    }

    private static List<String> entries(boolean engine) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> engine == Path.of(entry).getFileName().toString().matches("smc-engine-.*\\.jar"))
                .toList();
    }

    /** The value of a line that a program of ours says. */
    String await(String key) {
        return awaitMatch("^" + key + " (\\S+)\n");
    }

    /** What the group of an expression stands for, once it is in the output. */
    String awaitMatch(String expression) {
        Pattern pattern = Pattern.compile(expression, Pattern.MULTILINE);
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
                .until(() -> !process.isAlive() || pattern.matcher(text()).find());
        Matcher matcher = pattern.matcher(text());
        assertThat(matcher.find()).as("%s in %s", expression, output).isTrue();
        return matcher.group(1);
    }

    String text() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the engine of the process has sent and received, as the command line shows it. */
    Traffic traffic() throws Exception {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-jar", ENGINE_JAR, "show", "--json", Long.toString(process.pid())));
        try (Program show = run("show", command)) {
            assertThat(show.exitCode()).as(show::text).isZero();
            return new Traffic(JsonPath.read(show.text(), "$.engines"));
        }
    }

    /** Ends its standard input, and waits until it ends by itself. */
    void end() throws Exception {
        process.getOutputStream().close();
        assertThat(exitCode()).as(this::text).isZero();
    }

    /** Has it end as an operator would. */
    int terminate() throws InterruptedException {
        process.destroy();
        return exitCode();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s ends: %s", output, text()).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
