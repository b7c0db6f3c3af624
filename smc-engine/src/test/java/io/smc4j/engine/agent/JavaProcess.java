package io.smc4j.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.testsupport.Lines;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program in a JVM of its own, with its output collected. Closing it ends the process. */
final class JavaProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Lines output;
    private final Lines errors;

    private JavaProcess(Process process) {
        this.process = process;
        this.output = new Lines(process.inputReader());
        this.errors = new Lines(process.errorReader());
    }

    /** The jar that the build makes. */
    static Path jar() {
        return Path.of(System.getProperty("smc4j.jar"));
    }

    static String agent() {
        return "-javaagent:" + jar();
    }

    static String agent(String options) {
        return agent() + "=" + options;
    }

    /** Runs a class of the tests, which are all that is on the class path, with an agent or other options. */
    static JavaProcess start(Class<?> main, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-cp", testClasses(), main.getName()));
        command.addAll(List.of(arguments));
        return run(Path.of(System.getProperty("java.home")), Map.of(), command);
    }

    /** Runs {@code bin/java}. */
    static JavaProcess run(Path javaHome, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(arguments);
        return run(environment, command);
    }

    /** Runs any program. */
    static JavaProcess run(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new JavaProcess(builder.start());
    }

    static String testClasses() {
        try {
            return Path.of(JavaProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Feeds a line to standard input. */
    void tell(String line) throws IOException {
        process.outputWriter().write(line + "\n");
        process.outputWriter().flush();
    }

    String awaitOutput(Predicate<String> wanted) throws InterruptedException {
        return output.await(wanted, this);
    }

    String awaitError(Predicate<String> wanted) throws InterruptedException {
        return errors.await(wanted, this);
    }

    /** Waits for the end. */
    JavaProcess ended(int code) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended; %s", this).isTrue();
        output.all();
        errors.all();
        assertThat(process.exitValue()).as("%s", this).isEqualTo(code);
        return this;
    }

    List<String> output() {
        return output.now();
    }

    /** Without what the JVM says of its options. */
    List<String> errors() {
        return errors.now().stream().filter(line -> !line.startsWith("Picked up ")).toList();
    }

    @Override
    public String toString() {
        return "output " + output() + ", errors " + errors();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
